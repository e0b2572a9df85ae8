"""Detectors find their kind of problem in a played log, first among what is no mere place, and none in a clean one."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from svcflow.analysis.clocks import choose_clock
from svcflow.definitions import load
from svcflow.definitions.model import Workspace
from svcflow.detectors import detect
from svcflow.eventlog import read_log
from svcflow.execution import execute
from svcflow.findings import Finding
from svcflow.generation import generate
from svcflow.generation.planting import make_plant
from svcflow.mining import mine

WORKFLOWS = Path(__file__).parents[2] / "workflows"
DESCRIBING = {"bottleneck", "rework"}
"""These tell where time lies, in a clean log too."""
HANDS = ["digital", "support", "quality", "training", "operations"]
KINDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "drift": ("drift", "Quality review", {"step": "review", "at": 0.5, "hours": 9}),
    "late-escalation": (
        "late-escalation", "Escalated", {"step": "propose", "through": "escalate", "to": "operations", "hours": 10},
    ),
    "overloaded-team": ("overloaded-team", "Quality", {"team": "quality", "hours": 9}),
    "sla-at-risk": ("sla-at-risk", "Solution carried out", {"step": "resolve", "hours": 24, "share": 0.4}),
    "slow-step": ("slow-step", "Investigation", {"step": "investigate", "hours": 8}),
    "multi-hop": ("multi-hop", "", {"step": "investigate", "teams": HANDS, "through": "transfer", "share": 0.3}),
}  # fmt: skip


@cache
def workspace() -> Workspace:
    return load(WORKFLOWS)


@cache
def find(folder: Path, kind: str = "") -> tuple[Finding, ...]:
    plants = [make_plant({"kind": kind, **KINDS[kind][2]})] if kind else []
    made = generate(workspace(), process="complaint", cases=400, seed=5, start=date(2026, 1, 5), weeks=14, plant=plants)
    file = folder / f"{kind or 'clean'}.csv"
    file.write_text(made.csv, encoding="utf-8")
    log = read_log(file)
    chosen = choose_clock(workspace(), None)
    mined = mine(log, clock=chosen.clock if chosen else None, organisation=workspace().organisation)
    return detect(log, mined, workspace(), runs=execute(workspace(), log))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_planted_problem_is_what_is_found_first(kind: str, tmp_path: Path) -> None:
    detector, name, _ = KINDS[kind]
    found = [f for f in find(tmp_path, kind) if f.detector not in DESCRIBING and not f.timer and f.side == "provider"]
    assert found
    assert found[0].detector == detector
    assert not name or name in found[0].subject.names


def test_a_clean_log_has_only_places(tmp_path: Path) -> None:
    assert {f.detector for f in find(tmp_path)} <= DESCRIBING
