from __future__ import annotations

from svcflow_test_logs import HOUR, MONDAY, Row, build, trace

from svcflow.mining import mine


def test_processing_time_is_unknown_without_starts_never_zero() -> None:
    (row,) = mine(build(trace("c", ["a"]))).activities.to_rows()
    assert row["processing"] is None
    assert row["waiting"] is None


def test_waiting_and_processing_are_told_apart_where_starts_are_known() -> None:
    log = build([Row("c", "a", MONDAY + HOUR, start=MONDAY), Row("c", "b", MONDAY + 6 * HOUR, start=MONDAY + 4 * HOUR)])
    rows = {row["activity"]: row for row in mine(log).activities.to_rows()}
    assert rows["a"]["processing"]["total_s"] == 3600
    assert rows["b"]["waiting"]["total_s"] == 3 * 3600
    assert rows["b"]["processing"] == {"count": 1, "total_s": 7200, "mean_s": 7200, "median_s": 7200, "p90_s": 7200}
    assert mine(log).total_wait_s == 3 * 3600


def test_an_instance_that_begins_before_the_one_before_ends_waits_nothing_and_is_counted() -> None:
    log = build([Row("c", "a", MONDAY + 5 * HOUR, start=MONDAY), Row("c", "b", MONDAY + 6 * HOUR, start=MONDAY + HOUR)])
    (pair,) = mine(log).directly_follows.to_rows()
    assert (pair["total_s"], pair["overlaps"]) == (0, 1)
