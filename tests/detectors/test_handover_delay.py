from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build, vary

from svcflow.detectors import handover_delay
from svcflow.eventlog.log import Log
from svcflow.mining import mine


def desk(
    *, handed_h: float = 12, stays: int = 60, hands: int = 60, seed: int = 1, sides: dict[str, str] | None = None
) -> Log:
    """Return a log where ``ask -> do`` takes about an hour within a team and `handed_h` hours across."""
    chance = random.Random(seed)
    rows = []
    for i in range(stays + hands):
        at = MONDAY + i * DAY // 4
        hours, team = (1.0, "front") if i < stays else (handed_h, "back")
        rows += [
            Row(f"c{i}", "ask", at, f"p{i % 5}", "front"),
            Row(f"c{i}", "do", at + int(hours * chance.uniform(0.5, 1.5) * HOUR), f"q{i % 5}", team),
        ]
    return build(rows, sides=sides)


def test_the_cost_is_the_excess_over_the_same_work_within_a_team() -> None:
    log = desk()
    mined = mine(log)
    (finding,) = handover_delay.detect(log, mined)
    table = mined.handovers["team"]
    assert table is not None
    assert finding.subject.kind == "team-pair"
    assert finding.subject.names == ("front", "back")
    assert finding.evidence["basis"] == "excess"
    assert finding.cost_s == pytest.approx(table.to_rows()[0]["excess_s"], abs=1)
    assert finding.cost_s == pytest.approx(60 * 11 * 3600, rel=0.1)
    assert finding.evidence["delay_s"] == pytest.approx(table.to_rows()[0]["total_s"])


def test_without_a_baseline_the_cost_is_the_delay_and_says_so() -> None:
    log = desk(stays=10)
    (finding,) = handover_delay.detect(log, mine(log))
    assert finding.evidence["basis"] == "delay"
    assert finding.cost_s == finding.evidence["delay_s"]


def test_a_handover_that_costs_nothing_is_no_finding() -> None:
    log = desk(handed_h=1)
    assert handover_delay.detect(log, mine(log)) == []


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_the_interval_mostly_holds_the_true_excess(seed: int) -> None:
    """Every interval is around its estimate; how often it holds the truth is counted below."""
    log = desk(seed=seed)
    (finding,) = handover_delay.detect(log, mine(log))
    assert finding.interval_s[0] < finding.cost_s < finding.interval_s[1]


def test_ninety_percent_of_the_intervals_hold_the_true_excess() -> None:
    truth, held, runs = 60 * 11 * 3600, 0, 60
    for seed in range(runs):
        log = desk(seed=1000 + seed)
        low, high = handover_delay.detect(log, mine(log))[0].interval_s
        # the number of handovers is drawn too, in a bootstrap over cases: intervals are somewhat wide
        held += low <= truth <= high
    assert held >= 0.85 * runs


def test_a_vendors_time_is_a_finding_of_its_own_side() -> None:
    log = desk(sides={"do": "vendor"})
    (finding,) = handover_delay.detect(log, mine(log))
    assert finding.side == "vendor"


def test_unknown_teams_are_no_finding() -> None:
    rows = [row._replace(team="" if row.team == "back" else row.team) for row in _rows()]
    log = build(rows)
    assert handover_delay.detect(log, mine(log)) == []


def test_people_stand_in_where_cases_hardly_leave_a_team() -> None:
    rows = [row._replace(team="") for row in _rows()]
    rows = [row._replace(resource="ann" if row.activity == "ask" else "bob") for row in rows]
    log = build(rows)
    (finding,) = handover_delay.detect(log, mine(log))
    assert finding.subject.kind == "resource-pair"
    assert finding.subject.names == ("ann", "bob")


def test_a_log_without_anybody_has_no_handovers() -> None:
    log = build([row._replace(team="", resource="") for row in _rows()])
    assert handover_delay.detect(log, mine(log)) == []


def _rows() -> list[Row]:
    rows = []
    for i in range(60):
        at = MONDAY + i * DAY // 4
        rows += [Row(f"c{i}", "ask", at, "", "front"), Row(f"c{i}", "do", at + vary(i), "", "back")]
    return rows


@pytest.mark.parametrize(("elsewhere", "basis"), [(0.0, "group"), (0.25, "delay")])
def test_a_part_that_lies_between_two_teams_alone_is_the_cost(elsewhere: float, basis: str) -> None:
    """One in five of 200 lies ten hours longer between front and back; between desk and back, as few or as many do."""
    chance, rows, added = random.Random(4), [], 0
    for i in range(500):
        at, team = MONDAY + i * DAY // 4, "front" if i < 200 else "desk"
        slow = i % 5 == 0 if i < 200 else i < 200 + 300 * elsewhere
        longer = round(10 * chance.lognormvariate(0, 0.3) * HOUR) if slow else 0
        added += longer if i < 200 else 0
        rows += [
            Row(f"c{i}", "ask", at, "", team),
            Row(f"c{i}", "do", at + round(chance.lognormvariate(0, 0.5) * HOUR) + longer, "", "back"),
        ]
    log = build(rows)
    found = {f.subject.names: f for f in handover_delay.detect(log, mine(log), stands_out=4)}
    finding = found["front", "back"]
    assert finding.evidence["basis"] == basis
    if basis == "group":
        assert finding.cost_s == pytest.approx(added / 1000, rel=0.1)
