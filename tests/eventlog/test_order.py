"""The same rows in any order are the same log; only among equal times does the file decide."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from svcflow.eventlog import read_log
from svcflow.eventlog.log import Log

HEADER = "case id,activity,time,resource,team,amount"


def rows_of(seed: int, cases: int = 12) -> list[str]:
    random_ = random.Random(seed)
    rows, minute = [], 0
    for case in range(cases):
        for _ in range(random_.randint(1, 6)):
            minute += random_.randint(1, 900)
            date = f"2024-{1 + minute // 43200 % 12:02}-{1 + minute // 1440 % 28:02}"
            stamp = f"{date} {minute // 60 % 24:02}:{minute % 60:02}:{len(rows) % 60:02}"
            who = random_.choice(["ann", "bob", "", "eve"])
            rows.append(
                f"c{case},{random_.choice('abcd')},{stamp},{who},{random_.choice(['T1', 'T2', ''])},{case * 10}"
            )
    return rows


def same(a: Log, b: Log) -> bool:
    arrays = ("offsets", "time", "start", "has_start", "activity", "resource", "team", "case_events")
    return (
        all((getattr(a, name) == getattr(b, name)).all() for name in arrays)
        and (a.case_ids, a.activities, a.resources, a.teams) == (b.case_ids, b.activities, b.resources, b.teams)
        and all((a.case_attributes[name].values == b.case_attributes[name].values).all() for name in a.case_attributes)
        and list(a.attributes) == list(b.attributes)
    )


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_row_order_changes_nothing(tmp_path: Path, seed: int, shuffler: random.Random) -> None:
    rows = list({row.split(",")[0] + row.split(",")[2]: row for row in rows_of(seed)}.values())
    path = tmp_path / "a.csv"
    path.write_text("\n".join([HEADER, *rows]))
    first = read_log(path)
    begins = first.time[first.offsets[:-1]]
    shuffler.shuffle(rows)
    path.write_text("\n".join([HEADER, *rows]))
    if len(np.unique(begins)) == len(begins):
        assert same(first, read_log(path))


def test_ties_stand_as_in_the_file(export: Callable[..., Path]) -> None:
    rows = [
        "case,activity,time",
        "1,z,2024-01-01 10:00",
        "1,a,2024-01-01 10:00",
        "1,m,2024-01-01 09:00",
        "1,b,2024-01-01 10:00",
    ]
    log = read_log(export(rows))
    assert [log.activities[code] for code in log.activity] == ["m", "z", "a", "b"]
    ties = next(fact for fact in log.quality if fact.id == "ties")
    assert (ties.count, ties.share) == (2, 0.5)


def test_cases_are_numbered_by_their_beginning(export: Callable[..., Path]) -> None:
    rows = ["case,activity,time", "x,a,2024-01-03", "y,a,2024-01-02", "x,b,2024-01-01", "z,a,2024-01-01"]
    assert read_log(export(rows)).case_ids == ("x", "z", "y")


def test_a_case_alone_has_the_same_times(export: Callable[..., Path]) -> None:
    rows = rows_of(7)
    crowd = read_log(export([HEADER, *rows]))
    number = crowd.case_ids.index("c3")
    alone = read_log(export([HEADER, *(row for row in rows if row.startswith("c3,"))], "alone.csv"))
    low, high = crowd.offsets[number : number + 2]
    assert (alone.time == crowd.time[low:high]).all()
    assert [alone.activities[c] for c in alone.activity] == [crowd.activities[c] for c in crowd.activity[low:high]]


def test_renaming_resources_changes_only_names(export: Callable[..., Path]) -> None:
    rows = rows_of(9)
    first = read_log(export([HEADER, *rows]))
    renamed = read_log(export([HEADER, *(row.replace(",ann,", ",zed,") for row in rows)], "renamed.csv"))
    names = {"ann": "zed"}
    before = [names.get(first.resources[c], first.resources[c]) for c in first.resource]
    assert before == [renamed.resources[c] for c in renamed.resource]
    assert (first.time == renamed.time).all()
