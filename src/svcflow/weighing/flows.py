"""Whether cases go another way since some moment: the whole distribution of who follows whom, week by week.

For each pair of activities that follow each other the share of cases that have it, by the week in which the case began,
is tested for a jump up and for one down (see `changes.fit_jump`: against how weeks scatter, for all weeks tried). The
chances over all pairs and both directions are controlled together after Benjamini and Hochberg (1995). Pairs that jump
in the same week or the next make one shift. Cases that began so late that the log does not see their end are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Millis
from svcflow.weighing.changes import WEEKS, Floats, control, measure_bucket, scan_jump
from svcflow.weighing.claims import Ground

Ints = NDArray[np.int64]
EACH = 10
"""So many cases must have begun in a week."""


@dataclass(frozen=True, slots=True)
class Starts:
    """When cases began (ms), and in which week: -1 where the log may not see the end of the case, or few began."""

    began: Millis
    week: Ints
    cases: Floats
    first: Millis
    """When each week began."""


@dataclass(frozen=True, slots=True)
class Shift:
    """What changed at one moment: pairs (as ``source * activities + target``), whether more cases have them since.

    `before` and `after` are the shares of cases with each pair, the one that changed most coming first.
    """

    moment: int
    pairs: Ints
    rose: NDArray[np.bool_]
    before: Floats
    after: Floats


def lay_out_starts(ground: Ground) -> Starts | None:
    """Return when the cases of a log began; ``None`` where that is not in enough weeks."""
    log = ground.log
    began = np.minimum.reduceat(log.start, log.offsets[:-1])
    end = int(log.time.max()) - int(np.quantile(ground.mined.cases.cycle, 0.95))
    bucket = measure_bucket(log)
    number = np.where(began <= end, (began - int(began.min())) // bucket, -1)
    shown, place, counts = np.unique(number, return_inverse=True, return_counts=True)
    usable = (shown >= 0) & (counts >= EACH)
    if int(usable.sum()) < WEEKS:
        return None
    week = np.where(usable, np.cumsum(usable) - 1, -1)[place]
    return Starts(began, week, counts[usable].astype(np.float64), int(began.min()) + shown[usable] * bucket)


def find_shifts(ground: Ground, starts: Starts, points: float, min_count: int) -> list[Shift]:
    """Return the moments at which cases began to go another way, by so many points, the surest first."""
    codes, table = _count_pairs(ground, starts)
    common = table.sum(axis=1) >= min_count
    codes, table = codes[common], table[common]
    found = []
    for i, row in enumerate(table):
        share = row.sum() / starts.cases.sum()
        for sign in (1, -1):
            jump = scan_jump(starts.cases, sign * (row / starts.cases - share), share * (1 - share))
            found.append((2 * i + (sign > 0), *jump))
    border = {key: at for key, _, at in found}
    told = [(key, chance) for key, chance, at in found if at and _move(table[key // 2], starts, at) >= points]
    sure = dict(told)
    kept = sorted(control(told, len(found)), key=lambda key: (sure[key], key))
    shifts = []
    while kept:
        at = border[kept[0]]
        same = [key for key in kept if abs(border[key] - at) <= 1]
        kept = [key for key in kept if key not in same]
        shifts.append(_describe(codes, table, starts, (np.array(same), at)))
    return shifts


def _count_pairs(ground: Ground, starts: Starts) -> tuple[Ints, Floats]:
    """Return the pairs that follow each other and, by week, how many cases have each."""
    log = ground.log
    width = len(log.activities)
    rows = np.flatnonzero((np.diff(ground.case, prepend=-1) == 0) & (starts.week[ground.case] >= 0))
    pair = log.activity[rows - 1].astype(np.int64) * width + log.activity[rows]
    case, pair = np.divmod(np.unique(ground.case[rows] * width**2 + pair), width**2)
    codes, place = np.unique(pair, return_inverse=True)
    weeks = len(starts.cases)
    counts = np.bincount(place * weeks + starts.week[case], minlength=len(codes) * weeks)
    return codes, counts.reshape(len(codes), weeks).astype(np.float64)


def _share(row: Floats, starts: Starts, border: int) -> tuple[float, float]:
    """Return the share of cases with a pair before a week and from it on."""
    before, after = starts.cases[:border].sum(), starts.cases[border:].sum()
    return float(row[:border].sum() / before), float(row[border:].sum() / after)


def _move(row: Floats, starts: Starts, border: int) -> float:
    before, after = _share(row, starts, border)
    return abs(after - before)


def _describe(codes: Ints, table: Floats, starts: Starts, of: tuple[Ints, int]) -> Shift:
    keys, border = of
    shares = np.array([_share(table[key // 2], starts, border) for key in keys.tolist()])
    order = np.argsort(-np.abs(shares[:, 1] - shares[:, 0]), kind="stable")
    keys, shares = keys[order], shares[order]
    return Shift(int(starts.first[border]), codes[keys // 2], keys % 2 == 1, shares[:, 0], shares[:, 1])
