"""The scorecard with what definitions tell: SLAs, promised call-backs and the cost of a case."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from svcflow import read_log
from svcflow.analysis import Analysis
from svcflow.analysis.scorecard import complete_scorecard
from svcflow.calendars import Clock
from svcflow.definitions import load
from svcflow.execution import execute
from svcflow.mining import mine

ROOT = Path(__file__).parents[2]
DEFINED = ("within-sla", "call-back-kept", "cost-per-case")


def test_definitions_complete_the_scorecard() -> None:
    log, workspace = read_log(ROOT / "logs" / "complaints.csv"), load(ROOT / "workflows")
    mined = mine(log, quantities=["scorecard"])
    runs = execute(workspace, log)
    rated, unrated = (
        replace(workspace, organisation=replace(workspace.organisation, roles={
            name: replace(role, cost_per_minute=rate) for name, role in workspace.organisation.roles.items()
        }))
        for rate in (2.0, None)
    )  # fmt: skip
    without = score(Analysis(log, mined, (), ()))
    plain = score(Analysis(log, mined, (), (), unrated, runs))
    priced = score(Analysis(log, mined, (), (), rated, runs))
    assert [without[name]["value"] for name in DEFINED] == [None] * 3
    duty = runs["complaint"].duties()["callback_owed"]
    assert plain["call-back-kept"]["value"] == duty["share_kept"]
    assert plain["call-back-kept"]["cases"] == duty["kept"] + duty["late"] + duty["missed"]
    slas = [sla for run in runs.processes.values() for sla in run.slas("UTC").values()]
    met, judged = (sum(sum(sla[state] for state in states) for sla in slas) for states in (
        ("met",), ("met", "breached", "overdue"),
    ))  # fmt: skip
    assert plain["within-sla"]["value"] == met / judged
    assert plain["cost-per-case"]["why"]
    clock = Clock.from_spec(workspace.organisation.calendars["service_hours"], workspace.organisation.timezone)
    worked = int(clock.elapsed_all(log.start[log.has_start], log.time[log.has_start]).sum()) / 60_000
    assert priced["cost-per-case"]["value"] == pytest.approx(2.0 * worked / priced["cost-per-case"]["cases"])
    assert {name for name in plain if plain[name] != without[name]} == {"within-sla", "call-back-kept"}


def score(analysis: Analysis) -> dict[str, dict[str, Any]]:
    document = analysis.mined.to_json()
    complete_scorecard(document, analysis)
    return {row["kpi"]: row for row in document["quantities"]["scorecard"]["rows"]}
