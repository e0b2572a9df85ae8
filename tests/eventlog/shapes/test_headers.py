"""Column names as real systems write them, over invented tickets: every role and the shape must come out right."""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.benchmarks.dialect_tables import MILESTONES, TIMES, Words, invent, lay_out

from svcflow.eventlog import read_log

ROLES = ("case", "activity", "time", "start", "resource", "team", "role", "lifecycle", "field", "old", "created")
EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - wall clocks are meant
SETS = Path(__file__).with_name("headers.txt")
TOLD = {"new": "activity", "status": "activity", "snapshot": "time"}


def read_sets() -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    name = shape = ""
    for line in SETS.read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if "=" not in line:
            name, shape = (part.strip() for part in line.split(":"))
            continue
        yield name, shape, [tuple(cell.rpartition("=")[::2]) for cell in line.split(", ")]  # type: ignore[misc]


def expect(shape: str, columns: list[tuple[str, str]]) -> dict[str, str]:
    wanted = {}
    for header, kind in columns:
        if kind == "status" and shape != "snapshots":
            continue
        if kind == "created" and shape != "history":
            continue
        role = TOLD.get(kind, kind)
        if role in ROLES:
            wanted[role] = header
    return wanted


@pytest.mark.parametrize(("name", "shape", "columns"), [pytest.param(*found, id=found[0]) for found in read_sets()])
def test_real_headers(name: str, shape: str, columns: list[tuple[str, str]], tmp_path: Path) -> None:
    chance = random.Random(name)
    kinds = [kind for _, kind in columns]
    export = lay_out(shape, kinds, invent(chance, Words()), Words(), chance)
    path = tmp_path / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([header for header, _ in columns])
        for row in export.rows:
            writer.writerow(["" if cell is None else str(cell) for cell in row])
    log = read_log(path, {"preset": "none"})
    found = {role.role: role.column for role in log.roles}
    assert found["shape"] == export.shape, found
    steps = [role.column for role in log.roles if role.role.startswith("milestone ")]
    assert sorted(steps) == sorted(header for header, kind in columns if kind in MILESTONES), found
    told = {role: column for role, column in found.items() if role in ROLES}
    if shape == "milestones" and "resource" not in kinds:
        told.pop("resource", None)
    if shape == "history" and ("resource" not in kinds or "team" not in kinds):
        told = {role: column for role, column in told.items() if column not in ("assignee", "assigned group")}
    assert told == expect(shape, columns), found
    assert (log.cases, log.events) == (export.cases, len(export.events))
    first, last = (int((moment - EPOCH).total_seconds() * 1000) for moment in export.span)
    assert (int(min(log.time.min(), log.start.min())) <= first, int(log.time.max())) == (True, last)


def test_the_table_is_long_enough() -> None:
    sets = list(read_sets())
    assert len(sets) >= 60
    assert {shape for _, shape, _ in sets} == {"events", "pairs", "history", "milestones", "snapshots"}
    assert {kind for _, _, columns in sets for _, kind in columns} >= TIMES
