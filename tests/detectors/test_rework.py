from __future__ import annotations

import pytest
from hypothesis import given, settings
from svcflow_test_logs import DAY, MONDAY, Row, build, drawn, trace, vary

from svcflow.detectors import rework
from svcflow.eventlog.log import Log, Role
from svcflow.mining import mine

GAPS = sum(vary(case) for case in range(40)) / 1000
"""What one gap of each of forty cases adds up to, in seconds."""
LOOP = ["open/p1", "check@t/p1", "ask@t/p2", "check@t/p1", "close@t/p1"]


def desk(route: list[str], loops: int = 40, straight: int = 60, **how: object) -> Log:
    rows = []
    for i in range(loops):
        rows += trace(f"loop{i}", route, start=MONDAY + i * DAY, gap=vary(i))
    for i in range(straight):
        rows += trace(f"straight{i}", ["open", "check", "close"], start=MONDAY + i * DAY + 1, gap=vary(i))
    return build(rows, **how)  # type: ignore[arg-type]


def test_the_cost_is_the_waiting_from_the_first_to_the_last_completion() -> None:
    log = desk(LOOP)
    (finding,) = rework.detect(log, mine(log))
    assert finding.subject.kind == "loop"
    assert finding.subject.names == ("check", "ask", "check")
    assert (finding.cases, finding.count) == (40, 40)
    assert finding.cost_s == 2 * GAPS
    assert finding.evidence["repeats"] == 40
    assert finding.evidence["loop_s"] == finding.cost_s


def test_overlapping_loops_share_no_hour() -> None:
    log = desk(["open", "a", "b", "a", "b", "a", "close"], straight=0)
    findings = rework.detect(log, mine(log), min_share=0)
    assert sum(f.cost_s for f in findings) == 4 * GAPS
    assert findings[0].subject.names == ("a", "b", "a")


@settings(deadline=None, max_examples=40)
@given(drawn())
def test_no_hour_is_counted_twice_on_any_log(rows: list[Row]) -> None:
    log = build(rows)
    mined = mine(log)
    findings = rework.detect(log, mined, min_count=1, min_cases=1, min_share=0, most=99)
    assert sum(f.cost_s for f in findings) <= mined.total_wait_s + 1e-6


def test_waits_of_the_customer_cost_the_provider_nothing() -> None:
    log = desk(LOOP, sides={"ask": "customer"})
    (finding,) = rework.detect(log, mine(log))
    assert finding.cost_s == GAPS


def test_three_at_once_are_named_as_a_self_loop() -> None:
    log = desk(["open", "note", "note", "note", "close"])
    (finding,) = rework.detect(log, mine(log))
    assert finding.subject.names == ("note", "note")
    assert finding.count == 80


def test_reopened_cases_are_told_where_done_is_known() -> None:
    log = desk(["open", "resolve", "check", "resolve"], done=("resolve",))
    (finding,) = rework.detect(log, mine(log))
    assert finding.evidence["reopens"] == 0
    assert mine(log).rework.reopens == 40
    again = desk(["open", "check", "resolve", "check", "resolve"], done=("resolve",))
    checks = next(f for f in rework.detect(again, mine(again), min_share=0) if f.subject.names[0] == "check")
    assert checks.evidence["reopens"] == 40


def test_small_loops_are_not_reported() -> None:
    log = desk(LOOP, loops=19)
    assert rework.detect(log, mine(log)) == []
    assert rework.detect(log, mine(log), min_count=1, min_cases=1)[0].cases == 19


def test_the_share_is_of_all_time_between_events() -> None:
    log = desk(LOOP)
    (finding,) = rework.detect(log, mine(log))
    assert finding.share == pytest.approx(finding.cost_s / mine(log).total_wait_s)


def test_a_state_that_goes_on_into_the_next_update_is_no_loop() -> None:
    route = ["New", "Active", "Active", "Active", "Awaiting Problem", "Active", "Resolved"]
    named = (Role("activity", "incident_state", "its name says 'incident state'"),)
    log = desk(route, straight=0, roles=named)
    (finding,) = rework.detect(log, mine(log))
    assert (finding.subject.names, finding.cost_s) == (("Active", "Awaiting Problem", "Active"), 2 * GAPS)
    assert rework.detect(desk(route[:4], straight=0, roles=named), mine(desk(route[:4], straight=0))) == []
    steps = (Role("activity", "step", "its name says 'step'"),)
    assert rework.detect(desk(LOOP[:2] * 2, straight=0, roles=steps), mine(desk(LOOP[:2] * 2, straight=0)))
