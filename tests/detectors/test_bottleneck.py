from __future__ import annotations

import random

import pytest
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build

from svcflow.calendars import Clock
from svcflow.detectors import bottleneck, detect
from svcflow.eventlog.log import Log
from svcflow.mining import mine


def desk(cases: int = 120, *, wait_h: float = 10, **how: object) -> Log:
    """Return a log of ``open -> work -> close``: short waits before work, long ones before closing."""
    chance = random.Random(1)
    rows = []
    for i in range(cases):
        opened = MONDAY + i * HOUR + chance.randrange(HOUR)
        worked = opened + chance.randrange(HOUR)
        closed = worked + int(chance.uniform(0.2, 1.8) * wait_h * HOUR)
        who = f"p{i % 9}"
        rows += [
            Row(f"c{i}", "open", opened, who),
            Row(f"c{i}", "work", worked, who),
            Row(f"c{i}", "close", closed, who),
        ]
    return build(rows, **how)  # type: ignore[arg-type]


def test_the_cost_is_the_sum_of_the_waits_and_lies_in_its_interval() -> None:
    log = desk()
    mined = mine(log)
    first, second = bottleneck.detect(log, mined)
    row = next(row for row in mined.directly_follows.to_rows() if row["to"] == "close")
    assert first.subject.names == ("work", "close")
    assert first.cost_s == pytest.approx(row["total_s"])
    assert first.interval_s[0] < first.cost_s < first.interval_s[1]
    assert first.share + second.share == pytest.approx(1)
    assert (first.cases, first.count, first.side, first.timer) == (120, 120, "provider", False)


def test_the_interval_is_that_of_a_bootstrap_over_cases() -> None:
    """Its width is about that of a normal interval of the sum."""
    log = desk(400)
    (first, _) = bottleneck.detect(log, mine(log))
    waits = mine(log).waits
    own = waits.elapsed[waits.pair == list(waits.target).index(log.activities.find("close"))] / 1000
    expected = 2 * 1.645 * own.std() * len(own) ** 0.5
    assert first.interval_s[1] - first.interval_s[0] == pytest.approx(expected, rel=0.25)


def test_the_same_log_gives_the_same_findings() -> None:
    assert bottleneck.detect(desk(), mine(desk())) == bottleneck.detect(desk(), mine(desk()))


def test_small_matters_are_not_reported() -> None:
    log = desk(30)
    assert bottleneck.detect(log, mine(log)) == []
    assert len(bottleneck.detect(log, mine(log), min_count=30)) == 2
    assert len(bottleneck.detect(log, mine(log), min_count=30, min_share=0.5)) == 1


def test_what_the_customer_owns_is_said_but_never_ranked_first() -> None:
    log = desk(sides={"close": "customer"})
    findings = detect(log, mine(log))
    assert [(f.subject.names, f.side) for f in findings] == [
        (("open", "work"), "provider"),
        (("work", "close"), "customer"),
    ]
    assert findings[0].cost_s < findings[1].cost_s


def test_a_timer_is_said_but_never_ranked_first() -> None:
    chance = random.Random(2)
    rows = []
    for i in range(100):
        opened = MONDAY + i * HOUR + chance.randrange(HOUR)
        solved = opened + chance.randrange(20 * HOUR)
        rows += [Row(f"c{i}", "open", opened), Row(f"c{i}", "solve", solved), Row(f"c{i}", "close", solved + 5 * DAY)]
    log = build(rows)
    findings = detect(log, mine(log))
    assert [f.timer for f in findings] == [False, True]
    assert findings[1].evidence["timer_rule"] == "concentration"
    assert findings[1].evidence["timer_mode_s"] == 5 * 86_400


def test_examples_are_the_worst_cases_and_typical_ones() -> None:
    log = desk()
    first = bottleneck.detect(log, mine(log))[0]
    waits = {row["case"]: row["waiting_s"] for row in mine(log).cases.to_rows()}
    by_close = sorted(waits, key=lambda case: -waits[case])
    assert len(set(first.examples)) == 5
    assert set(first.examples[:3]) & set(by_close[:5])
    assert all(case in waits for case in first.examples)


def test_a_step_that_hangs_on_one_person_is_no_timer_but_says_so() -> None:
    chance = random.Random(4)
    rows = []
    for i in range(100):
        at = MONDAY + i * HOUR
        rows += [
            Row(f"c{i}", "ask", at, f"p{i % 9}"),
            Row(f"c{i}", "approve", at + chance.randrange(HOUR, 90 * HOUR), "boss" if i % 10 else "p1"),
        ]
    log = build(rows)
    (finding,) = bottleneck.detect(log, mine(log))
    assert not finding.timer
    assert finding.evidence["single_person_share"] == pytest.approx(0.9)


def test_costs_are_business_time_where_a_calendar_is_given() -> None:
    log = desk()
    clock = Clock(((0, 4, ((9 * 60, 17 * 60),)),), "UTC")
    elapsed, business = (bottleneck.detect(log, m)[0] for m in (mine(log), mine(log, clock=clock)))
    assert business.evidence["clock"] == "business"
    assert business.cost_s < elapsed.cost_s
    assert business.cost_s == pytest.approx(
        next(r for r in mine(log, clock=clock).directly_follows.to_rows() if r["to"] == "close")["total_business_s"]
    )


def test_cycle_time_efficiency_is_told_only_where_work_is_measured() -> None:
    log = desk()
    assert "cte_before" not in bottleneck.detect(log, mine(log))[0].evidence
    rows = [
        row
        for i in range(60)
        for row in (
            Row(f"c{i}", "a", MONDAY + i * DAY + HOUR, start=MONDAY + i * DAY),
            Row(f"c{i}", "b", MONDAY + i * DAY + 4 * HOUR, start=MONDAY + i * DAY + 3 * HOUR),
        )
    ]
    worked = build(rows)
    (finding,) = bottleneck.detect(worked, mine(worked))
    assert (finding.evidence["cte_before"], finding.evidence["cte_after"]) == (0.5, 1.0)
