"""Estimates end to end on a small service with a queue: what is simulated, what is bounded, what is refused."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from functools import cache

import numpy as np
import pytest
from tests.estimation.queues import play
from tests.mining.logs import DAY, MONDAY, Row, build

from svcflow.errors import UsageError
from svcflow.estimation import Estimates, estimate
from svcflow.estimation.shares import share_out
from svcflow.eventlog.log import Log, Vocabulary
from svcflow.eventlog.selection import take_cases
from svcflow.mining import mine
from svcflow.whatif import Capacity, Scope, Skip, WhatIf

PEOPLE = WhatIf("one more").capacity("desk", 1)
CHASE = WhatIf("chase").cap_wait("reply", hours=8)
ONCE = WhatIf("once").drop_repeats("check")
HANDS = WhatIf("hands").keep_hands("check")
QUICK = {"replicates": 40, "seed": 1}


@cache
def busy() -> Log:
    return play(weeks=14)


@cache
def found() -> Estimates:
    return estimate(busy(), None, None, (PEOPLE, CHASE, ONCE, HANDS), together=True, **QUICK)


def test_more_people_and_fewer_checks_shorten_cases() -> None:
    for name in ("one more", "chase", "once"):
        row = found()[name]
        assert row.method == "simulation"
        lead = row.find("mean_cycle_time")
        assert lead is not None
        assert lead.low is not None
        assert lead.high is not None
        assert lead.low < lead.before
        if lead.after is not None:
            assert lead.low <= lead.after <= lead.high
            assert lead.after < lead.before


def test_what_a_simulation_cannot_show_is_bounded_by_a_replay() -> None:
    row = found()["hands"]
    assert row.method in {"replay", "none"}
    for effect in row.effects:
        assert effect.after is None
        assert effect.grade in {"C", "none"}


def test_loads_are_told_beside_each_other() -> None:
    loads = {effect.load for effect in found()["one more"].effects}
    assert loads == {0.9, 1.0, 1.1}
    light, heavy = (found()["one more"].find("mean_cycle_time", load) for load in (0.9, 1.1))
    assert light is not None
    assert heavy is not None
    assert light.before < heavy.before


def test_an_effect_is_plain_and_says_everything_in_both_languages() -> None:
    for row in found():
        for effect in row.effects:
            again = json.loads(json.dumps(asdict(effect), allow_nan=False))
            assert again["metric"] == effect.metric
            assert effect.reason
            assert effect.reason_zh
            assert len(effect.assumptions) == len(effect.assumptions_zh)
            assert effect.method_zh


def test_shares_add_up_to_the_joint_effect() -> None:
    shares = found().split()
    assert sum(share for share in shares.share if share is not None) == pytest.approx(shares.joint)
    assert shares.names == ("one more", "chase", "once", "hands")
    assert found().together is not None


def test_what_has_no_answer_has_no_share() -> None:
    short = take_cases(busy(), np.arange(200))
    shares = estimate(short, None, None, (PEOPLE, ONCE), **QUICK).split()
    assert shares.share[0] is None
    assert shares.alone[0] is None
    assert shares.share[1] == pytest.approx(shares.joint)
    nothing = estimate(short, None, None, PEOPLE, **QUICK).split()
    assert (nothing.joint, nothing.share, nothing.interaction) == (None, (None,), None)


def test_a_set_without_an_answer_makes_its_shares_unknown() -> None:
    known = {frozenset({0}): 1.0, frozenset({1}): 2.0, frozenset({0, 1}): float("nan")}
    shares = share_out(("a", "b"), known.__getitem__)
    assert (shares.joint, shares.share, shares.alone) == (None, (None, None), (1.0, 2.0))


def test_what_is_estimated_is_short_to_look_at() -> None:
    assert repr(found()).startswith("<Estimates: one more (simulation, ")
    assert len(repr(found())) < 200


def test_the_table_has_a_row_for_each_effect() -> None:
    table = found().table
    assert len(table) == sum(len(row.effects) for row in found())
    assert {"scenario", "method", "delta", "low", "high", "grade", "touched", "missed", "assumptions"} <= set(
        table.columns
    )


def test_the_same_seed_gives_the_same_estimates() -> None:
    first, second = (
        estimate(busy(), None, None, PEOPLE, kpis=("cycle_time.mean",), replicates=4, seed=1) for _ in range(2)
    )
    assert first.to_rows() == second.to_rows()


def test_an_interval_is_never_narrower_than_a_quarter_of_the_estimate() -> None:
    for row in found():
        for effect in row.effects:
            if effect.after is not None and effect.low is not None and effect.high is not None and effect.low > 0:
                gain = abs(effect.after - effect.before)
                assert effect.after - effect.low >= 0.25 * gain - 1e-9
                assert effect.high - effect.after >= 0.25 * gain - 1e-9


def test_a_short_log_says_so_and_gives_the_bound() -> None:
    short = take_cases(busy(), np.arange(200))
    result = estimate(short, None, None, (PEOPLE, ONCE), **QUICK)
    assert "weeks" in result.reason["en"]
    assert "周" in result.reason["zh"]
    assert result["one more"].method == "none"
    assert result["once"].method == "replay"
    assert result["once"].grade == "C"
    assert all(effect.after is None for row in result for effect in row.effects)
    assert result["once"].lead is not None
    assert result["once"].lead.high is not None


def test_a_log_without_people_or_teams_says_so() -> None:
    log = busy()
    nobody = Vocabulary(("",))
    bare = {"team": np.zeros_like(log.team), "resource": np.zeros_like(log.resource), "machines": ()}
    result = estimate(replace(log, teams=nobody, resources=nobody, **bare), None, None, (PEOPLE, ONCE), **QUICK)
    assert "neither people nor teams" in result.reason["en"]
    assert result["one more"].grade == "none"
    assert result["once"].method == "replay"


def test_dates_instead_of_times_are_never_simulated() -> None:
    log = busy()
    dated = replace(log, time=log.time // DAY * DAY, start=log.start // DAY * DAY)
    result = estimate(dated, None, None, PEOPLE, **QUICK)
    assert result["one more"].grade == "none"
    assert "dates" in result.reason["en"]


def test_one_moment_for_everything_is_no_log_to_estimate_on() -> None:
    rows = [Row(f"c{case}", step, MONDAY, "p1", "desk") for case in range(60) for step in "ab"]
    result = estimate(build(rows), None, None, (PEOPLE, WhatIf("skip").skip("b")), **QUICK)
    assert [row.grade for row in result] == ["none", "C"] or {row.grade for row in result} <= {"none", "C"}
    assert all(effect.after is None for row in result for effect in row.effects)


def test_nothing_is_simulated_where_nobody_wants_it() -> None:
    result = estimate(busy(), None, None, (PEOPLE, CHASE), simulate="never", **QUICK)
    assert [row.method for row in result] == ["none", "replay"]


def test_moving_load_gives_no_single_figure() -> None:
    quiet = play(weeks=8, daily=6)
    rows = _list_rows(quiet, "q", 0) + _list_rows(play(weeks=4, daily=14), "b", 8 * 7 * DAY)
    log = build(rows, sides={"reply": "customer"}, machines=("portal", "customer"))
    result = estimate(log, None, None, PEOPLE, kpis=("cycle_time.mean",), **QUICK)
    lead = result["one more"].lead
    assert lead is not None
    assert lead.after is None
    assert lead.grade in {"C", "none"}


def test_names_that_there_are_not_are_one_line() -> None:
    with pytest.raises(UsageError, match="nobody"):
        estimate(busy(), None, None, WhatIf("x", (Capacity("nobody", 1),)), **QUICK)
    with pytest.raises(UsageError, match="unknown figure"):
        estimate(busy(), None, None, PEOPLE, kpis=("speed",), **QUICK)


def test_a_scenario_that_touches_nothing_is_said_to() -> None:
    result = estimate(busy(), mine(busy()), None, WhatIf("x", (Skip(Scope(("reply",), from_round=9)),)), replicates=4)
    lead = result["x"].lead
    assert lead is not None
    assert lead.after in {None, lead.before}


def _list_rows(log: Log, word: str, shift: int) -> list[Row]:
    return [
        Row(
            word + log.case_ids[case],
            log.activities[int(log.activity[row])],
            int(log.time[row]) + shift,
            log.resources[int(log.resource[row])],
            log.teams[int(log.team[row])],
        )
        for row, case in enumerate(log.case_of_row.tolist())
    ]
