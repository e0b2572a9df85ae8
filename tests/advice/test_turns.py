"""Turns between parties are found; waits that answer to load are told from those that do not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from svcflow.advice import load
from svcflow.advice.turns import find_turns
from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.replay.chain import link

MakeLog = Callable[..., Log]


def about(kind: str, *names: str) -> Finding:
    return Finding(
        "f", "d", Subject(kind, names), 1, 1, 1.0, 0.1, (0.0, 1.0), "provider", timer=False, definition="m", examples=()
    )


def test_turns_are_the_way_out_and_the_way_back_of_a_b_a(make_log: MakeLog) -> None:
    teams = ["X", "X", "Y", "Y", "X", "Y", "Z", "X", "Z", "X"]
    chain = link(make_log([[(hour, "a", team) for hour, team in enumerate(teams)], [(0, "a", "Y"), (1, "a", "X")]]))
    turns = find_turns(chain, about("team-pair", "Y", "X"))
    assert np.flatnonzero(turns.back).tolist() == [4, 5]
    assert np.flatnonzero(turns.out).tolist() == [2, 4]
    assert np.flatnonzero(find_turns(chain, about("team-pair", "Z", "X")).back).tolist() == [8, 9]


def test_waits_that_rise_with_the_backlog_respond_to_load_and_others_do_not(make_log: MakeLog) -> None:
    random = np.random.default_rng(5)
    free, queue, calm = 0.0, [], []
    for day in range(120):
        for _ in range(int(random.integers(2, 9))):
            arrival = 24 * day + random.uniform(0, 8)
            free = max(free, arrival) + 24 / 5.2  # one server that five cases a day nearly fill
            queue.append([(arrival, "a", "X"), (free, "b", "X")])
            calm.append([(arrival, "a", "X"), (arrival + random.exponential(30), "b", "X")])
    rhos = [load.respond(link(log), ~link(log).first) for log in (make_log(queue), make_log(calm))]
    assert rhos[0] is not None
    assert rhos[1] is not None
    assert rhos[0][0] > 0.6
    assert abs(rhos[1][0]) < 0.3
    short = make_log(queue[:40])
    assert load.respond(link(short), ~link(short).first) is None
