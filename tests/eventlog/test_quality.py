"""Facts about the export are counted, and each says what it does to the figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from svcflow.eventlog import read_log
from svcflow.eventlog.log import Log, Quality

HEADER = "case,activity,time,start time,resource,team,lifecycle"


def facts(log: Log) -> dict[str, Quality]:
    assert len({fact.id for fact in log.quality}) == len(log.quality)
    return {fact.id: fact for fact in log.quality}


def test_a_clean_export_has_nothing_to_say(export: Callable[..., Path]) -> None:
    rows = ["case,activity,end time,start time,resource,team"]
    rows += [f"{n},a,2024-01-31T10:{n}0:00Z,2024-01-31T09:00:00Z,ann,T" for n in range(5)]
    assert facts(read_log(export(rows))) == {}


def test_each_fact_is_counted(export: Callable[..., Path]) -> None:
    rows = [
        "case,activity,end time,start time,resource,team",
        "1,a,2024-01-31 10:00:00.1234,2024-01-31 09:00,ann,T",
        "1,a,2024-01-31 10:00:00.1234,2024-01-31 09:00,ann,T",
        "1,A,2024-01-31 11:00:00,2024-01-31 12:00,,T",
        "1,b,,2024-01-31 12:00,ann,",
        "2,b,,2024-01-31 12:00,ann,T",
        "3,b,1970-01-01 00:00,,ann,",
    ]
    found = {id_: (fact.count, round(fact.share, 3)) for id_, fact in facts(read_log(export(rows))).items()}
    assert found == {
        "naive-zone": (6, 1.0),
        "default-dates": (1, 0.167),
        "ties": (1, 0.167),
        "duplicate-rows": (1, 0.167),
        "missing-resource": (1, 0.25),
        "missing-team": (1, 0.25),
        "no-start": (2, 0.5),
        "open-instances": (2, 0.333),
        "cases-without-steps": (1, 0.333),
        "negative-durations": (1, 0.167),
        "finer-times": (2, 0.333),
        "similar-names": (2, 0.667),
    }


def test_rows_that_differ_anywhere_are_no_duplicates(export: Callable[..., Path]) -> None:
    rows = ["case,activity,time,note", "1,a,2024-01-31,x", "1,a,2024-01-31,y", "1,a,2024-01-31,x", "1,a,2024-01-31,x"]
    assert facts(read_log(export(rows)))["duplicate-rows"].count == 2


@pytest.mark.parametrize(
    ("row", "dropped"),
    [("9,,2024-01-31 10:00", 1), (",a,2024-01-31 10:00", 1), ("9,a,", 1), ("9,a,never", 1), ("9,a,2024-01-31", 0)],
)
def test_rows_that_are_no_events(row: str, dropped: int, export: Callable[..., Path]) -> None:
    rows = ["case,activity,time", *(f"{n},a,2024-01-31 10:0{n}" for n in range(9)), row]
    log = read_log(export(rows), on_bad_rows="drop")
    fact = facts(log).get("dropped-rows")
    assert (fact.count if fact else 0) == dropped
    assert log.events + dropped == 10
    if fact:
        assert fact.rows == (10,)
