"""Quantities that compare cases, mined from disk: what a log in memory tells, whatever the file is cut into."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import Row, build, drawn, read_real

from svcflow import load, read_log
from svcflow.analysis.clocks import choose_clock
from svcflow.eventlog import open_store
from svcflow.eventlog.log import Column, Log, Vocabulary
from svcflow.eventlog.store.writing import write
from svcflow.mining import customers, diaries, mine, reasons, reckoning, worklists

ROOT = Path(__file__).parents[2]

QUANTITIES = (
    "batches",
    "calendars",
    "enablement",
    "repeat-contacts",
    "scorecard",
    "source-counters",
    "waiting-causes",
    "waiting-causes-of-pairs",
    "waiting-causes-of-resources",
    "waiting-causes-of-teams",
    "waiting-sides",
)


def say(log: Log, path: Path, rows: int, **how: Any) -> dict[str, str]:
    """Return what each quantity tells of `log` as a file."""
    write(log, path, rows=max(log.instances // 7, 1))
    found = mine(open_store(path), quantities=QUANTITIES, rows=rows, **how).quantities
    return {name: json.dumps(found[name].to_json()) for name in QUANTITIES}


def say_in_memory(log: Log, **how: Any) -> dict[str, str]:
    found = mine(log, quantities=QUANTITIES, **how).quantities
    return {name: json.dumps(found[name].to_json()) for name in QUANTITIES}


@settings(deadline=None, max_examples=40)
@given(rows=drawn())
def test_drawn_logs_tell_the_same_from_disk(tmp_path_factory: pytest.TempPathFactory, rows: list[Row]) -> None:
    log = build(rows, done=("c",))
    assert say(log, tmp_path_factory.mktemp("drawn") / "log.parquet", 3) == say_in_memory(log)


@pytest.mark.parametrize("name", ["helpdesk.csv", "production.csv"])
def test_published_logs_tell_the_same_from_disk(name: str, tmp_path: Path) -> None:
    log = read_real(name)
    whole = say_in_memory(log)
    for rows, jobs in ((200, 3), (100_000, 1)):
        assert say(log, tmp_path / "log.parquet", rows, jobs=jobs) == whole


@settings(deadline=None, max_examples=20)
@given(rows=drawn(), zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata"]))
def test_room_for_a_few_instances_takes_more_passes_and_tells_the_same(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row], zone: str
) -> None:
    log = replace(build(rows, done=("c",)), zone=zone)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(worklists, "ROOM", 200)
        patched.setattr(reasons, "ROWS", 3)
        assert say(log, tmp_path_factory.mktemp("drawn") / "log.parquet", 100) == say_in_memory(log)


NAMES = ("", "Mo", "unassigned", "Li")
NUMBERS = st.lists(st.sampled_from([np.nan, 0.0, 1.0, 2.0, 2.5]), min_size=50, max_size=50)
CODES = st.lists(st.integers(0, 3), min_size=50, max_size=50)


@settings(deadline=None, max_examples=40)
@given(rows=drawn(), customer=CODES, topic=CODES, counter=NUMBERS, of_cases=st.booleans(), room=st.integers(1, 200))
def test_drawn_customers_and_counters_tell_the_same_from_disk(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row], customer: list[int], topic: list[int],
    counter: list[float], of_cases: bool, room: int,
) -> None:  # fmt: skip
    log = build(rows, done=("c",))
    size = log.cases if of_cases else log.instances
    columns = {
        "Customer": Column("text", np.array(customer[:size], np.int32), Vocabulary(tuple(sorted(NAMES)))),
        "category": Column("number", np.array([float(code) for code in topic[:size]])),
        "reassignment_count": Column("number", np.array(counter[:size])),
        "reopen_count": Column("number", np.array(counter[:size])),
    }
    log = replace(log, **{"case_attributes" if of_cases else "attributes": columns})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(customers, "ROOM", room)
        told = say(log, tmp_path_factory.mktemp("drawn") / "log.parquet", 4, jobs=2)
    assert told == say_in_memory(log)


def test_given_calendars_tell_the_same_from_disk(tmp_path: Path) -> None:
    workspace = load(ROOT / "workflows")
    clock = choose_clock(workspace, "service_hours")
    assert clock is not None
    log = read_log(ROOT / "logs" / "escalations.csv")
    how: dict[str, Any] = {"clock": clock.clock, "organisation": workspace.organisation}
    told = say(log, tmp_path / "log.parquet", 300, **how)
    assert told == say_in_memory(log, **how)
    assert '"hours": "given"' in told["waiting-causes"]
    assert "null" not in json.dumps([row["outside_share"] for row in json.loads(told["calendars"])["rows"]])


def test_what_does_not_fit_is_declined_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = read_log(ROOT / "logs" / "escalations.csv")

    def decline() -> dict[str, str]:
        told = {name: json.loads(text) for name, text in say(log, tmp_path / "log.parquet", 500).items()}
        return {name: text["unmeasured"]["en"] for name, text in told.items() if text["unmeasured"] and name in kept}

    kept = {*QUANTITIES} - {"source-counters", "repeat-contacts"}  # which this log has none of

    with monkeypatch.context() as patched:
        patched.setattr(worklists, "LONGEST", 20)
        found = decline()
        assert set(found) == {name for name in QUANTITIES if name.startswith("waiting-")} | {"batches"}
        assert all("--in-memory" in text and "machines" in text for text in found.values())
    with monkeypatch.context() as patched:
        patched.setattr(worklists, "ROOM", 54 * 300)
        patched.setattr(worklists, "ROUNDS", 2)
        assert "more than 2" in decline()["waiting-causes"]
    with monkeypatch.context() as patched:
        patched.setattr(reckoning, "MOST_PAIRS", 3)
        assert set(decline()) == {"batches"}
    with monkeypatch.context() as patched:
        patched.setattr(diaries, "MOST", 5)
        assert {"calendars", "waiting-causes"} <= set(decline()) <= kept - {"waiting-sides", "enablement"}
    assert decline() == {}
