"""Loops by activity and person, cycles and folded variants: bupaR's worked definitions and walking each case."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import HOUR, MONDAY, Row, build, drawn, read_real, trace

from svcflow.eventlog.log import Log
from svcflow.mining import mine

LOOPS = ["activity-loops", "person-loops", "cycles", "collapsed-variants"]


def measure(log: Log, **options: Any) -> dict[str, Any]:
    return mine(log, quantities=LOOPS, **options).quantities


def walk(rows: list[Row]) -> list[list[Row]]:
    cases: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row.time):
        cases.setdefault(row.case, []).append(row)
    return list(cases.values())


@settings(deadline=None, max_examples=60)
@given(drawn(), st.integers(1, 9))
def test_loops_equal_walking_each_case(rows: list[Row], size: int) -> None:
    log = build(rows, machines=("r3",))
    found = measure(log, rows=size, jobs=2)
    numbers: dict[str, Counter[str]] = defaultdict(Counter)
    people: dict[str, Counter[str]] = defaultdict(Counter)
    for case in walk(rows):
        involved: set[str] = set()
        looping: set[str] = set()
        for name, run in groupby(row.activity for row in case):
            length = len(list(run))
            numbers["self_loops"][name] += length > 1
            numbers["at_once"][name] += length - 1
        for i, row in enumerate(case):
            earlier = [k for k in range(i) if case[k].activity == row.activity]
            if not earlier:
                continue
            then = case[earlier[-1]]
            looping |= {row.activity, case[i - 1].activity}
            numbers["repetitions"][row.activity] += earlier[-1] != i - 1
            numbers["inflow"][row.activity] += 1
            numbers["outflow"][case[i - 1].activity] += 1
            known = bool(then.resource and row.resource)
            kind = "unattributed" if not known else "repeats" if then.resource == row.resource else "redos"
            numbers[kind][row.activity] += 1
            if known and "r3" not in (then.resource, row.resource):
                involved |= {then.resource, row.resource}
                people[kind][row.resource] += 1
                people["redone"][then.resource] += kind == "redos"
        people["cases"].update(involved)
        numbers["looping_cases"].update(looping)
        numbers["cases"].update(name for name, n in Counter(row.activity for row in case).items() if n > 1)
    told = {row["activity"]: row for row in found["activity-loops"].to_rows()}
    assert set(told) == set(numbers["looping_cases"])
    for name, row in told.items():
        for field in ("cases", "looping_cases", "self_loops", "repetitions", "inflow", "outflow", "unattributed"):
            assert row[field] == numbers[field][name]
        assert row["net_loop_gain"] == numbers["outflow"][name] - numbers["inflow"][name]
        assert (row["loop_size"] or 0) * row["self_loops"] == pytest.approx(numbers["at_once"][name])
        assert row["repeats"] == (numbers["repeats"][name] if log.has_resources else None)
    persons = found["person-loops"]
    assert {r.pop("person"): r for r in persons.to_rows()} == {
        name: {field: people[field][name] for field in ("cases", "repeats", "redos", "redone")}
        for name in people["cases"]
    }


def brute_cycles(case: list[Row]) -> list[tuple[tuple[str, ...], int, int]]:
    """Return steps as entered, rounds and time of each pass, by following each round to its end."""
    names, found, covered = [row.activity for row in case], [], set()
    for end in range(1, len(names)):
        for size in range(1, 7):
            begin = end - size
            steps = tuple(names[begin:end])
            if begin < 0 or names[end] != steps[0] or len(set(steps)) < size:
                continue
            if (end, size) not in covered:
                last = end
                while last + 1 < len(names) and names[last + 1] == names[last + 1 - size]:
                    last += 1
                    covered.add((last, size))
                rounds = 1 + (last - end) // size
                found.append((steps, rounds, case[begin + rounds * size].time - case[begin].time))
    return found


def turn(steps: tuple[str, ...]) -> tuple[str, ...]:
    return min(steps[k:] + steps[:k] for k in range(len(steps)))


@settings(deadline=None, max_examples=80)
@given(st.lists(st.text("abcdefg", min_size=1, max_size=16), max_size=6), st.integers(1, 9))
def test_cycles_equal_following_each_round(traces: list[str], size: int) -> None:
    rows = [Row(f"c{n}", name, MONDAY + i * HOUR + n) for n, text in enumerate(traces) for i, name in enumerate(text)]
    found = measure(build(rows), rows=size, jobs=2)["cycles"]
    expected: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for case in walk(rows):
        passes = brute_cycles(case)
        for steps, rounds, millis in passes:
            for i, number in enumerate((rounds, 1, 0, millis // 1000)):
                expected[turn(steps)][i] += number
        for steps in {turn(steps) for steps, *_ in passes}:
            expected[steps][2] += 1
    told = {
        turn(tuple(r["cycle"][:-1])): [r["rounds"], r["passes"], r["cases"], r["in_cycle_s"]] for r in found.to_rows()
    }
    assert told == dict(expected)
    assert all(row["cycle"][0] == row["cycle"][-1] and len(row["cycle"]) == row["steps"] + 1 for row in found.to_rows())


def fold(text: str) -> str:
    changed = True
    while changed:
        changed = False
        for size in range(1, 7):
            i = size
            while i + size <= len(text):
                if text[i : i + size] == text[i - size : i]:
                    text, changed = text[:i] + text[i + size :], True
                else:
                    i += 1
    return text


@settings(deadline=None, max_examples=80)
@given(st.lists(st.text("abc", min_size=1, max_size=14), min_size=1, max_size=6))
def test_folded_variants_repeat_nothing_and_cover_what_they_say(traces: list[str]) -> None:
    rows = [Row(f"c{n}", name, MONDAY + i + 100 * n) for n, text in enumerate(traces) for i, name in enumerate(text)]
    found = measure(build(rows))["collapsed-variants"]
    assert {"".join(row["activities"]): row["cases"] for row in found.to_rows()} == Counter(map(fold, traces))
    sizes = sorted(Counter(map(fold, traces)).values(), reverse=True)
    for share in (50, 80, 95):
        enough = next(k for k in range(1, len(sizes) + 1) if 100 * sum(sizes[:k]) >= share * len(traces))
        assert found.figures[f"folded_to_cover_{share}"] == enough
    assert found.figures["raw_variants"] == len(set(traces))


def test_three_in_a_row_are_one_self_loop_of_size_two() -> None:
    found = measure(build(trace("c", ["a@/x", "a@/x", "a@/y", "b@/x", "a@/y"])))
    row, left = found["activity-loops"].to_rows()
    assert (row["activity"], left["activity"], left["self_loops"], left["net_loop_gain"]) == ("a", "b", 0, 1)
    assert (row["self_loops"], row["loop_size"], row["repetitions"]) == (1, 2.0, 1)
    assert (row["repeats"], row["redos"]) == (2, 1)
    figures = found["activity-loops"].figures
    assert [figures[name] for name in ("repeats_at_once", "redos_at_once", "repeats_later", "redos_later")] == [
        1,
        1,
        1,
        0,
    ]
    cycles = {tuple(row["cycle"]): (row["rounds"], row["in_cycle_s"]) for row in found["cycles"].to_rows()}
    assert cycles == {("a", "a"): (2, 2 * 3600), ("a", "b", "a"): (1, 2 * 3600)}


def test_a_cycle_is_named_from_where_cases_mostly_enter_it() -> None:
    rows = [*trace("c", ["open", "work", "ask", "work", "ask", "work"]), *trace("d", ["ask", "work", "ask"])]
    rows += trace("e", ["work", "ask", "work"])
    (row,) = measure(build(rows))["cycles"].to_rows()
    assert (row["cycle"], row["rounds"], row["passes"], row["cases"]) == (["work", "ask", "work"], 4, 3, 3)


@settings(deadline=None, max_examples=20)
@given(drawn())
def test_the_same_name_means_the_same_in_both_tables_of_loops(rows: list[Row]) -> None:
    mined = mine(build(rows), quantities=["activity-loops"])
    loops = {row["activity"]: row for row in mined.quantities["activity-loops"].to_rows()}
    for row in mined.rework.activities.to_rows():
        both = set(row) & set(loops[row["activity"]])
        assert both == {"activity", "cases", "repeats", "redos", "unattributed", "net_loop_gain"}
        assert {name: row[name] for name in both} == {name: loops[row["activity"]][name] for name in both}
        assert row["cost_s"] == loops.pop(row["activity"])["time_in_loops_s"]
    assert {row["cases"] for row in loops.values()} <= {0}


def test_loops_start_where_more_leave_than_enter() -> None:
    rows = trace("c", ["draft", "check", "draft", "check", "draft", "check"])
    gains = {row["activity"]: row["net_loop_gain"] for row in measure(build(rows))["activity-loops"].to_rows()}
    assert gains == {"draft": 0, "check": 0}
    rows = trace("c", ["draft", "check", "draft", "sign"]) + trace("d", ["draft", "check", "draft"])
    gains = {row["activity"]: row["net_loop_gain"] for row in measure(build(rows))["activity-loops"].to_rows()}
    assert gains == {"draft": -2, "check": 2}


def test_the_loops_of_the_help_desk() -> None:
    found = measure(read_real("helpdesk.csv"))
    loops, variants = found["activity-loops"].figures, found["collapsed-variants"].figures
    assert (loops["self_loops"], loops["looping_cases"]) == (862, 1_240)
    assert sum(r["self_loops"] * (r["loop_size"] or 0) for r in found["activity-loops"].to_rows()) == pytest.approx(944)
    assert found["cycles"].figures["cycling_cases"] <= 1_240
    assert variants["raw_variants"] == 226
    assert variants["folded_variants"] <= variants["self_loops_folded_variants"] <= 226


def test_start_and_complete_of_a_call_are_no_loop() -> None:
    found = measure(read_real("teleclaims.xes.gz"))
    assert found["activity-loops"].figures["looping_cases"] == 0
    assert not found["cycles"].to_rows()
