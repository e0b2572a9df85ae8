from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import linregress, rankdata, ttest_ind

from svcflow.weighing.changes import control, find_border, fit_jump, fit_line, fit_trend, rank, scan_jump


def test_the_slope_of_theil_and_sen_by_hand() -> None:
    """Rises over 1, 2 and 1 weeks: (9 - 1) / 1, (5 - 1) / 2, (5 - 9) / 1; the middle one is 2."""
    assert fit_trend(np.array([0.0, 1, 2]), np.array([1.0, 9, 5])) == (2, 1)
    weeks = np.arange(10.0)
    assert fit_trend(weeks, 3 + 2 * weeks) == (2, 3)


def test_ranks_are_those_of_scipy() -> None:
    values = np.random.default_rng(1).integers(0, 20, 99)
    assert rank(values) == pytest.approx((rankdata(values) - 50) / 99)


def test_a_line_has_the_chance_of_the_regression_of_weekly_means() -> None:
    """Where weeks scatter much more than their single values explain, only the weekly means tell."""
    chance = np.random.default_rng(2)
    level = np.arange(12) / 60 + chance.normal(scale=0.3, size=12)
    week = np.repeat(np.arange(12), 5000)
    values = level[week] + chance.normal(scale=0.1, size=len(week))
    values -= values.mean()
    means = np.bincount(week, weights=values) / 5000
    peer = linregress(np.arange(12), means, alternative="greater")
    assert fit_line(values, week, np.arange(12.0)) == pytest.approx(peer.pvalue, rel=1e-6)


def test_a_jump_has_the_chance_of_two_samples_of_weekly_means() -> None:
    draw = np.random.default_rng(4)
    level = np.where(np.arange(12) < 5, 0.0, 0.2) + draw.normal(scale=0.1, size=12)
    week = np.repeat(np.arange(12), 2000)
    values = level[week] + draw.normal(scale=0.02, size=len(week))
    values -= values.mean()
    means = np.bincount(week, weights=values) / 2000
    chance, border = scan_jump(np.full(12, 2000.0), means, float((values**2).mean()))
    peer = ttest_ind(means[border:], means[:border], alternative="greater")
    assert border == 5
    assert chance == fit_jump(values, week)
    assert chance == pytest.approx(7 * peer.pvalue, rel=1e-6), "seven places lie three weeks from both ends"


def test_noise_is_neither_trend_nor_jump() -> None:
    chance, week = np.random.default_rng(3), np.repeat(np.arange(16), 20)
    lines, jumps = [], []
    for _ in range(400):
        ranks = rank(chance.lognormal(size=len(week)))
        lines.append(fit_line(ranks, week, np.arange(16.0)))
        jumps.append(fit_jump(ranks, week))
    assert 0.01 < np.mean(np.array(lines) < 0.05) < 0.08
    assert np.mean(np.array(jumps) < 0.05) < 0.06


def test_weeks_that_go_up_and_down_are_no_change() -> None:
    """Every other week waits are twice as long: single waits differ beyond chance, weeks say nothing of a change."""
    chance, week = np.random.default_rng(5), np.repeat(np.arange(16), 40)
    found = []
    for _ in range(100):
        ranks = rank(chance.lognormal(size=len(week)) * np.where(week % 2, 2, 1) * chance.lognormal(0, 0.4, 16)[week])
        found += [fit_jump(ranks, week), fit_line(ranks, week, np.arange(16.0))]
    assert np.mean(np.array(found) < 0.01) < 0.03


def test_a_jump_is_told_from_a_line() -> None:
    chance, week = np.random.default_rng(6), np.repeat(np.arange(16), 25)
    weeks, counts = np.arange(16.0), np.full(16, 25.0)
    for rise, border in ((week * 0.25, 0), (np.where(week < 9, 0, 4), 9)):
        values = chance.lognormal(np.log(2), 0.5, len(week)) + rise
        assert min(fit_line(rank(values), week, weeks), fit_jump(rank(values), week)) < 1e-4
        assert find_border(weeks, np.median(values.reshape(16, 25), axis=1), counts) == border


def test_many_tries_are_controlled() -> None:
    assert control([(1, 0.004), (2, 0.2)], 1) == [1]
    assert control([(1, 0.004), (2, 0.2)], 10) == []
