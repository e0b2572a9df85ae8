from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from svcflow_test_logs import HOUR, MONDAY, Row, build, drawn, read_real

from svcflow.calendars import Clock
from svcflow.mining import mine

OFFICE = Clock(((0, 4, ((9 * 60, 17 * 60),)),), "UTC")


@settings(deadline=None, max_examples=80)
@given(drawn())
def test_it_equals_counting_by_hand(rows: list[Row]) -> None:
    log = build(rows)
    waits: dict[tuple[str, str], list[float]] = defaultdict(list)
    cases: dict[tuple[str, str], set[str]] = defaultdict(set)
    overlaps: dict[tuple[str, str], int] = defaultdict(int)
    for case in log.case_ids:
        own = sorted((row for row in rows if row.case == case), key=lambda row: row.time)
        for one, two in pairwise(own):
            begin = two.time if two.start is None else two.start
            pair = one.activity, two.activity
            waits[pair].append(max(begin - one.time, 0) / 1000)
            cases[pair].add(case)
            overlaps[pair] += begin < one.time
    found = {(row["from"], row["to"]): row for row in mine(log).directly_follows.to_rows()}
    assert found.keys() == waits.keys()
    for pair, row in found.items():
        assert (row["count"], row["cases"], row["overlaps"]) == (len(waits[pair]), len(cases[pair]), overlaps[pair])
        assert row["total_s"] == pytest.approx(sum(waits[pair]))
        for q, name in ((0.5, "median_s"), (0.9, "p90_s")):
            assert row[name] == pytest.approx(np.quantile(waits[pair], q), abs=0.001)


def test_business_time_stands_beside_elapsed_time() -> None:
    friday_16h, monday_10h = MONDAY + 4 * 24 * HOUR + 16 * HOUR, MONDAY + 7 * 24 * HOUR + 10 * HOUR
    log = build([Row("c", "ask", friday_16h), Row("c", "answer", monday_10h)])
    mined = mine(log, clock=OFFICE)
    (row,) = mined.directly_follows.to_rows()
    assert row["total_s"] == 66 * 3600
    assert row["total_business_s"] == row["median_business_s"] == 2 * 3600
    assert mined.waits.total == 2 * HOUR
    assert mined.to_json()["cycle_time"]["median_business_s"] == 2 * 3600


def test_business_time_does_not_depend_on_the_split() -> None:
    rows = [Row(f"c{i}", a, MONDAY + (i * 7 + n * 5) * HOUR) for i in range(30) for n, a in enumerate("abcab")]
    log = build(rows)
    assert mine(log, clock=OFFICE, rows=7, jobs=2).to_json() == mine(log, clock=OFFICE).to_json()


def test_the_most_frequent_pair_comes_first() -> None:
    rows = [Row(f"c{i}", a, MONDAY + n) for i in range(3) for n, a in enumerate("xy" if i else "yx")]
    assert [(r["from"], r["to"], r["count"]) for r in mine(build(rows)).directly_follows.to_rows()] == [
        ("x", "y", 2),
        ("y", "x", 1),
    ]


def test_tables_turn_into_arrow_and_pandas() -> None:
    mined = mine(build([Row("c", "a", 1), Row("c", "b", 5)]))
    assert mined.directly_follows.to_arrow().column("count").to_pylist() == [1]
    assert mined.directly_follows.to_pandas()["to"].tolist() == ["b"]


@pytest.mark.parametrize("name", ["helpdesk.csv", "VINST cases closed problems.csv", "bpic2012.xes.gz"])
def test_counts_and_variants_equal_those_of_pm4py(name: str) -> None:
    log = read_real(name)
    import pandas as pd
    import pm4py

    frame = pd.DataFrame(
        {
            "case:concept:name": np.repeat(np.array(log.case_ids, object), np.diff(log.offsets)),
            "concept:name": np.array(log.activities.texts, object)[log.activity],
            "time:timestamp": pd.to_datetime(log.time, unit="ms", utc=True).as_unit("ns"),
        }
    )
    frame = frame.astype({"case:concept:name": "string", "concept:name": "string"})
    edges, starts, ends = pm4py.discover_dfg(frame)
    mined = mine(log)
    assert {(row["from"], row["to"]): row["count"] for row in mined.directly_follows.to_rows()} == dict(edges)
    variants = pm4py.get_variants(frame)
    assert {tuple(row["activities"]): row["cases"] for row in mined.variants.to_rows()} == {
        variant: cases if isinstance(cases, int) else len(cases) for variant, cases in variants.items()
    }
    assert sum(starts.values()) == sum(ends.values()) == log.cases
