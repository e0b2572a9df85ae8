"""Ways that cases go since some moment: on logs whose change is known, and on logs that never change."""

from __future__ import annotations

import numpy as np
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build

from svcflow.detectors import drift
from svcflow.eventlog.log import Log
from svcflow.mining import mine
from svcflow.weighing.claims import survey
from svcflow.weighing.flows import Shift, find_shifts, lay_out_starts

WAY, OTHER = "abcde", "acbde"


def play(ways: list[str], gaps: dict[str, int] | None = None, seed: int = 1) -> Log:
    """Return a log with four cases a day; each goes its way, with some hours (by pair) before each step."""
    chance = np.random.default_rng(seed)
    rows = []
    for i, way in enumerate(ways):
        at = MONDAY + i * DAY // 4
        for k, step in enumerate(way):
            hours = (gaps or {}).get(way[k - 1 : k + 1], 2) if k else 0
            at += round(hours * HOUR * chance.lognormal(0, 0.3))
            rows.append(Row(f"c{i:04}", step, at))
    return build(rows)


def shifts(log: Log) -> list[Shift]:
    ground = survey(log, mine(log))
    starts = lay_out_starts(ground)
    assert starts is not None
    return find_shifts(ground, starts, 0.15, 30)


def test_an_order_that_turns_is_one_shift_with_its_moment() -> None:
    """From the 200th of 400 cases, day 50 of 100, seven in ten do c before b: six pairs change, three of them rise."""
    chance = np.random.default_rng(2)
    log = play([OTHER if i >= 200 and chance.random() < 0.7 else WAY for i in range(400)])
    (shift,) = shifts(log)
    names = {"".join(log.activities[c] for c in divmod(int(p), len(log.activities))) for p in shift.pairs[shift.rose]}
    gone = {"".join(log.activities[c] for c in divmod(int(p), len(log.activities))) for p in shift.pairs[~shift.rose]}
    assert (names, gone) == ({"ac", "cb", "bd"}, {"ab", "bc", "cd"})
    assert abs(shift.moment - (MONDAY + 50 * DAY)) <= 7 * DAY
    assert shift.before[shift.rose].max() < 0.1
    assert shift.after[shift.rose].min() > 0.55


def test_what_the_other_way_costs_is_a_finding() -> None:
    """The other way waits 12 hours before b instead of 2: some 140 cases, 10 hours each."""
    chance = np.random.default_rng(2)
    ways = [OTHER if i >= 200 and chance.random() < 0.7 else WAY for i in range(400)]
    log = play(ways, {"cb": 12})
    (found,) = (f for f in drift.detect(log, mine(log)) if f.evidence["what"] == "way")
    assert found.evidence["instead"] in {"a → b", "b → c", "c → d"}
    assert found.interval_s[0] / 3600 <= 10 * ways.count(OTHER) <= found.interval_s[1] / 3600


def test_a_mix_that_stays_or_sways_is_no_shift() -> None:
    """Not where half of the cases go either way all the time, nor where that share goes up and down by the week."""
    chance = np.random.default_rng(3)
    found = 0
    for seed in range(12):
        sway = chance.random(60)
        for share in (lambda _: 0.5, lambda i, sway=sway: 0.2 + 0.6 * sway[i // 28]):
            found += len(shifts(play([OTHER if chance.random() < share(i) else WAY for i in range(400)], seed=seed)))
    assert found <= 1
