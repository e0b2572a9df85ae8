"""How much wider an interval must be than the bootstrap says: what the benchmark of this version measured.

`calibration.json` holds the factor (90 % quantile of ``|truth - estimate| / half-width`` over worlds with known truth),
that on bounds by replay (where the design begins: the worlds have too few of them to measure), the least half-width as
a share of the estimate, and the coverage reached with them. Source: advice.md 4.1, step 5.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Calibration:
    """The factor on half-widths, their least share of the estimate, and the coverage measured with both."""

    factor: float
    floor: float
    coverage: float | None
    worlds: int
    bounds: float = 1.5


@cache
def read_calibration() -> Calibration:
    """Return what is stored with this version."""
    stored = json.loads(Path(__file__).with_name("calibration.json").read_text(encoding="utf-8"))
    return Calibration(
        float(stored["factor"]),
        float(stored["floor"]),
        stored.get("coverage"),
        int(stored.get("worlds", 0)),
        float(stored["bounds"]),
    )


def widen(estimate: float, low: float, high: float, *, extra: float = 1.0) -> tuple[float, float]:
    """Return the bounds of an estimate, made wider: by the factor (and an `extra` one), and never below the floor.

    >>> widen(-2.0, -2.1, -1.9)
    (-2.5, -1.5)
    """
    known = read_calibration()
    return _widen(estimate, low, high, known.factor * extra)


def widen_bounds(estimate: float, low: float, high: float) -> tuple[float, float]:
    """Return the bounds that a replay gives, made wider in the same way."""
    return _widen(estimate, low, high, read_calibration().bounds)


def _widen(estimate: float, low: float, high: float, factor: float) -> tuple[float, float]:
    known = read_calibration()
    least = known.floor * abs(estimate)
    below = max((estimate - low) * factor, least)
    above = max((high - estimate) * factor, least)
    return estimate - max(below, 0.0), estimate + max(above, 0.0)
