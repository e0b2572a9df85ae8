from __future__ import annotations

from collections import Counter, defaultdict
from itertools import groupby, pairwise

import pytest
from hypothesis import given, settings
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build, drawn, trace

from svcflow.eventlog.log import Log
from svcflow.mining import mine
from svcflow.mining.accounts import find_lone, find_machines


def collapse(log: Log, case: str, rows: list[Row]) -> list[str]:
    own = sorted((row for row in rows if row.case == case), key=lambda row: row.time)
    return [team for team, _ in groupby(row.team for row in own)]


@settings(deadline=None, max_examples=80)
@given(drawn())
def test_counts_equal_walking_each_case(rows: list[Row]) -> None:
    log = build(rows)
    table = mine(log).handovers["team"]
    if table is None:
        assert not any(row.team for row in rows)
        return
    routes = [collapse(log, case, rows) for case in log.case_ids]
    text = ["".join(team[1:] or "0" for team in route) for route in routes]

    def shown(route: str, bounces: int) -> bool:
        wanted = bounces + 2
        return any(all(route[i + k] == route[i + k % 2] for k in range(wanted)) for i in range(len(route) - wanted + 1))

    counts = table.counts
    assert counts.total == sum(len(route) - 1 for route in routes)
    assert counts.cases == sum(len(route) > 1 for route in routes)
    assert counts.max == max((len(route) - 1 for route in routes), default=0)
    assert counts.returned_cases == sum(len(set(route)) < len(route) for route in routes)
    assert counts.ping_pong == sum(r[i] == r[i + 2] for r in text for i in range(len(r) - 2))
    assert counts.ping_pong_cases == sum(shown(route, 1) for route in text)
    assert counts.abab_cases == sum(shown(route, 2) for route in text)
    assert counts.ababab_cases == sum(shown(route, 4) for route in text)
    assert counts.linear_cases == sum(len(r) > 2 and len(set(r)) == len(r) for r in routes)
    passed = Counter((a, b) for route in routes for a, b in pairwise(route))
    assert {(row["from"], row["to"]): row["count"] for row in table.to_rows()} == dict(passed)
    comes_back: Counter[tuple[str, str]] = Counter()
    for route in routes:
        for i in range(len(route) - 1):
            comes_back[route[i], route[i + 1]] += route[i] in route[i + 1 :]
    assert {(row["from"], row["to"]): row["returns"] for row in table.to_rows()} == dict(comes_back)


def test_unknown_is_a_value_and_never_dropped() -> None:
    table = mine(build(trace("c", ["a@t1", "b", "c@t1"]))).handovers["team"]
    assert table is not None
    assert (table.counts.total, table.counts.ping_pong) == (2, 1)
    assert {(row["from"], row["to"]) for row in table.to_rows()} == {("t1", ""), ("", "t1")}


def test_a_case_that_only_a_machine_touched_moves_no_other_count() -> None:
    people = {"a": ["robot"], "b": ["ann", "ben", "eve", "ann", "ben"], "c": ["ann", "eve"]}
    rows = [Row(case, "x", n * 10, who) for case, known in people.items() for n, who in enumerate(known)]
    table = mine(build(rows, machines=("robot",))).handovers["resource"]
    assert table is not None
    found = {(row["from"], row["to"]): (row["count"], row["cases"]) for row in table.to_rows()}
    assert found == {("ann", "ben"): (2, 1), ("ben", "eve"): (1, 1), ("eve", "ann"): (1, 1), ("ann", "eve"): (1, 1)}


def test_declared_machines_are_passed_over() -> None:
    rows = trace("c", ["a@t1/ann", "b@sys/robot", "c@t1/ann"])
    mined = mine(build(rows, machines=("robot",)))
    for between in ("team", "resource"):
        table = mined.handovers[between]
        assert table is not None
        assert table.counts.total == 0


def test_a_machine_that_writes_the_team_of_the_case_passes_cases_on() -> None:
    rows = trace("c", ["a@t1/ann", "b@t2/robot", "c@t3/bob", "d@/robot"]) + trace("d", ["a@t2/cid", "b@t1/robot"])
    mined = mine(build(rows, machines=("robot",)))
    teams, people = mined.handovers["team"], mined.handovers["resource"]
    assert teams is not None
    assert people is not None
    assert (teams.counts.total, people.counts.total) == (4, 1)


@pytest.mark.parametrize("nobody", ["?", "Unassigned", "待分配", "--"])
def test_a_name_for_nobody_is_no_machine_however_much_it_writes(nobody: str) -> None:
    rows = []
    for i in range(400):
        begin = MONDAY + i * HOUR
        rows += trace(f"c{i}", [f"a@t1/{nobody}", f"b@t2/{nobody}", f"c@t1/p{i % 40}"], begin, gap=HOUR)
    log = build(rows)
    assert find_machines(log) == frozenset()
    table = mine(log).handovers["team"]
    assert table is not None
    assert table.counts.total == 800
    assert find_lone(log, log.resource[log.resource == log.resources.find(nobody)], frozenset()) is None


@pytest.mark.parametrize(("away", "machine"), [(0, True), (2, False), (4, False)])
def test_who_takes_leave_is_no_machine_however_long_the_days(away: int, machine: bool) -> None:
    """One account writes three times an hour, day and night: a machine, unless it is away for days on end."""
    rows = []
    for i in range(42 * 24):
        begin = MONDAY + i * HOUR
        there = i // 24 % (4 + away) < 4
        rows += trace(f"c{i}", [f"a@t1/p{i % 5}", *(["b@t2/dora"] * 3 if there else [])], begin, gap=HOUR // 4)
    log = build(rows)
    assert find_machines(log) == (frozenset({log.resources.find("dora")}) if machine else frozenset())


def test_the_delay_is_the_waiting_of_the_receiver() -> None:
    rows = [Row("c", "a", MONDAY, team="x"), Row("c", "b", MONDAY + 5 * HOUR, team="y", start=MONDAY + 2 * HOUR)]
    table = mine(build(rows)).handovers["team"]
    assert table is not None
    assert table.to_rows()[0]["total_s"] == 2 * 3600


def stays_and_hands(stays: int, hands: int) -> Log:
    """Return a log where ``a -> b`` takes 1 h within the team and 10 h across."""
    rows = []
    for i in range(stays):
        rows += [Row(f"s{i}", "a", MONDAY + i * DAY, team="x"), Row(f"s{i}", "b", MONDAY + i * DAY + HOUR, team="x")]
    for i in range(hands):
        t = MONDAY + (i + 0.5) * DAY
        rows += [Row(f"h{i}", "a", int(t), team="x"), Row(f"h{i}", "b", int(t) + 10 * HOUR, team="y")]
    return build(rows)


def test_excess_is_what_the_handover_adds_to_the_same_pair_within_a_team() -> None:
    table = mine(stays_and_hands(25, 4)).handovers["team"]
    assert table is not None
    assert table.to_rows()[0]["excess_s"] == pytest.approx(4 * 9 * 3600)


def test_excess_is_unknown_below_twenty_cases_that_stay() -> None:
    table = mine(stays_and_hands(19, 4)).handovers["team"]
    assert table is not None
    assert table.to_rows()[0]["excess_s"] is None


@settings(deadline=None, max_examples=40)
@given(drawn())
def test_delays_of_pairs_add_up_to_the_waiting_at_handovers(rows: list[Row]) -> None:
    log = build(rows)
    table = mine(log).handovers["resource"]
    total: dict[tuple[str, str], float] = defaultdict(float)
    for case in log.case_ids:
        own = sorted((row for row in rows if row.case == case), key=lambda row: row.time)
        for one, two in pairwise(own):
            if one.resource != two.resource:
                begin = two.time if two.start is None else two.start
                total[one.resource, two.resource] += max(begin - one.time, 0) / 1000
    assert {(r["from"], r["to"]): r["total_s"] for r in (table.to_rows() if table else [])} == pytest.approx(total)
