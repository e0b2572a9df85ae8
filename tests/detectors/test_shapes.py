"""Shapes that look alike are told apart: to and fro from bounces and hands, re-opens from patterns, queues."""

from __future__ import annotations

import numpy as np
import pytest
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build, trace, vary

from svcflow.detectors import (
    extra_step,
    extreme_duration,
    late_escalation,
    multi_hop,
    overloaded_team,
    ping_pong,
    reopen,
    repeating_pattern,
    sustained_ping_pong,
)
from svcflow.eventlog.log import Log
from svcflow.mining import mine

HANDS = [f"pass@{team}" for team in ("a", "b", "c", "d", "e", "f")]


def desk(*, done: tuple[str, ...] = (), **routes: tuple[list[str], int]) -> Log:
    """Return so many cases of each route, one a day."""
    rows = []
    for name, (route, cases) in routes.items():
        for i in range(cases):
            rows += trace(f"{name}{i}", route, start=MONDAY + i * DAY + len(rows), gap=vary(i))
    return build(rows, done=done)


def test_a_bounce_before_a_handover_by_design_is_not_to_and_fro() -> None:
    """30 cases bounce once before the next team takes over by design; 20 go to and fro five times before that."""
    end = ["check@b", "close@b"]
    log = desk(
        plain=(["ask@a", *end], 80),
        bounce=(["ask@a", "pass@b", "pass@a", *end], 30),
        long=(["ask@a", *["pass@b", "pass@a"] * 3, *end], 20),
    )
    mined = mine(log)
    (long,), (bounce,) = sustained_ping_pong.detect(log, mined), ping_pong.detect(log, mined)
    assert (long.cases, bounce.cases) == (20, 30)
    assert bounce.cost_s == pytest.approx(3 * sum(map(vary, range(30))) / 1000), "there, back, and on to the next team"
    assert bounce.evidence["all_bounces"] > 30


def test_to_and_fro_is_not_many_hands() -> None:
    log = desk(plain=(["ask@a", "do@b"], 80), long=(["ask@a", *["pass@b", "pass@a"] * 4, "do@c"], 30))
    assert multi_hop.detect(log, mine(log)) == []
    log = desk(plain=(["ask@a", "do@b"], 80), hands=(["ask@a", *HANDS, "do@b"], 30))
    (found,) = multi_hop.detect(log, mine(log))
    assert found.cases == 30


def test_a_round_that_takes_a_settled_matter_up_again_is_a_reopen() -> None:
    routes = {
        "plain": (["ask", "do", "settle", "file"], 60),
        "back": (["ask", "do", "settle", "do", "settle", "file"], 30),
    }
    log = desk(**routes)
    assert [f.subject.names for f in repeating_pattern.detect(log, mine(log))] == [("do", "settle", "do")]
    log = desk(done=("settle", "file"), **routes)
    assert repeating_pattern.detect(log, mine(log)) == []
    (found,) = reopen.detect(log, mine(log))
    assert found.cases == 30


def test_the_first_round_counts_where_its_steps_come_in_rounds_only() -> None:
    """Three rounds of two steps: two further ones hold four waits, all three hold six."""
    rounds = ["chase", "remind"] * 3
    log = desk(plain=(["ask", "do"], 60), round=(["ask", *rounds, "do"], 30))
    assert repeating_pattern.detect(log, mine(log))[0].cost_s == 6 * sum(map(vary, range(30))) / 1000
    log = desk(plain=(["ask", "chase", "remind", "do"], 60), round=(["ask", *rounds, "do"], 30))
    assert repeating_pattern.detect(log, mine(log))[0].cost_s == 4 * sum(map(vary, range(30))) / 1000


@pytest.mark.parametrize(("without", "found"), [(40, 1), (25, 0)])
def test_an_extra_step_may_be_the_commoner_way_but_not_the_rule(without: int, found: int) -> None:
    way = ["a", "b", "c", "d", "e", "f", "g"]
    log = desk(plain=(way, without), extra=([*way[:3], "copy", *way[3:]], 60))
    assert len(extra_step.detect(log, mine(log))) == found


@pytest.mark.parametrize(("ordinary", "hours", "found"), [(3, 3, 1), (3, 0.8, 0), (20, 3, 0), (20, 5, 1)], ids=str)
def test_an_escalation_is_late_where_it_lies_like_ordinary_work_or_half_a_day(
    ordinary: float, hours: float, found: int
) -> None:
    """Ordinary work waits three hours; an escalation after three is late, one after 48 minutes is not.

    Five hours are late where ordinary work waits for 20, and three are not.
    """
    rows, spread = [], np.random.default_rng(4).lognormal(0, 0.3, 120).tolist()
    for i in range(120):
        at = MONDAY + i * DAY
        rows.append(Row(f"c{i}", "take", at, team="a"))
        if i % 3:
            rows.append(Row(f"c{i}", "solve", at + round(ordinary * HOUR * spread[i]), team="b"))
        else:
            rows.append(Row(f"c{i}", "escalate", at + round(hours * HOUR * spread[i]), team="lead"))
    log = build(rows)
    assert len(late_escalation.detect(log, mine(log))) == found


@pytest.mark.parametrize(("away", "found"), [(False, 0), (True, 1)])
def test_closed_days_are_no_extreme_waits(*, away: bool, found: int) -> None:
    """Work is done on weekdays from 8 to 16 and waits 20 minutes; over a weekend, or for eight days (``away``)."""
    chance, rows = np.random.default_rng(3), []
    for i in range(2400):
        at = MONDAY + (i // 40 // 5 * 7 + i // 40 % 5) * DAY + 8 * HOUR + (i % 40) * HOUR // 5
        late = i % 40 == 39 and i // 40 % 5 == 4
        wait = (8 * DAY if away and i % 80 == 0 else 0) + (64 * HOUR + HOUR // 2 if late else 0)
        rows += [Row(f"c{i}", "a", at), Row(f"c{i}", "b", at + wait + round(HOUR / 3 * chance.lognormal(0, 0.3)))]
    log = build(rows)
    assert len(extreme_duration.detect(log, mine(log))) == found


def play_team(waits: np.ndarray, gap: int) -> Log:
    rows = []
    for i, wait in enumerate(waits.tolist()):
        at = MONDAY + i * gap
        rows += [Row(f"c{i}", "a", at, "ann", "front"), Row(f"c{i}", "b", at + round(wait * HOUR), f"p{i % 9}", "back")]
    return build(rows)


def test_a_jump_within_a_week_is_no_queue() -> None:
    """Twenty cases a day over twelve weeks; waits are five times as long from the middle of one week on."""
    chance, middle = np.random.default_rng(8), 20 * 38
    waits = chance.lognormal(np.log(3), 0.3, 20 * 84)
    waits[middle:] *= 5
    log = play_team(waits, DAY // 20)
    assert overloaded_team.detect(log, mine(log)) == []
    queue = 3 + 9 * (1 + np.sin(np.arange(len(waits)) / 40 * 2 * np.pi))
    log = play_team(queue * chance.lognormal(0, 0.3, len(waits)), DAY // 20)
    assert [f.subject.names for f in overloaded_team.detect(log, mine(log))] == [("back",)]
