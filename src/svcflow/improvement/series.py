"""Interrupted time series: by how much weekly means step at the adoption of a change, with an interval.

Weeks are weighted by their cases. The level before may drift along a straight line, if that shows beyond chance in at
least eight weeks before the change; weekly means of one queue hang together, so errors grow with the correlation of
neighbouring weeks, and the interval uses Student's t. Source: Bernal, Cummins & Gasparrini 2017.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST_BEFORE, LEAST_AFTER, TREND_WEEKS = 4, 3, 8
MOST_RHO = 0.7
CONFIDENCE = 0.9


@dataclass(frozen=True, slots=True)
class Step:
    """A change of level in the unit of the series, with its 90 % interval; `trend` a week, 0 if none shows."""

    change: float
    low: float
    high: float
    trend: float
    before: int
    after: int


def find_step(values: Sequence[float], weights: Sequence[float], adopted: int) -> Step | None:
    """Return the step of a weekly series at the week number `adopted`; ``None`` with too few weeks on a side."""
    y, w = np.asarray(values, np.float64), np.asarray(weights, np.float64)
    after = np.arange(len(y)) >= adopted
    if (~after).sum() < LEAST_BEFORE or after.sum() < LEAST_AFTER:
        return None
    place = np.arange(len(y), dtype=np.float64) - adopted
    columns = [np.ones(len(y)), after.astype(np.float64)]
    if _drifts(y[~after], w[~after]):
        columns.append(place)
    design = np.stack(columns, axis=1)
    fitted, errors = _fit(design, y, w)
    reach = _critical(len(y) - design.shape[1]) * errors[1]
    trend = float(fitted[2]) if len(fitted) > 2 else 0.0
    change = float(fitted[1])
    return Step(change, change - reach, change + reach, trend, int((~after).sum()), int(after.sum()))


def _drifts(y: Floats, w: Floats) -> bool:
    if len(y) < TREND_WEEKS:
        return False
    design = np.stack([np.ones(len(y)), np.arange(len(y), dtype=np.float64)], axis=1)
    fitted, errors = _fit(design, y, w)
    return bool(abs(fitted[1]) > _critical(len(y) - 2, 0.95) * errors[1])


def _fit(design: Floats, y: Floats, w: Floats) -> tuple[Floats, Floats]:
    """Return the weighted least squares coefficients and their standard errors."""
    root = np.sqrt(w / w.mean())
    x, z = design * root[:, None], y * root
    inverse = np.linalg.pinv(x.T @ x)
    fitted: Floats = inverse @ (x.T @ z)
    rest = z - x @ fitted
    freedom = max(len(y) - design.shape[1], 1)
    variance = np.diag(inverse) * float((rest**2).sum()) / freedom * _inflate(rest)
    return fitted, np.sqrt(np.maximum(variance, 0.0))


def _inflate(rest: Floats) -> float:
    """Return by how much residuals that hang together make an error larger: (1 + rho) / (1 - rho).

    The correlation of neighbours in few weeks looks smaller than it is; it is corrected for that (Kendall 1954).
    """
    whole = float((rest**2).sum())
    if whole <= 0:
        return 1.0
    rho = float((rest[1:] * rest[:-1]).sum()) / whole
    rho = min(max(rho + (1 + 3 * rho) / len(rest), 0.0), MOST_RHO)
    return (1 + rho) / (1 - rho)


def _critical(freedom: int, confidence: float = CONFIDENCE) -> float:
    from scipy.special import stdtrit  # noqa: PLC0415 - slow to load

    return float(stdtrit(max(freedom, 1), (1 + confidence) / 2))
