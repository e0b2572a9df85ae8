"""Figures of load by hand: the lower bound of a rank correlation, the scatter of weekly means."""

from __future__ import annotations

import numpy as np
import pytest

from svcflow.estimation.bootstrap import WEEK_MS
from svcflow.estimation.loads import _bound, _scatter
from svcflow.estimation.traces import Traces

HOUR = 3_600_000


def test_the_bound_of_a_correlation_lies_below_it() -> None:
    # atanh 0.5 = 0.54931; 1.645 * sqrt(1.06 / 47) = 0.24704; tanh 0.30227 = 0.29339
    assert _bound(0.5, 50) == pytest.approx(0.29339, abs=1e-5)
    assert _bound(0.5, 500) > _bound(0.5, 50)
    assert _bound(1.0, 50) < 1


def test_weeks_are_what_a_ratio_of_cycle_times_rests_on() -> None:
    week = np.repeat(np.arange(4), 2)
    hours = np.repeat([10, 14, 20, 24], 2)
    start = week * WEEK_MS
    case = np.arange(8)
    traces = Traces(case, np.zeros(8, np.int32), start, start + hours * HOUR, case)
    # weekly means 10 and 14, 20 and 24: variance (4 + 4 + 4 + 4) / 2, error sqrt(8 * (1/2 + 1/2)), of 12 hours
    assert _scatter(traces, np.ones(8, np.bool_), week >= 2) == pytest.approx(8**0.5 / 12)
