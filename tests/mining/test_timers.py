from __future__ import annotations

import random

import numpy as np
import pytest
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build, read_real

from svcflow.eventlog.log import Log
from svcflow.mining import mine
from svcflow.mining.accounts import find_machines
from svcflow.mining.timers import Timer, measure_resolution

MINUTE = HOUR // 60


def pairs(waits: list[int], people: list[str] | None = None, *, grain: int = 1000, **how: object) -> Log:
    """Return a log of one ``resolve -> close`` per case, resolved at odd moments of office hours."""
    chance = random.Random(7)
    rows = []
    for i, wait in enumerate(waits):
        resolved = MONDAY + i % 5 * DAY + chance.randrange(9 * HOUR, 17 * HOUR)
        resolved -= resolved % grain
        rows.append(Row(f"c{i}", "resolve", resolved, f"p{i % 7}"))
        rows.append(Row(f"c{i}", "close", resolved + wait, people[i] if people else f"p{i * 3 % 7}"))
    return build(rows, **how)  # type: ignore[arg-type]


def judge(log: Log) -> Timer | None:
    return judge_pair(log, "resolve", "close")


def judge_pair(log: Log, source: str, target: str) -> Timer | None:
    waits = mine(log).waits
    pair = (log.activities.find(source), log.activities.find(target))
    return waits.timers[list(zip(waits.source.tolist(), waits.target.tolist(), strict=True)).index(pair)]


def scattered(n: int, low: int, high: int) -> list[int]:
    chance = random.Random(3)
    return [chance.randrange(low, high) for _ in range(n)]


def test_half_of_the_waits_at_one_value_are_a_timer() -> None:
    timer = judge(pairs([5 * DAY + 7 * HOUR + s * 60_000 for s in range(30)] + scattered(25, HOUR, 9 * DAY)))
    assert timer is not None
    assert timer.rule == "concentration"
    assert timer.mode == pytest.approx(5 * DAY + 7 * HOUR, rel=0.01)


def test_spikes_at_several_whole_days_are_a_timer() -> None:
    timer = judge(pairs([d * DAY + 20_000 for d in (3, 7, 14) for _ in range(5)] + scattered(40, HOUR, 20 * DAY)))
    assert timer is not None
    assert timer.rule == "whole-days"


def test_scattered_waits_are_none() -> None:
    assert judge(pairs(scattered(200, HOUR, 9 * DAY))) is None


def test_people_who_note_the_full_hour_are_no_timer() -> None:
    """Both ends typed as full hours: every wait is whole, by the clock times alone."""
    chance = random.Random(5)
    assert judge(pairs([chance.randrange(1, 150) * HOUR for _ in range(80)], grain=HOUR)) is None


def test_in_a_register_of_dates_whole_days_mean_nothing() -> None:
    chance = random.Random(5)
    log = pairs([chance.randrange(1, 40) * DAY for _ in range(80)], grain=DAY)
    assert measure_resolution(log.time) == DAY
    assert judge(log) is None


def test_few_waits_are_not_judged() -> None:
    assert judge(pairs([5 * DAY] * 19)) is None


def test_waits_of_a_second_are_no_timer() -> None:
    assert judge(pairs([1000] * 100)) is None


def test_a_declared_machine_that_writes_the_next_event_is_a_timer() -> None:
    waits = scattered(60, HOUR, 9 * DAY)
    people = ["robot"] * 55 + ["ann"] * 5
    timer = judge(pairs(waits, people, machines=("robot",)))
    assert timer is not None
    assert (timer.rule, timer.account) == ("machine", "robot")
    assert timer.share == pytest.approx(55 / 60)


def test_a_lone_person_is_no_timer() -> None:
    assert judge(pairs(scattered(60, HOUR, 9 * DAY), ["ann"] * 60)) is None


def test_a_customers_wait_keeps_its_side() -> None:
    rows = [Row("c", "ask", MONDAY), Row("c", "answer", MONDAY + DAY), Row("c", "close", MONDAY + 2 * DAY)]
    mined = mine(build(rows, sides={"answer": "customer"}))
    assert {row["to"]: row["side"] for row in mined.directly_follows.to_rows()} == {
        "answer": "customer",
        "close": "provider",
    }
    assert mined.waits.addressable.tolist() == [False, True]


def test_the_time_in_a_state_belongs_to_its_owner_whatever_follows() -> None:
    rows = [Row("c", step, MONDAY + n * DAY) for n, step in enumerate(("new", "pending", "open", "pending", "solved"))]
    mined = mine(build(rows, sides={"solved": "vendor"}, states={"pending": "customer"}))
    assert {(row["from"], row["to"]): row["side"] for row in mined.directly_follows.to_rows()} == {
        ("new", "pending"): "provider",
        ("pending", "open"): "customer",
        ("open", "pending"): "provider",
        ("pending", "solved"): "customer",
    }
    assert mined.waits.addressable.tolist() == [True, False, True, False]


def test_an_account_that_never_sleeps_and_outruns_everybody_is_a_machine() -> None:
    rows = [Row(f"m{i}", "log", MONDAY + i * 15 * MINUTE, "robot") for i in range(24 * 4 * 20)]
    rows += [
        Row(f"p{person}-{day}-{n}", "work", MONDAY + day * DAY + 9 * HOUR + n * 31 * MINUTE, f"p{person}")
        for person in range(6)
        for day in range(20)
        for n in range(15)
    ]
    log = build(rows)
    assert {log.resources[code] for code in find_machines(log)} == {"robot"}


def test_a_night_shift_is_no_machine() -> None:
    rows = []
    for person in range(6):
        for day in range(20):
            for n in range(20):
                at = MONDAY + day * DAY + (person * 4) * HOUR + n * 24 * MINUTE
                rows.append(Row(f"p{person}-{day}-{n}", "work", at, f"p{person}"))
    assert find_machines(build(rows)) == frozenset()


@pytest.mark.parametrize(
    ("name", "machines"),
    [("helpdesk.csv", set()), ("VINST cases closed problems.csv", set()), ("bpic2012.xes.gz", {"112"})],
)
def test_machines_of_real_logs(name: str, machines: set[str]) -> None:
    log = read_real(name)
    assert {log.resources[code] for code in find_machines(log)} == machines


def test_the_timer_of_the_help_desk_is_found_by_its_spikes() -> None:
    log = read_real("helpdesk.csv")
    timer = judge_pair(log, "Resolve ticket", "Closed")
    assert timer is not None
    assert timer.rule == "whole-days"
    assert timer.mode == 15 * DAY
    closing = log.resource[log.activity == log.activities.find("Closed")]
    assert np.bincount(closing).max() / len(closing) == pytest.approx(0.813, abs=0.0005)


def test_an_account_called_a_machine_is_one_and_no_single_person() -> None:
    waits = scattered(90, HOUR, 9 * DAY)
    log = pairs(waits, ["System"] * 90)
    assert {log.resources[code] for code in find_machines(log)} == {"System"}
    timer = judge(log)
    assert timer is not None
    assert (timer.rule, timer.account) == ("machine", "System")
    assert judge(pairs(waits, ["J. Bot"] * 90)) is None
