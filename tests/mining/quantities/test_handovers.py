"""Handovers of lines and departments, escalations and shapes, against walking each case."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import HOUR, MONDAY, Row, build, drawn, read_real, trace

from svcflow.eventlog.log import Role, Vocabulary
from svcflow.eventlog.store.stored import open_store
from svcflow.eventlog.store.writing import write
from svcflow.mining import mine
from svcflow.mining.levels import find_lines

LINES = {"t1": "1", "t2": "2", "t3": "3"}
DEPARTMENTS = {"t1": "desk", "t2": "desk", "t3": "works"}


def organise() -> Any:
    """Return an organisation of which only what is asked is there."""
    teams = {
        name: SimpleNamespace(
            id=f"of-{name}", labels=(f"{name.upper()}*",), line=int(LINES[name]), department=DEPARTMENTS[name]
        )
        for name in LINES
    }
    return SimpleNamespace(teams=teams, name=SimpleNamespace(en="Centre"))


def walk(rows: list[Row]) -> list[list[Row]]:
    cases: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row.time):
        cases.setdefault(row.case, []).append(row)
    return list(cases.values())


def collapse(values: list[str]) -> list[str]:
    return [value for value, _ in groupby(values)]


@settings(deadline=None, max_examples=60)
@given(drawn(), st.integers(1, 9))
def test_levels_and_shapes_equal_walking_each_case(rows: list[Row], size: int) -> None:
    log = build(rows)
    wanted = ["handovers-of-lines", "handovers-of-departments", "routing", "escalations"]
    found = mine(log, organisation=organise(), quantities=wanted, rows=size, jobs=2).quantities
    if len({LINES.get(row.team, "") for row in rows} | {""}) <= 2:
        assert found["handovers-of-lines"].unmeasured
        assert found["escalations"].unmeasured
        return
    cases = walk(rows)
    for name, level in (("handovers-of-lines", LINES), ("handovers-of-departments", DEPARTMENTS)):
        routes = [collapse([level.get(row.team, "") for row in case]) for case in cases]
        passed = Counter(pair for route in routes for pair in pairwise(route))
        if not found[name].unmeasured:
            assert {(r["from"], r["to"]): r["count"] for r in found[name].to_rows()} == dict(passed)
    shapes = {(r["between"], r["shape"]): (r["count"], r["cases"]) for r in found["routing"].to_rows()}
    for between, read in (
        ("team", lambda r: r.team),
        ("line", lambda r: LINES.get(r.team, "")),
        ("activity", lambda r: r.activity),
    ):
        routes = [collapse([read(row) for row in case]) for case in cases]
        assert {name: shapes[between, name] for name in SHAPES} == {
            name: (sum(numbers), sum(map(bool, numbers)))
            for name, rule in SHAPES.items()
            for numbers in [[rule(route) for route in routes]]
        }
    check_escalations(found["escalations"], cases)


SHAPES = {
    "handover": lambda r: len(r) - 1,
    "return": lambda r: sum(r[i] in r[:i] for i in range(len(r))),
    "ping-pong A-B-A": lambda r: sum(r[i] == r[i - 2] for i in range(2, len(r))),
    "ping-pong A-B-A-B": lambda r: sum(r[i - 3 : i - 1] == r[i - 1 : i + 1] for i in range(3, len(r))),
    "ping-pong A-B-A-B-A-B": lambda r: sum(r[i - 5 : i + 1] == r[i - 1 : i + 1] * 3 for i in range(5, len(r))),
    "circular": lambda r: sum(r[i] in r[:i] and r[i] != r[i - 2] for i in range(2, len(r))),
    "linear": lambda r: int(len(r) > 2 and len(set(r)) == len(r)),
}


def check_escalations(found: Any, cases: list[list[Row]]) -> None:
    judged = fronts = downs = skips = pushed = skipped = 0
    waits: dict[tuple[str, str], list[float]] = {}
    for case in cases:
        stays = [(i, LINES[row.team]) for i, row in enumerate(case) if row.team in LINES]
        stays = [stay for k, stay in enumerate(stays) if not k or stays[k - 1][1] != stay[1]]
        moves = [(a, b, int(b[1]) - int(a[1])) for a, b in pairwise(stays)]
        if stays:
            front, down, skip = stays[0][1] == "1", any(c < 0 for *_, c in moves), any(c > 1 for *_, c in moves)
            judged, fronts, downs, skips = judged + 1, fronts + front, downs + (not down), skips + (not skip)
            pushed += front and not down and not skip
        for (_, low), (i, high), climb in moves:
            if climb > 0:
                skipped += climb - 1
                start = case[i].time if case[i].start is None else case[i].start
                waits.setdefault((low, high), []).append(max(start - case[i - 1].time, 0) / 1000)
    assert {(r["from"], r["to"]): (r["count"], r["wait_total_s"]) for r in found.to_rows()} == {
        pair: (len(values), pytest.approx(sum(values))) for pair, values in waits.items()
    }
    figures = found.figures
    assert (found.n, figures["levels_skipped"], figures["escalations"]) == (
        judged,
        skipped,
        sum(map(len, waits.values())),
    )
    shares = [figures[f"{name}_share"] for name in ("start_at_line_1", "never_down", "none_skipped", "push_to_front")]
    assert shares == [number / judged if judged else None for number in (fronts, downs, skips, pushed)]


def test_changes_of_team_within_a_department_are_told_apart() -> None:
    rows = trace("c", ["a@t1", "b@t2", "c@t3", "d@", "e@t3"])
    found = mine(build(rows), organisation=organise(), quantities=["handovers-of-departments"]).quantities
    figures = found["handovers-of-departments"].figures
    changes = [figures[f"team_changes_{name}"] for name in ("within", "across", "unknown")]
    assert (changes, figures["across_share"]) == ([1, 1, 2], 0.5)


def test_lines_are_read_from_names_only_where_they_show_two() -> None:
    def read(*teams: str) -> list[str] | None:
        vocabulary = Vocabulary(("", *sorted(teams)))
        found = find_lines(vocabulary, None)
        return found and [found.names[found.of_team[vocabulary.find(team)]] for team in teams]  # type: ignore[index]

    assert read("G21 2nd", "G199 3rd", "C8") == ["2", "3", "1"]
    assert read("IT L1", "SAP L2") == ["1", "2"]
    assert read("服务台", "二线支持", "财务部") == ["1", "2", ""]
    assert read("Second line", "Management", "Quality", "Operations") is None
    assert read("L1", "L2", "L17") is None
    assert read("Group 1", "Group 2", "T1", "T2") is None


def test_people_are_numbered_and_shares_are_of_all_waiting() -> None:
    rows = [*trace("c", ["a@/ann", "b@/bob", "c@/ann"], gap=HOUR), *trace("d", ["a@/bob", "b@/bob"], gap=2 * HOUR)]
    found = mine(build(rows), quantities=["handovers-of-people", "handovers-of-teams"]).quantities
    people = found["handovers-of-people"]
    assert people.people == ("from", "to")
    assert [(r["count"], r["share"], r["return_rate"]) for r in people.to_rows()] == [(1, 0.25, 1.0), (1, 0.25, 0.0)]
    assert found["handovers-of-teams"].unmeasured


def test_the_lines_of_the_closed_problems() -> None:
    log = read_real("VINST cases closed problems.csv")
    found = mine(log, quantities=["routing", "handovers-of-teams", "escalations"]).quantities
    shapes = {(r["between"], r["shape"]): (r["count"], r["cases"]) for r in found["routing"].to_rows()}
    assert shapes["team", "handover"] == (655, 280)
    assert shapes["team", "ping-pong A-B-A"] == (186, 107)
    assert shapes["team", "return"][1] == 118
    assert sum(row["count"] for row in found["handovers-of-teams"].to_rows()) == 655
    assert found["escalations"].figures["lines_from"] == "the names of the teams"
    names = replace(log, team=log.team).teams
    lines = find_lines(names, None)
    assert lines is not None
    assert [lines.names[code] for code in set(lines.of_team.tolist())] == ["", "1", "2", "3"]


def test_an_escalation_that_waits_half_an_hour_is_prompt() -> None:
    rows = [
        Row("c", "a", MONDAY, team="Desk L1"),
        Row("c", "b", MONDAY + HOUR // 2, team="Works L2"),
        Row("d", "a", MONDAY, team="Desk L1"),
        Row("d", "b", MONDAY + HOUR // 2 + 1, team="Experts L3"),
    ]
    found = mine(build(rows), quantities=["escalations"]).quantities["escalations"]
    assert [(r["from"], r["to"], r["skipped"], r["within_30_min_share"]) for r in found.to_rows()] == [
        ("1", "2", 0, 1.0),
        ("1", "3", 1, 0.0),
    ]
    assert found.figures["push_to_front_share"] == 0.5


def test_one_row_a_case_shows_no_changes_of_team(tmp_path: Path) -> None:
    """Such an export has the team of now: nothing passes from team to team in it, which is no finding."""
    rows = [
        Row(f"c{case}", name, MONDAY + step * HOUR, f"p{(case + step) % 2}", f"Support L{1 + case % 2}")
        for case in range(4)
        for step, name in enumerate(("Opened", "Closed"))
    ]
    wanted = ["handovers-of-teams", "handovers-of-lines", "routing"]
    seen = Role("milestone Closed", "closed_at", "its name")
    for roles, known in (((seen,), False), ((), True)):
        log = build(rows, roles=roles)
        write(log, tmp_path / "log.parquet")
        for source in (log, open_store(tmp_path / "log.parquet")):
            mined = mine(source, quantities=wanted)
            assert (mined.handovers["team"] is not None) is known
            assert mined.handovers["resource"] is not None
            for name in wanted[:2]:
                assert ("one row a case" in str(mined.quantities[name].unmeasured)) is not known
            between = set(mined.quantities["routing"].table.columns["between"])
            assert (("team" in between), ("line" in between), ("person" in between)) == (known, known, True)
