"""Temporal profile and performance spectrum: against every pair of instances, and pm4py where it counts the same."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from statistics import mean, stdev

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build, drawn, read_real, trace

from svcflow.errors import UsageError
from svcflow.mining import mine
from svcflow.mining.quantities import temporal_profile
from svcflow.mining.spectra import CLASSES, list_segments

NAMES = ("temporal-profile", "spectrum")


def find_times(rows: list[Row]) -> dict[tuple[str, str], list[float]]:
    """Return the times between any two instances of a case, by pair of activities."""
    cases: dict[str, list[Row]] = {}
    for row in rows:
        cases.setdefault(row.case, []).append(row)
    found: dict[tuple[str, str], list[float]] = {}
    for case in cases.values():
        case.sort(key=lambda row: row.time)
        for i, one in enumerate(case):
            for two in case[i + 1 :]:
                start = two.time if two.start is None else two.start
                if start >= one.time:
                    found.setdefault((one.activity, two.activity), []).append((start - one.time) / 1000)
    return found


@settings(deadline=None, max_examples=50)
@given(drawn(), st.integers(1, 9))
def test_the_profile_is_that_of_all_pairs_of_instances(rows: list[Row], block: int) -> None:
    found = mine(build(rows), quantities=NAMES, rows=block, jobs=2).quantities["temporal-profile"]
    expected = find_times(rows)
    told = {(row["first"], row["later"]): row for row in found.to_rows()}
    assert set(told) == set(expected)
    for pair, times in expected.items():
        assert told[pair]["count"] == len(times)
        assert told[pair]["mean_s"] == pytest.approx(mean(times), abs=0.001)
        if len(times) == 1:
            assert told[pair]["deviation_s"] is None
        else:
            assert told[pair]["deviation_s"] == pytest.approx(stdev(times), abs=0.001)


@settings(deadline=None, max_examples=25)
@given(drawn(), st.integers(1, 9))
def test_splits_change_nothing(rows: list[Row], block: int) -> None:
    one, two = (mine(build(rows), quantities=NAMES, **options) for options in ({}, {"rows": block, "jobs": 2}))
    assert [one.quantities[name].to_json() for name in NAMES] == [two.quantities[name].to_json() for name in NAMES]


def test_an_outlier_is_counted() -> None:
    gaps = [HOUR + n * 1000 for n in range(30)] + [40 * DAY]
    rows = [row for n, gap in enumerate(gaps) for row in trace(f"c{n:02}", "ab", start=MONDAY + n * DAY, gap=gap)]
    (row,) = mine(build(rows), quantities=["temporal-profile"]).quantities["temporal-profile"].to_rows()
    assert (row["count"], row["outliers"]) == (31, 1)


def test_of_very_many_pairs_every_nth_case_is_taken_whatever_the_split(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temporal_profile, "MOST_PAIRS", 60)
    rows = [row for n in range(60) for row in trace(f"c{n:02}", "abc", start=MONDAY + n * DAY, gap=HOUR)]
    told = [
        mine(build(rows), quantities=["temporal-profile"], rows=size).quantities["temporal-profile"]
        for size in (7, 999)
    ]
    assert told[0].to_json() == told[1].to_json()
    assert told[0].approximate
    assert 0.1 < told[0].figures["sampled_cases_share"] < 0.5
    assert {(row["first"], row["later"]): row["mean_s"] for row in told[0].to_rows()} == {
        ("a", "b"): 3600, ("b", "c"): 3600, ("a", "c"): 7200,
    }  # fmt: skip


def test_the_help_desk_has_the_profile_that_pm4py_finds() -> None:
    pm4py = pytest.importorskip("pm4py")
    log = read_real("helpdesk.csv")
    frame = log.to_pandas()[["case", "activity", "time"]].astype({"case": str, "activity": str})
    frame = frame.rename(columns={"case": "case:concept:name", "activity": "concept:name", "time": "time:timestamp"})
    frame["time:timestamp"] = frame["time:timestamp"].astype("datetime64[ns, UTC]")
    from pm4py.algo.discovery.temporal_profile.variants import log as of_events

    known = of_events.apply(pm4py.convert_to_event_log(frame))
    found = mine(log, quantities=["temporal-profile"]).quantities["temporal-profile"]
    told = {(row["first"], row["later"]): row for row in found.to_rows()}
    assert set(told) == set(known)
    assert len(told) > 60
    for pair, (average, deviation) in known.items():
        assert told[pair]["mean_s"] == pytest.approx(average, abs=0.01)
        assert (told[pair]["deviation_s"] or 0) == pytest.approx(deviation, abs=0.01)  # of one value pm4py says 0


@settings(deadline=None, max_examples=40)
@given(drawn(), st.integers(1, 9))
def test_the_spectrum_holds_every_wait_once(rows: list[Row], block: int) -> None:
    log = build(rows)
    found = mine(log, quantities=NAMES, rows=block).quantities["spectrum"]
    told = Counter({(row["from"], row["to"]): 0 for row in found.to_rows()})
    for row in found.to_rows():
        assert row["count"] == sum(row[name] for name in CLASSES)
        told[row["from"], row["to"]] += row["count"]
    follows = Counter(
        (log.activities[int(a)], log.activities[int(b)])
        for low, high in pairwise(log.offsets.tolist())
        for a, b in pairwise(log.activity[low:high])
    )
    assert told == follows
    for source, target in follows:
        segments = list_segments(log, source, target)
        assert len(segments.begin) == follows[source, target]
        assert (np.diff(segments.begin) >= 0).all()
        assert (segments.end >= segments.begin).all()


def test_slow_weeks_show_in_the_spectrum() -> None:
    rows = []
    for n in range(120):
        gap = HOUR if n < 60 else 9 * HOUR + n * 60_000
        rows += trace(f"c{n:03}", "ab", start=MONDAY + n * DAY // 2, gap=gap)
    told = mine(build(rows), quantities=["spectrum"]).quantities["spectrum"].to_rows()
    assert sum(row["count"] for row in told if row["period"] < "2026-04-01") == 60
    assert all(row["slow"] + row["slowest"] == 0 for row in told if row["period"] < "2026-04-01")
    assert all(row["slow"] + row["slowest"] == row["count"] for row in told if row["period"] >= "2026-04-01")
    segments = list_segments(build(rows), "a", "b")
    assert segments.quarter[:60].max() == 0
    with pytest.raises(UsageError):
        list_segments(build(rows), "a", "nothing")
