from __future__ import annotations

import numpy as np

from svcflow.weighing.changes import control, fit_jump, fit_trend


def test_the_trend_of_mann_and_kendall_by_hand() -> None:
    """Ten rising values: S = 45, variance 125, z = 44 / sqrt(125) = 3.935; the slope is that of the line."""
    weeks = np.arange(10.0)
    chance, slope, start = fit_trend(weeks, 3 + 2 * weeks)
    assert round(chance, 6) == 0.000042
    assert (slope, start) == (2, 3)


def test_noise_is_no_trend() -> None:
    chance = np.random.default_rng(3)
    found = [fit_trend(np.arange(16.0), chance.normal(size=16))[0] for _ in range(400)]
    assert 0.02 < np.mean(np.array(found) < 0.05) < 0.09


def test_a_jump_is_found_where_it_is_and_noise_has_none() -> None:
    border, _, apart = fit_jump(np.array([1.0, 1.1, 0.9, 1, 1.05, 5, 5.2, 4.9, 5.1]))
    assert (border, apart) == (5, True)
    chance = np.random.default_rng(5)
    assert np.mean([fit_jump(chance.normal(size=12))[2] for _ in range(400)]) < 0.2


def test_many_tries_are_controlled() -> None:
    assert control([(1, 0.004), (2, 0.2)], 1) == [1]
    assert control([(1, 0.004), (2, 0.2)], 10) == []
