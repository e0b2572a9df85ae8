"""Arrivals by hour of the week, with their uncertainty: what a staffing plan starts from.

A week has a level and a profile. The profile is what share of a week's work comes in each of its 168 hours, averaged
over the weeks in which the hour was open (no holiday); hours that few arrivals were seen in lean on the same hour of
day of like days (a gamma prior, its weight by the method of moments). The level goes on as it was on average in the
last eight weeks, or along a straight line where a trend shows beyond chance (t test, 5 %, at least six weeks). The
interval is 90 % over 200 draws of weeks, with one week's own deviation from its level in each. Source: forecasts by
interval as call centres make them (Gans, Koole & Mandelbaum 2003).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HOURS = 168
LEAST_WEEKS = 4
RECENT, TREND_WEEKS, AHEAD = 8, 6, 4
DRAWS = 200
_TAIL = 0.05
_FIRM = 1e3

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """Arrivals to expect in each hour of an ordinary week, in the four weeks after the log.

    `low` and `high` bound them at 90 %. `level` is their sum; `trend` its change a week as a share, 0 where chance
    explains it. `error` is the mean absolute share by which the level of held-back weeks was missed, ``None`` below
    eight weeks.
    """

    weeks: int
    mean: Floats
    low: Floats
    high: Floats
    level: float
    trend: float
    error: float | None
    seen: NDArray[np.int64]


def forecast(counts: NDArray[np.int64], exposure: Floats, *, seed: int = 0) -> Forecast | None:
    """Return what to expect after weeks x 168 `counts`; `exposure` is how much of each hour was open, 0..1.

    ``None`` below four weeks or without any arrival: that is no basis.
    """
    weeks = len(counts)
    if weeks < LEAST_WEEKS or not counts.sum():
        return None
    given = counts.astype(np.float64)
    profile = _profile(given.sum(axis=0), exposure.sum(axis=0))
    levels = _levels(given, exposure, profile)
    level, slope = _expect(levels)
    low, high = np.quantile(_draw(given, exposure, (level, levels), seed), [_TAIL, 1 - _TAIL], axis=0)
    mean = level * profile
    low, high = np.minimum(low, mean), np.maximum(high, mean)
    trend = slope / level if level else 0.0
    return Forecast(weeks, mean, low, high, level, trend, _test(levels), counts.sum(axis=0))


def _profile(seen: Floats, open_: Floats) -> Floats:
    """Return the share of a full week's arrivals in each of the last axis' 168 hours, from counts and open times."""
    prior = _pool(seen, open_)
    rate = np.divide(seen, open_, out=np.zeros_like(seen), where=open_ > 0)
    weight = _weigh(rate, prior, open_)
    mixed = np.where(open_ > 0, (seen + weight * prior) / np.maximum(open_ + weight, 1e-9), 0.0)
    whole = mixed.sum(axis=-1, keepdims=True)
    found: Floats = mixed / np.where(whole > 0, whole, 1.0)
    return found


def _pool(seen: Floats, open_: Floats) -> Floats:
    """Return the rate of the same hour of day on like days: Monday to Friday, Saturday, Sunday."""
    shape = (*seen.shape[:-1], 7, 24)
    counts, hours, pooled = seen.reshape(shape), open_.reshape(shape), np.zeros(shape)
    for days in (slice(0, 5), slice(5, 6), slice(6, 7)):
        total, room = counts[..., days, :].sum(axis=-2), hours[..., days, :].sum(axis=-2)
        rate = np.divide(total, room, out=np.zeros_like(total), where=room > 0)
        pooled[..., days, :] = rate[..., None, :]
    return pooled.reshape(seen.shape)


def _weigh(rate: Floats, prior: Floats, open_: Floats) -> Floats:
    """Return in how many hours' worth the prior counts: the variance that chance makes over what is beyond it."""
    busy = (open_ > 0) & (prior > 0)
    chance = np.divide(prior, open_, out=np.zeros_like(prior), where=busy).sum(axis=-1, keepdims=True)
    whole = np.where(busy, prior, 0.0).sum(axis=-1, keepdims=True)
    beyond = np.where(busy, (rate - prior) ** 2, 0.0).sum(axis=-1, keepdims=True) - chance
    found: Floats = np.where(beyond > 0, np.minimum(whole / np.where(beyond > 0, beyond, 1.0), _FIRM), _FIRM)
    return found


def _levels(counts: Floats, exposure: Floats, profile: Floats) -> Floats:
    """Return what each week would have had if all its hours had been open."""
    share = exposure @ profile
    found: Floats = np.divide(counts.sum(axis=1), share, out=np.zeros(len(counts)), where=share > 0)
    return found


def _expect(levels: Floats) -> tuple[float, float]:
    """Return the level of the weeks ahead, and its change a week (0 where chance explains it)."""
    weeks = len(levels)
    recent = float(levels[-RECENT:].mean())
    if weeks < TREND_WEEKS:
        return recent, 0.0
    place = np.arange(weeks) - (weeks - 1) / 2
    slope = float(place @ levels) / float(place @ place)
    rest = levels - levels.mean() - slope * place
    error = float(np.sqrt(rest @ rest / (weeks - 2) / (place @ place)))
    if error > 0 and abs(slope) / error < _critical(weeks - 2):
        return recent, 0.0
    ahead = levels.mean() + slope * ((weeks - 1) / 2 + (AHEAD + 1) / 2)
    return max(float(ahead), 0.0), slope if ahead > 0 else 0.0


def _critical(freedom: int) -> float:
    from scipy.special import stdtrit  # noqa: PLC0415 - slow to load

    return float(stdtrit(freedom, 0.975))


def _draw(counts: Floats, exposure: Floats, known: tuple[float, Floats], seed: int) -> Floats:
    """Return draws x 168 hours: profiles of weeks drawn again, on levels as far off as single weeks were."""
    level, levels = known
    generator = np.random.Generator(np.random.PCG64(seed))
    weeks = len(counts)
    off = levels / levels.mean() if levels.mean() else np.ones(weeks)
    times = generator.multinomial(weeks, np.full(weeks, 1 / weeks), size=DRAWS).astype(np.float64)
    profiles = _profile(times @ counts, times @ exposure)
    drawn: Floats = level * off[generator.integers(0, weeks, DRAWS)][:, None] * profiles
    return drawn


def _test(levels: Floats) -> float | None:
    """Return by which mean share the last fifth of the weeks (two at least) was missed from those before it."""
    held = max(2, len(levels) // 5)
    if len(levels) < RECENT:
        return None
    told, _ = _expect(levels[:-held])
    real = levels[-held:]
    return float(np.abs(real - told).mean() / real.mean()) if real.mean() else None
