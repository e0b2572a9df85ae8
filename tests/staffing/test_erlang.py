"""Erlang's formulas: published figures, closed forms, a chain solved by brute force, laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.errors import UsageError
from svcflow.staffing import erlang
from svcflow.staffing.targets import Target, parse_target

LOADS = st.floats(0.05, 60)


@pytest.mark.parametrize(
    ("servers", "delayed", "served"), [(11, 0.682118, 0.389614), (12, 0.449388, 0.640158), (14, 0.174132, 0.888350)]
)
def test_a_hundred_calls_in_half_an_hour_of_three_minutes(servers: int, delayed: float, served: float) -> None:
    load = 100 * 180 / 1800
    assert erlang.delay(servers, load) == pytest.approx(delayed, abs=5e-7)
    assert erlang.answer_within(servers, load, 180, 20) == pytest.approx(served, abs=5e-7)


def test_who_has_two_minutes_of_patience() -> None:
    found = erlang.lose_patience(11, 10.0, 180, 120)
    assert found.delayed == pytest.approx(0.382816, abs=5e-7)
    assert 100 * found.abandoned == pytest.approx(9.4155, abs=5e-5)


@pytest.mark.parametrize("load", [0.2, 0.5, 0.9])
def test_one_server_is_the_simplest_queue(load: float) -> None:
    assert erlang.delay(1, load) == pytest.approx(load)
    assert erlang.wait(1, load, 100) == pytest.approx(100 * load / (1 - load))
    assert erlang.wait(1, load, 100, squared_variation=0) == pytest.approx(50 * load / (1 - load))  # M/D/1


@given(st.integers(1, 80), LOADS)
@settings(deadline=None)
def test_lost_calls_are_those_of_the_definition(servers: int, load: float) -> None:
    terms = [math.exp(k * math.log(load) - math.lgamma(k + 1)) for k in range(servers + 1)]
    assert erlang.block(servers, load) == pytest.approx(terms[-1] / sum(terms), rel=1e-9)


@given(st.integers(1, 30), st.floats(0.1, 40), st.floats(10, 3000))
@settings(deadline=None, max_examples=40)
def test_impatience_solved_as_a_chain_says_the_same(servers: int, load: float, patience: float) -> None:
    most, handling = servers + 2000, 180.0
    rates = np.array([min(n, servers) / handling + max(n - servers, 0) / patience for n in range(1, most + 1)])
    logs = np.concatenate([[0.0], np.cumsum(np.log(load / handling) - np.log(rates))])
    chance = np.exp(logs - logs.max())
    chance /= chance.sum()
    length = float((np.maximum(np.arange(most + 1) - servers, 0) * chance).sum())
    found = erlang.lose_patience(servers, load, handling, patience)
    assert found.delayed == pytest.approx(float(chance[servers:].sum()), rel=1e-6, abs=1e-12)
    assert found.abandoned == pytest.approx(length / patience / (load / handling), rel=1e-6, abs=1e-12)


@given(LOADS, st.floats(0.5, 0.99), st.floats(1, 3600))
@settings(deadline=None)
def test_what_is_required_keeps_the_level_and_one_less_does_not(load: float, share: float, within: float) -> None:
    needed = erlang.require_share(load, 180, share, within)
    assert erlang.answer_within(needed, load, 180, within) >= share
    assert needed - 1 <= load or erlang.answer_within(needed - 1, load, 180, within) < share


@given(LOADS, st.floats(1, 7200), st.floats(0, 4))
@settings(deadline=None)
def test_a_mean_wait_needs_as_few_as_keep_it(load: float, mean: float, variation: float) -> None:
    needed = erlang.require_wait(load, 600, mean, variation)
    assert erlang.wait(needed, load, 600, variation) <= mean
    assert needed == 1 or erlang.wait(needed - 1, load, 600, variation) > mean


def test_no_work_needs_nobody() -> None:
    assert erlang.require_share(0, 180, 0.8, 20) == 0
    assert erlang.require_wait(0, 180, 20) == 0


def test_a_target_is_read_as_call_centres_write_it() -> None:
    assert parse_target("80/20s", None) == parse_target("80%/20s", None) == Target(20.0, 0.8)
    assert parse_target(None, "4h") == Target(14_400.0)
    assert Target(20.0, 0.8).require(10.0, 180) == 14


@pytest.mark.parametrize("text", ["80", "0/20s", "80/", "80/20", "x/20s", "120/20s"])
def test_what_is_no_target_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_target(text, None)
    with pytest.raises(UsageError):
        parse_target("80/20s", "4h")
