"""Whether the waits before a step changed over the weeks of a log: a steady rise, or a jump at one moment.

Weeks (of a log of less than 16 weeks: sixteenths of it, at least two days) are counted by when a wait *began*. The
last weeks, in which waits may have begun that the log does not see the end of (the P95 of the waits, from its end
back), are left out: long waits would be missing there.

Tested are the ranks of all waits (Wilcoxon 1945): a line over the weeks, and two levels with a jump between them where
they differ most. The error of either is that of single waits, larger by as much as weekly means scatter about the fit
more than single waits explain, so that weeks which go up and down are no change; the chances are those of Student's t,
that of a jump multiplied by the number of places tried (Bonferroni), the chance of a change that of the likelier of
both, doubled. Chances are controlled over all steps tried after Benjamini and Hochberg (1995). How the waits changed,
and how much, the weekly medians tell: two levels or a line, whichever fits them better by least squares, a jump having
one more thing to choose (Schwarz 1978); the line is Theil's and Sen's (1950, 1968).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from svcflow.eventlog.log import Log, Millis
from svcflow.weighing.claims import Ground
from svcflow.weighing.hours import measure_open

DAY = 86_400_000
WEEK = 7 * DAY
BUCKETS = 16
MINUTE = 60_000
EACH = 5
WEEKS = 8
SIDE = 3
RATE = 0.01
LEAST_RISE = 0.2
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Change:
    """How the waits of `rows` changed: their mean (ms) before (`level`) and `after`, and when a jump happened.

    `late` marks the rows whose waits are longer than before by the change; `chance` is that of such a trend by chance.
    """

    kind: Literal["trend", "jump"]
    rows: NDArray[np.int64]
    late: NDArray[np.bool_]
    level: float
    after: float
    moment: int
    weeks: int
    chance: float


def find_changes(ground: Ground, min_count: int, least: float) -> dict[int, Change]:
    """Return the changes of the waits before each activity that has so many waits of so much time in all."""
    log = ground.log
    waited = np.flatnonzero(ground.open)
    counts = np.bincount(log.activity[waited], minlength=len(log.activities))
    sums = np.bincount(log.activity[waited], weights=ground.wait[waited], minlength=len(log.activities))
    tried = np.flatnonzero((counts >= min_count) & (sums >= least)).tolist()
    found = {code: _judge(ground, waited[log.activity[waited] == code]) for code in tried}
    known = {code: change for code, change in found.items() if change is not None}
    return {code: known[code] for code in control([(code, known[code].chance) for code in known], len(tried))}


def control(chances: list[tuple[int, float]], tried: int) -> list[int]:
    """Return the keys that stand out among so many tried at a false discovery rate of 1 %.

    >>> control([(7, 0.0001), (8, 0.2)], 10)
    [7]
    """
    ordered = sorted(chances, key=lambda item: item[1])
    kept = [place for place, (_, chance) in enumerate(ordered, 1) if chance <= RATE * place / max(tried, 1)]
    return [key for key, _ in ordered[: max(kept, default=0)]]


def measure_bucket(log: Log) -> int:
    """Return how long a "week" is, in milliseconds: less than one in a short log."""
    span = int(log.time.max() - log.start.min())
    return min(WEEK, max(span // BUCKETS, 2 * DAY))


def _judge(ground: Ground, rows: NDArray[np.int64]) -> Change | None:
    log = ground.log
    spent = ground.wait[rows] if ground.mined.waits.business else measure_open(log, rows)
    began = log.time[rows - 1]
    end = int(log.time.max()) - int(np.quantile(log.start[rows] - began, 0.95))
    week = (began - int(log.start.min())) // measure_bucket(log)
    seen = np.flatnonzero(began <= end)
    shown, place, counts = np.unique(week[seen], return_inverse=True, return_counts=True)
    enough = counts >= EACH
    if int(enough.sum()) < WEEKS:
        return None
    seen = seen[enough[place]]
    shown, place = np.unique(week[seen], return_inverse=True)
    medians = np.array([np.median(spent[seen][place == i]) for i in range(len(shown))])
    weeks = shown.astype(np.float64)
    return _choose(ground, rows, (weeks, medians), (week, began, rank(spent[seen]), place))


def _choose(
    ground: Ground,
    rows: NDArray[np.int64],
    series: tuple[Floats, Floats],
    of: tuple[NDArray[np.int64], Millis, Floats, NDArray[np.int64]],
) -> Change | None:
    """Return the trend or the jump, whichever fits the weekly medians better, if it is large enough, else the trend."""
    (weeks, medians), (week, began, ranks, place) = series, of
    border = find_border(weeks, medians, np.bincount(place).astype(np.float64))
    level = _jump(ground, rows, (weeks, medians, border), began) if border else None
    level = level or _rise(ground.wait[rows], (weeks, medians), week)
    if level is None:
        return None
    moment = level.moment
    late = began >= moment if moment else week >= weeks[0]
    chance = min(2 * min(fit_line(ranks, place, weeks), fit_jump(ranks, place)), 1.0)
    return Change("jump" if moment else "trend", rows, late, level.before, level.after, moment, len(weeks), chance)


@dataclass(frozen=True, slots=True)
class _Level:
    """Mean waits (ms) before and after a change that is large enough, and the moment of a jump, 0 for a trend."""

    before: float
    after: float
    moment: int = 0


def _jump(ground: Ground, rows: NDArray[np.int64], of: tuple[Floats, Floats, int], began: Millis) -> _Level | None:
    weeks, medians, border = of
    moment = int(ground.log.start.min()) + int(weeks[border]) * measure_bucket(ground.log)
    waits, late = ground.wait[rows], began >= moment
    before, after = (float(waits[part].mean()) if part.any() else 0.0 for part in (~late, late))
    usual, risen = (float(np.median(side)) for side in (medians[:border], medians[border:]))
    return _Level(before, after, moment) if _is_large((usual, risen), (before, after)) else None


def _rise(waits: Millis, series: tuple[Floats, Floats], week: NDArray[np.int64]) -> _Level | None:
    weeks, medians = series
    slope, start = fit_trend(weeks, medians)
    usual, risen = max(start + slope * weeks[0], 0.0), start + slope * weeks[-1]
    told = np.isin(week, weeks)
    means = _average(waits[told], np.searchsorted(weeks, week[told]))[1]
    slope = fit_trend(weeks, means)[0]
    start = float(waits[told].mean()) - slope * float(week[told].mean())
    before, after = max(start + slope * weeks[0], 0.0), start + slope * weeks[-1]
    return _Level(before, after) if _is_large((usual, risen), (before, after)) else None


def _is_large(medians: tuple[float, float], means: tuple[float, float]) -> bool:
    """Return whether medians rise by a fifth and half an hour, and means by a fifth."""
    (usual, risen), (before, after) = medians, means
    return risen - usual >= max(LEAST_RISE * usual, 30 * MINUTE) and after >= (1 + LEAST_RISE) * before


def rank(values: NDArray[np.integer] | Floats) -> Floats:
    """Return mid-ranks around 0, as a share of their number.

    >>> rank(np.array([5, 1, 5, 9])).tolist()
    [0.0, -0.375, 0.0, 0.375]
    """
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    ranks: Floats = middle[place] / len(values) - (len(values) + 1) / (2 * len(values))
    return ranks


def fit_trend(weeks: Floats, medians: Floats) -> tuple[float, float]:
    """Return Theil's and Sen's slope a week and the start of the line."""
    first, second = np.triu_indices(len(weeks), 1)
    slope = float(np.median((medians[second] - medians[first]) / (weeks[second] - weeks[first])))
    return slope, float(np.median(medians - slope * weeks))


def correlate(one: NDArray[np.integer] | Floats, other: NDArray[np.integer] | Floats) -> float:
    """Return the rank correlation of two columns (Spearman 1904), 0 where one of them is constant.

    >>> correlate(np.array([1, 2, 3]), np.array([10, 30, 20]))
    0.5
    """
    left, right = rank(one), rank(other)
    scale = math.sqrt(float((left**2).sum()) * float((right**2).sum()))
    return round(float((left * right).sum()) / scale, 12) if scale else 0.0


def find_border(weeks: Floats, medians: Floats, counts: Floats) -> int:
    """Return the first week after a jump where that fits better than a line, else 0; weeks weigh by their `counts`."""
    straight = np.polynomial.Polynomial.fit(weeks, medians, 1, w=np.sqrt(counts))(weeks)
    best = (float((counts * (medians - straight) ** 2).sum()), 0)
    dearer = len(weeks) ** (1 / len(weeks))
    for border in range(SIDE, len(weeks) - SIDE + 1):
        sides = slice(border), slice(border, None)
        levels = (np.average(medians[side], weights=counts[side]) for side in sides)
        errors = (counts[side] @ (medians[side] - level) ** 2 for side, level in zip(sides, levels, strict=True))
        best = min(best, (dearer * float(sum(errors)), border))
    return best[1]


def fit_line(ranks: Floats, week: NDArray[np.int64], weeks: Floats) -> float:
    """Return the chance that `ranks` (around 0) rise so with their `week`, a number into `weeks`, none being empty."""
    counts, means = _average(ranks, week)
    at = weeks - float((counts * weeks).sum() / counts.sum())
    reach, scatter = float((counts * at**2).sum()), float((ranks**2).mean())
    if not reach or not scatter:
        return 1.0
    slope = float((counts * at * means).sum()) / reach
    return _test((counts, means, scatter), at * slope, slope / math.sqrt(scatter / reach))


def fit_jump(ranks: Floats, week: NDArray[np.int64]) -> float:
    """Return the chance that `ranks` (around 0) jump up so at some `week`; weeks number from 0, none being empty."""
    counts, means = _average(ranks, week)
    return scan_jump(counts, means, float((ranks**2).mean()))[0]


def scan_jump(counts: Floats, means: Floats, scatter: float) -> tuple[float, int]:
    """Return the chance of the largest rise, and the first week after it, from values' number and mean by week.

    Their mean over all weeks is 0, `scatter` their variance; the chance is 1 and the week 0 where nothing can be told.
    """
    borders = np.arange(SIDE, len(counts) - SIDE + 1)
    if not len(borders) or scatter <= 0:
        return 1.0, 0
    below, sums = np.cumsum(counts)[borders - 1], np.cumsum(counts * means)[borders - 1]
    lower, upper = sums / below, -sums / (counts.sum() - below)
    score = (upper - lower) / np.sqrt(scatter * (1 / below + 1 / (counts.sum() - below)))
    best = int(score.argmax())
    border = int(borders[best])
    levels = np.where(np.arange(len(counts)) < border, lower[best], upper[best])
    return min(len(borders) * _test((counts, means, scatter), levels, float(score[best])), 1.0), border


def _average(ranks: Floats | Millis, week: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return how many values each week has, and their mean."""
    counts = np.bincount(week).astype(np.float64)
    return counts, np.bincount(week, weights=ranks) / counts


def _test(of: tuple[Floats, Floats, float], fitted: Floats, score: float) -> float:
    """Return the chance of a `score` in errors of single values, given how weekly means scatter about the fit."""
    counts, means, whole = of
    own = max(whole - float((counts * fitted**2).sum() / counts.sum()), 1e-12)
    free = len(counts) - 2
    beyond = float((counts * (means - fitted) ** 2).sum()) / own / free
    return float(stdtr(free, -score * math.sqrt(whole / own / max(beyond, 1.0))))
