"""The front for Python, and back-tests: a model against weeks it has not seen."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from tests.estimation.queues import play

import svcflow
from svcflow.errors import UsageError
from svcflow.estimation import Flow
from svcflow.estimation.backtest import Period, backtest, find_periods, read_log_traces, read_run
from svcflow.estimation.distances import measure_distances
from svcflow.estimation.holding import find_overfull, find_unmoved, hold, list_held
from svcflow.estimation.survey import fit_until, measure_responses
from svcflow.eventlog.log import Log
from svcflow.simulation import CannotSimulateError
from svcflow.whatif import WhatIf


@cache
def log() -> Log:
    return play(weeks=14)


@cache
def flow() -> Flow:
    return svcflow.simulate(log())


def test_the_model_can_be_asked_what_it_knows() -> None:
    assert {answer.question for answer in flow().identifiability()} >= {"staff", "work"}
    assert flow().run(seed=1).measure("cycle_time.mean") > flow().run(WhatIf("x").skip("reply"), seed=1).measure(
        "cycle_time.mean"
    )


def test_a_back_test_compares_with_repeating_the_past() -> None:
    found = flow().backtest(test="25%", reps=3)
    assert found.replications == 3
    assert found.cases == pytest.approx(0.25 * log().cases, abs=1)
    assert (
        set(found.simulated)
        == set(found.naive)
        == set(found.skill)
        == {"CTD", "RED", "CED", "AED", "NGD", "arrival", "RTD"}
    )
    assert found.simulated["CTD"] <= max(1.5 * found.naive["CTD"], found.floor95)
    assert found.load > 0.5
    assert found.conditional["arrival"] < 1e-9  # arrivals are given
    assert found.conditional["CTD"] <= found.naive["CTD"] + found.floor95


def test_the_future_is_not_known_to_a_back_test() -> None:
    """What happens in the held-out weeks changes nothing of the model that foretells them."""
    period = find_periods(flow().model)[1]
    early = fit_until(flow().model, period.first)
    assert early.traces.end.max() + early.traces.origin < period.first + flow().model.traces.origin
    assert early.log.cases < log().cases


def test_a_model_without_queues_is_the_naive_prediction() -> None:
    """With every team held, drawn weeks are played as they were: both predictions are the same."""
    model = hold(flow().model, flow().model.teams)
    period = find_periods(model)[1]
    early = hold(fit_until(model, period.first), model.teams)
    found = backtest(early, model, period, replications=2)
    for name in ("CTD", "arrival", "RTD", "NGD"):
        assert found.simulated[name] == pytest.approx(found.naive[name])
    assert list_held(model) == flow().model.teams


def test_predictions_are_cut_where_the_log_ends() -> None:
    model = flow().model
    period = find_periods(model)[1]
    early = fit_until(model, period.first)
    cut, whole = (
        backtest(early, model, Period(period.first, period.last, cut=flag), replications=2) for flag in (True, False)
    )
    assert cut.naive["CTD"] != whole.naive["CTD"]


def test_a_run_reads_as_the_log_would() -> None:
    model = hold(flow().model, flow().model.teams)
    found = measure_distances(read_log_traces(model), read_run(model.run(seed=3), model.log))
    assert max(found[name] for name in ("CTD", "RED", "AED", "NGD", "arrival", "RTD")) < 1e-9


def test_teams_that_no_queue_explains_are_found() -> None:
    model = flow().model
    assert find_overfull(model, {"desk": 1.04}) == ("desk",)
    assert find_overfull(model, {"desk": 0.8}) == ()
    assert find_unmoved(model, measure_responses(model)) == ()


def test_shares_and_logs_that_make_no_sense_are_refused_in_one_line() -> None:
    for share in ("lots", "90%", 0):
        with pytest.raises(UsageError, match="no share"):
            flow().backtest(test=share)
    with pytest.raises(CannotSimulateError):
        svcflow.simulate(play(weeks=1))


def test_until_takes_only_what_had_happened() -> None:
    end = np.datetime64(int(np.median(log().time)), "ms").astype(str)[:10]
    early = svcflow.simulate(log(), until=end)
    assert early.log.cases < log().cases


def test_the_documented_example_runs() -> None:
    scenarios = WhatIf("desk +1").capacity("desk", +1) | WhatIf("chase").cap_wait("reply", hours=8)
    found = flow().estimate(scenarios, kpi=["cycle_time.mean"], ci=0.8, reps=8, seed=1, loads=())
    assert [row.scenario.name for row in found] == ["desk +1", "chase"]
    assert "80 % interval".replace(" ", "") in found[0].effects[0].method.replace(" ", "")
    assert found.split().joint < 0
