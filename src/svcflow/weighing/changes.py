"""Whether the waits before a step changed over the weeks of a log: a steady rise, or a jump at one moment.

Weeks (of a log of less than 16 weeks: sixteenths of it, at least two days) are counted by when a wait *began*. The
last weeks, in which waits may have begun that the log does not see the end of (the P95 of the waits, from its end
back), are left out: long waits would be missing there. The trend is tested by Mann and Kendall on the weekly medians
(1945, 1975) and its size is Theil's and Sen's slope (1950, 1968). A jump is the split of the weeks with the least
squared error; the weeks before and after must hardly overlap, and the waits rank higher after it (Mann and Whitney
1947). Whichever fits the weekly medians better is told. Chances are controlled over all steps tried after Benjamini
and Hochberg (1995).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

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
OVERLAP = 0.05
LEAST_RISE = 0.5
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
    seen = began <= end
    week = (began - int(log.start.min())) // measure_bucket(log)
    shown, place, counts = np.unique(week[seen], return_inverse=True, return_counts=True)
    enough = counts >= EACH
    if int(enough.sum()) < WEEKS:
        return None
    medians = np.array([np.median(spent[seen][place == i]) for i in np.flatnonzero(enough)])
    weeks = shown[enough].astype(np.float64)
    return _choose(ground, rows, (weeks, medians), (week, began))


def _choose(
    ground: Ground, rows: NDArray[np.int64], series: tuple[Floats, Floats], of: tuple[NDArray[np.int64], Millis]
) -> Change | None:
    """Return the trend or the jump that fits the weekly medians better, if it is large enough."""
    (weeks, medians), (week, began) = series, of
    chance, slope, start = fit_trend(weeks, medians)
    border, jump_error, apart = fit_jump(medians)
    line_error = float(((medians - start - slope * weeks) ** 2).sum())
    if apart and jump_error < line_error:
        moment = int(ground.log.start.min()) + int(weeks[border]) * measure_bucket(ground.log)
        before, after = float(np.median(medians[:border])), float(np.median(medians[border:]))
        late = began >= moment
        kind: Literal["trend", "jump"] = "jump"
        chance = len(medians) * _compare(ground.wait[rows], late)
    else:
        before, after = start + slope * weeks[0], start + slope * weeks[-1]
        late, kind, moment = week >= weeks[0], "trend", 0
    if after - max(before, 0) < max(LEAST_RISE * max(before, 0), 30 * MINUTE):
        return None
    eighth = max(len(weeks) // 8, 1)
    first, last = (~late, late) if kind == "jump" else (week <= weeks[eighth - 1], week >= weeks[-eighth])
    means = [float(ground.wait[rows[part]].mean()) if part.any() else 0.0 for part in (first, last)]
    if means[1] < (1 + LEAST_RISE) * means[0]:
        return None
    return Change(kind, rows, late, means[0], means[1], moment, len(weeks), chance)


def _compare(waits: Millis, late: NDArray[np.bool_]) -> float:
    """Return the chance that the late waits rank so much higher (Mann and Whitney 1947, normal approximation)."""
    _, place, counts = np.unique(waits, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    after, whole = int(late.sum()), len(waits)
    before = whole - after
    if not after or not before:
        return 1.0
    score = float(ranks[late].sum()) - after * (after + 1) / 2 - after * before / 2
    return 0.5 * math.erfc(score / math.sqrt(after * before * (whole + 1) / 12) / math.sqrt(2))


def fit_trend(weeks: Floats, medians: Floats) -> tuple[float, float, float]:
    """Return the chance of Mann and Kendall (one-sided, rising), the slope a week and the start of the line."""
    first, second = np.triu_indices(len(weeks), 1)
    rises = medians[second] - medians[first]
    score = float(np.sign(rises).sum())
    number = len(weeks)
    _, ties = np.unique(medians, return_counts=True)
    variance = (number * (number - 1) * (2 * number + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    z = (score - np.sign(score)) / math.sqrt(variance) if variance > 0 else 0.0
    slope = float(np.median(rises / (weeks[second] - weeks[first])))
    return 0.5 * math.erfc(z / math.sqrt(2)), slope, float(np.median(medians - slope * weeks))


def fit_jump(medians: Floats) -> tuple[int, float, bool]:
    """Return the border of the best split, its squared error, and whether both sides hardly overlap, rising."""
    best = (0, math.inf)
    for border in range(SIDE, len(medians) - SIDE + 1):
        parts = medians[:border], medians[border:]
        error = sum(float(((part - part.mean()) ** 2).sum()) for part in parts)
        best = min(best, (border, error), key=lambda item: item[1])
    border = best[0]
    if border == 0:
        return 0, math.inf, False
    over = float((medians[:border, None] >= medians[None, border:]).mean())
    return border, best[1], over <= OVERLAP
