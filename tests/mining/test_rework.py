from __future__ import annotations

from collections import Counter
from itertools import groupby, pairwise

import pytest
from hypothesis import given, settings
from svcflow_test_logs import HOUR, MONDAY, Row, build, drawn, trace

from svcflow.eventlog.log import Role
from svcflow.mining import mine
from svcflow.mining.mined import trust_done


@settings(deadline=None, max_examples=80)
@given(drawn())
def test_it_equals_walking_each_case(rows: list[Row]) -> None:
    log = build(rows, done=("d",))
    found = mine(log).rework
    traces = [sorted((r for r in rows if r.case == case), key=lambda row: row.time) for case in log.case_ids]
    runs = [[len(list(run)) for _, run in groupby(row.activity for row in steps)] for steps in traces]
    assert found.immediate_repeats == sum(size - 1 for case in runs for size in case)
    assert found.self_loops == sum(size > 1 for case in runs for size in case)
    assert found.self_loop_cases == sum(any(size > 1 for size in case) for case in runs)
    assert found.repeating_cases == sum(len({r.activity for r in steps}) < len(steps) for steps in traces)
    back = [sum(one.activity == "d" != two.activity for one, two in pairwise(steps)) for steps in traces]
    assert (found.reopens, found.reopen_cases) == (sum(back), sum(map(bool, back)))
    repeats, redos, unknown, cost, gain, cases = (Counter() for _ in range(6))
    for steps in traces:
        last: dict[str, Row] = {}
        first: dict[str, int] = {}
        for i, row in enumerate(steps):
            if row.activity in last:
                before = last[row.activity].resource
                kind = unknown if not (before and row.resource) else repeats if before == row.resource else redos
                kind[row.activity] += 1
                gain[steps[i - 1].activity] += 1
                gain[row.activity] -= 1
            last[row.activity] = row
            first.setdefault(row.activity, row.time)
        for name, times in Counter(row.activity for row in steps).items():
            if times > 1:
                cases[name] += 1
                cost[name] += last[name].time - first[name]
    people = log.has_resources
    assert {row["activity"]: row for row in found.to_rows()} == {
        name: {
            "activity": name,
            "repeats": repeats[name] if people else None,
            "redos": redos[name] if people else None,
            "unattributed": unknown[name],
            "cases": cases[name],
            "cost_s": pytest.approx(cost[name] / 1000),
            "net_loop_gain": gain[name],
        }
        for name in cases
    }


def test_start_and_complete_of_one_instance_are_no_rework() -> None:
    rows = [
        Row("c", "check", MONDAY + HOUR, start=MONDAY),
        Row("c", "close", MONDAY + 3 * HOUR, start=MONDAY + 2 * HOUR),
    ]
    assert mine(build(rows)).rework.repeating_cases == 0


def test_three_in_a_row_are_one_self_loop() -> None:
    found = mine(build(trace("c", ["a", "a", "a", "b"]))).rework
    assert (found.immediate_repeats, found.self_loops) == (2, 1)


def test_reopens_are_unknown_where_nobody_says_what_done_is() -> None:
    found = mine(build(trace("c", ["close", "work"]))).rework
    assert found.reopens is None


def test_a_guess_of_done_that_the_log_contradicts_is_dropped() -> None:
    rows = [row for i in range(9) for row in trace(f"c{i}", ["close claim", "pay"])]
    guessed = Role("done", "close claim", "their names say that the case is settled")
    assert trust_done(build(rows, done=("close claim",), roles=(guessed,))) == ()
    stated = Role("done", "close claim", "stated in the mapping")
    assert trust_done(build(rows, done=("close claim",), roles=(stated,))) == ("close claim",)


def test_open_cases_leave_the_statistics_only_where_done_was_stated() -> None:
    rows = [*trace("c1", ["a", "close"], gap=HOUR), *trace("c2", ["a", "b"], gap=5 * HOUR)]
    stated = mine(build(rows, done=("close",))).to_json()
    assert stated["log"]["open_cases"] == 1
    assert (stated["cycle_time"]["cases"], stated["cycle_time"]["open_left_out"]) == (1, 1)
    assert stated["cycle_time"]["max_s"] == 3600
    guess = (Role("done", "close", "their names say that the case is settled"),)
    guessed = mine(build(rows, done=("close",), roles=guess)).to_json()
    assert guessed["log"]["open_cases"] == 1
    assert guessed["cycle_time"]["cases"] == 2


def test_time_to_resolve_ends_with_the_last_resolving_step_not_with_closing() -> None:
    rows = trace("c", ["open", "Resolve", "work", "Resolve", "Closed"])
    assert mine(build(rows, done=("Closed", "Resolve"))).to_json()["resolve_time"]["median_s"] == 3 * 3600
    assert mine(build(rows, done=("Closed",))).to_json()["resolve_time"] is None
