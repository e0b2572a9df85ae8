"""Arrivals by hour of the week: known rates come back, intervals hold them, trends and holidays are seen."""

from __future__ import annotations

import numpy as np
import pytest

from svcflow.staffing.forecast import _expect, forecast

HOURS = 168


def profile() -> np.ndarray:
    """Return a working week: four an hour from nine to seventeen, eight on Monday mornings."""
    week = np.zeros((7, 24))
    week[:5, 9:17] = 4.0
    week[0, 9:12] = 8.0
    return week.ravel()


def draw(weeks: int, seed: int, level: np.ndarray | None = None) -> np.ndarray:
    random = np.random.default_rng(seed)
    levels = np.ones(weeks) if level is None else level
    return random.poisson(levels[:, None] * profile()[None, :]).astype(np.int64)


def test_intervals_hold_the_rate_that_made_the_counts() -> None:
    held = told = 0
    for seed in range(20):
        found = forecast(draw(16, seed), np.ones((16, HOURS)))
        assert found is not None
        real, some = profile(), profile() > 0
        held += int(((found.low <= real) & (real <= found.high))[some].sum())
        told += int(some.sum())
        assert found.level == pytest.approx(real.sum(), rel=0.1)
    assert 0.85 <= held / told <= 1.0


def test_a_monday_peak_is_not_smoothed_away() -> None:
    found = forecast(draw(16, 3), np.ones((16, HOURS)))
    assert found is not None
    assert found.mean[9:12].mean() > 1.5 * found.mean[33:36].mean()


def test_a_straight_line_is_followed_for_the_four_weeks_ahead() -> None:
    assert _expect(np.arange(10.0, 30.0)) == pytest.approx((31.5, 1.0))  # 30, 31, 32, 33
    assert _expect(np.arange(10.0, 15.0)) == pytest.approx((12.0, 0.0))  # five weeks show no trend


def test_a_trend_goes_on_and_chance_is_none() -> None:
    weeks = 20
    rising = forecast(draw(weeks, 1, np.linspace(1, 2, weeks)), np.ones((weeks, HOURS)))
    flat = [forecast(draw(weeks, seed), np.ones((weeks, HOURS))) for seed in range(20)]
    assert rising is not None
    assert rising.trend > 0
    assert rising.level > 1.9 * profile().sum()
    assert sum(one is not None and one.trend != 0 for one in flat) <= 3  # a test at 5 %


def test_a_holiday_is_no_week_of_little_work() -> None:
    counts, exposure = draw(12, 5), np.ones((12, HOURS))
    counts[-1, :72] = 0
    exposure[-1, :72] = 0
    found = forecast(counts, exposure)
    naive = forecast(counts, np.ones((12, HOURS)))
    assert found is not None
    assert naive is not None
    assert found.level == pytest.approx(profile().sum(), rel=0.06)
    assert naive.level < found.level


def test_the_order_of_a_steady_past_says_nothing() -> None:
    counts = np.tile(draw(1, 2), (6, 1))
    found = forecast(counts, np.ones((6, HOURS)))
    assert found is not None
    assert found.trend == 0
    np.testing.assert_allclose(found.low, found.mean)
    np.testing.assert_allclose(found.high, found.mean)


def test_three_weeks_are_no_basis() -> None:
    assert forecast(draw(3, 1), np.ones((3, HOURS))) is None
    assert forecast(np.zeros((9, HOURS), np.int64), np.ones((9, HOURS))) is None
