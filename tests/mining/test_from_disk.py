"""Quantities that compare cases, mined from disk: what a log in memory tells, whatever the file is cut into."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from svcflow_test_logs import Row, build, drawn, read_real

from svcflow.eventlog import open_store
from svcflow.eventlog.log import Log
from svcflow.eventlog.store.writing import write
from svcflow.mining import mine

QUANTITIES = ("calendars", "enablement", "waiting-sides")


def say(log: Log, path: Path, rows: int, jobs: int = 1) -> dict[str, str]:
    """Return what each quantity tells of `log` as a file."""
    write(log, path, rows=max(log.instances // 7, 1))
    found = mine(open_store(path), quantities=QUANTITIES, rows=rows, jobs=jobs).quantities
    return {name: json.dumps(found[name].to_json()) for name in QUANTITIES}


def say_in_memory(log: Log) -> dict[str, str]:
    found = mine(log, quantities=QUANTITIES).quantities
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
        assert say(log, tmp_path / "log.parquet", rows, jobs) == whole
