"""Faults planted in a clean log are found, counted exactly, and nothing else is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from svcflow.eventlog import read_log
from svcflow.eventlog.log import Quality
from svcflow.eventlog.quality.catalogue import CATALOGUE

START = dt.datetime(2024, 1, 1, 8, 0, tzinfo=dt.UTC)
Row = tuple[str, str, dt.datetime, str]
ALWAYS = {"no-start"}


def make_rows(cases: int = 200) -> list[Row]:
    """Return a year of cases of three steps each, none of them open, no two events at one time."""
    rows = []
    for case in range(cases):
        begin = START + dt.timedelta(hours=40 * case, seconds=case * 37 % 3600)
        for step, activity in enumerate(("open", "work", "closed")):
            person = ("ann", "bob", "cy")[(case + step) % 3]
            rows.append((f"c{case}", activity, begin + dt.timedelta(minutes=97 * step, seconds=step), person))
    return rows


@pytest.fixture
def examine(export: Callable[..., Path]) -> Callable[..., dict[str, Quality]]:
    def examine(rows: list[Row]) -> dict[str, Quality]:
        lines = ["case,activity,time,resource,team"]
        lines += [f"{case},{activity},{time.isoformat()},{who},{who[:1]}" for case, activity, time, who in rows]
        log = read_log(export(lines), {"done": ["closed"]})
        return {fact.id: fact for fact in log.quality if fact.id not in ALWAYS}

    return examine


def test_a_clean_log(examine: Callable[..., dict[str, Quality]]) -> None:
    assert examine(make_rows()) == {}


def test_open_cases_in_the_middle_are_open_and_not_cut(examine: Callable[..., dict[str, Quality]]) -> None:
    rows = [row for row in make_rows() if not (row[1] == "closed" and row[0] in ("c50", "c80"))]
    (fact,) = examine(rows).values()
    assert (fact.id, fact.count, fact.rows) == ("open-cases", 2, (151, 240))
    assert fact.share == pytest.approx(0.01)


def test_cases_open_at_the_end_are_cut(examine: Callable[..., dict[str, Quality]]) -> None:
    rows = [(c, a, t - dt.timedelta(hours=39 * int(c[1:])), who) for c, a, t, who in make_rows()]  # cases overlap
    end = rows[-40][2]
    facts = examine([row for row in rows if row[2] <= end])
    cut = facts["cut-at-end"]
    assert cut.count == facts["open-cases"].count > 0
    assert facts.keys() == {"cut-at-end", "open-cases"}


def test_cases_that_begin_before_the_log_are_cut(examine: Callable[..., dict[str, Quality]]) -> None:
    rows = make_rows()
    late = [(f"x{n}", "work", START + dt.timedelta(minutes=n + 1, seconds=7), "ann") for n in range(4)]
    late += [(f"x{n}", "closed", START + dt.timedelta(hours=1, minutes=n, seconds=11), "ann") for n in range(4)]
    (fact,) = examine(rows + late).values()
    assert (fact.id, fact.count) == ("cut-at-start", 4)
    assert fact.rows == (601, 602, 603, 604)


def test_a_case_id_used_twice(examine: Callable[..., dict[str, Quality]]) -> None:
    rows = [(case if case != "c190" else "c3", *rest) for case, *rest in make_rows()]
    (fact,) = examine(rows).values()  # type: ignore[arg-type]
    assert (fact.id, fact.count, fact.rows) == ("reused-cases", 1, (10,))
    assert fact.severity == "error"


@pytest.mark.parametrize(
    ("when", "kind"),
    [
        (dt.datetime(2031, 5, 1, 7, tzinfo=dt.UTC), "future-times"),
        (dt.datetime(2003, 5, 1, 7, tzinfo=dt.UTC), "early-times"),
        (dt.datetime(1970, 1, 1, tzinfo=dt.UTC), "default-dates"),
        (dt.datetime(1899, 12, 30, tzinfo=dt.UTC), "default-dates"),
        (dt.datetime(9999, 12, 31, tzinfo=dt.UTC), "default-dates"),
        (dt.datetime(1900, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=8))), "default-dates"),
        (dt.datetime(1971, 3, 4, 5, 6, 7, tzinfo=dt.UTC), "strange-clock"),
    ],
)
def test_times_that_cannot_be(when: dt.datetime, kind: str, examine: Callable[..., dict[str, Quality]]) -> None:
    rows = make_rows()
    rows[100] = (rows[100][0], rows[100][1], when, rows[100][3])
    facts = examine(rows)
    assert facts[kind].count == 1
    assert facts[kind].rows == (101,)
    assert facts.keys() & {"future-times", "early-times", "default-dates", "strange-clock"} == {kind}


@pytest.mark.parametrize(
    ("start", "kind"), [("1902-05-06T07:08:09Z", "strange-clock"), ("1970-01-01T00:00:00Z", "default-dates")]
)
def test_a_start_that_cannot_be(start: str, kind: str, export: Callable[..., Path]) -> None:
    lines = [f"{case},{a},{t.isoformat()},{t.isoformat()}" for case, a, t, _ in make_rows(40)]
    lines[7] = ",".join([*lines[7].split(",")[:2], start, lines[7].split(",")[3]])
    log = read_log(export(["case,activity,start,time", *lines]))
    (fact,) = (fact for fact in log.quality if fact.id == kind)
    assert (fact.count, fact.rows) == (1, (8,))


def test_strange_clocks_say_whether_durations_hold(export: Callable[..., Path]) -> None:
    for years, words in ((0, "durations between them hold"), (100, "durations of their cases cannot be true")):
        rows = [(c, a, t.replace(year=t.year - 100)) for c, a, t, _ in make_rows(40)]
        rows[1:] = [(c, a, t.replace(year=t.year + years)) for c, a, t in rows[1:]]
        lines = ["case,activity,time", *(f"{c},{a},{t.isoformat()}" for c, a, t in rows)]
        (fact,) = (fact for fact in read_log(export(lines)).quality if fact.id == "strange-clock")
        assert words in fact.message


def test_a_batch_writes_one_time_for_many_cases(examine: Callable[..., dict[str, Quality]]) -> None:
    rows = make_rows()
    stamp = rows[-1][2] + dt.timedelta(hours=1, milliseconds=13)
    batch = [(case, activity, stamp if activity == "closed" and int(case[1:]) >= 170 else time, who)
             for case, activity, time, who in rows]  # fmt: skip
    (fact,) = examine(batch).values()
    assert (fact.id, fact.count) == ("batch-stamps", 30)


def test_midnights_among_full_times(examine: Callable[..., dict[str, Quality]]) -> None:
    rows = [(case, activity, time.replace(hour=0, minute=0, second=0) + dt.timedelta(days=1) if activity == "closed"
             and int(case[1:]) % 3 == 0 else time, who) for case, activity, time, who in make_rows()]  # fmt: skip
    (fact,) = examine(rows).values()
    assert (fact.id, fact.count) == ("round-times", 67)
    assert "00:00: dates without a time of day" in fact.message


def test_a_wrong_done_activity_is_suspected(export: Callable[..., Path]) -> None:
    lines = ["case,activity,time", *(f"{case},{a},{t.isoformat()}" for case, a, t, _ in make_rows(40))]
    facts = {fact.id: fact for fact in read_log(export(lines), {"done": ["open"]}).quality}
    assert facts["open-cases"].share == 1
    assert "is another activity the done one?" in facts["open-cases"].message


def test_halves_of_a_lifecycle(export: Callable[..., Path]) -> None:
    lines = ["case,activity,time,lifecycle:transition"]
    for case, activity, time, _ in make_rows(30):
        if not (activity == "work" and case in ("c3", "c4")):
            lines.append(f"{case},{activity},{time.isoformat()},start")
        if not (activity == "work" and case == "c5"):
            lines.append(f"{case},{activity},{(time + dt.timedelta(minutes=5)).isoformat()},complete")
    facts = {fact.id: fact for fact in read_log(export(lines)).quality}
    assert (facts["lifecycle-halves"].count, facts["lifecycle-halves"].share) == (2, pytest.approx(2 / 89))
    assert facts["open-instances"].count == 1


def test_zones_mixed_by_permission(export: Callable[..., Path]) -> None:
    lines = ["case,activity,time", *(f"{n},a,2024-01-31T10:{n}0:00{'Z' if n % 2 else ''}" for n in range(6))]
    facts = {fact.id: fact for fact in read_log(export(lines), {"timezone": "Europe/Berlin"}).quality}
    assert (facts["mixed-zones"].count, facts["mixed-zones"].share) == (3, 0.5)
    assert "read as Europe/Berlin" in facts["mixed-zones"].message


def test_rows_left_out_are_told_by_what_they_lack(export: Callable[..., Path]) -> None:
    lines = ["case,activity,time", *(f"{n},a,2024-01-31 10:0{n}" for n in range(9))]
    lines += [",a,2024-01-31 11:00", "9,,2024-01-31 11:00", "9,a,", "9,a,never", ",,"]
    (fact,) = (fact for fact in read_log(export(lines), on_bad_rows="drop").quality if fact.id == "dropped-rows")
    assert "1 without activity" in fact.message
    assert "1 without time" in fact.message
    assert "1 without readable time" in fact.message
    assert fact.rows[0] == 10


def test_files_that_know_less_and_lie_apart(tmp_path: Path) -> None:
    rows = make_rows(60)
    halves = (rows[:90], [(f"z{c}", a, t + dt.timedelta(days=500), "") for c, a, t, _ in rows[90:]])
    for number, half in enumerate(halves):
        lines = ["case,activity,time,resource,team"]
        lines += [f"{c},{a},{t.isoformat()},{who},{who}" for c, a, t, who in half]
        (tmp_path / f"part{number}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    facts = {fact.id: fact for fact in read_log(tmp_path).quality}
    assert facts["uneven-files"].count == len(halves[1])
    assert "no resource in part1.csv; no team in part1.csv" in facts["uneven-files"].message
    assert facts["files-apart"].count == 90


def test_every_fact_says_what_it_does_to_which_metric() -> None:
    for kind in CATALOGUE.values():
        assert kind.effect, kind.id
        assert kind.manual.endswith("."), kind.id
        assert not kind.effect.endswith("."), kind.id
