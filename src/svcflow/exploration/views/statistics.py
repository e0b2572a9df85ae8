"""Key figures, how long cases take, and how many begin when."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from svcflow.exploration.blocks import Block, bars, figures, tell
from svcflow.exploration.selections import Selection
from svcflow.exploration.setting import Setting
from svcflow.exploration.summaries import KINDS, summarise
from svcflow.mining.mined import find_zone

WHAT = "variants"
EXPRESSION = 'mine(log).to_json()["cycle_time"]'

BINS = 30
MOST_BARS = 60
STEPS = (
    60, 300, 600, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400, 172_800, 604_800, 1_209_600, 2_592_000, 7_776_000,
    31_536_000,
)  # fmt: skip
"""Widths of bars in seconds that a person can read."""


def show(selection: Selection, setting: Setting) -> list[Block]:
    """Return figures, the histogram of cycle times, and the cases that begin in each day, week or month."""
    found = summarise(selection)
    least = setting.min_group
    if setting.guarded:
        found |= {"cycle_max_s": None, "open_cases": tell(found["open_cases"], least, selection.cases)}
    blocks = [figures({name: (kind, found.get(name)) for name, kind in KINDS.items()})]
    cycles = selection.opened.cycle[selection.chosen & selection.opened.counted]
    if len(cycles):
        blocks.append(bars("cycle_times", *_spread(cycles), kind="duration", least=least))
    if selection.cases:
        blocks.append(bars("begins", *_date(selection), kind="time", least=least))
    return blocks


def _spread(cycles: NDArray[np.int64]) -> tuple[list[float], list[int]]:
    """Return the edges in seconds and counts of a histogram; what lies beyond P98 is in the last bar."""
    high = float(np.quantile(cycles, 0.98)) / 1000 or 1.0
    step = next((s for s in STEPS if high / s <= BINS), max(STEPS[-1], high / BINS))
    edges = np.arange(int(high // step) + 2) * step
    place = np.minimum(cycles // int(step * 1000), len(edges) - 1)
    return edges.tolist(), np.bincount(place, minlength=len(edges)).tolist()


def _date(selection: Selection) -> tuple[list[str], list[int]]:
    """Return the first days of periods, and how many cases begin in each."""
    zone = find_zone(selection.opened.log.zone)
    begins = selection.opened.begin[selection.chosen]
    first, last = (dt.datetime.fromtimestamp(int(t) / 1000, zone).date() for t in (begins.min(), begins.max()))
    days = _choose_days(first, last)
    limits = [int(dt.datetime.combine(day, dt.time(), zone).timestamp() * 1000) for day in days]
    place = np.searchsorted(np.array(limits), begins, side="right") - 1
    return [day.isoformat() for day in days], np.bincount(place, minlength=len(days)).tolist()


def _choose_days(first: dt.date, last: dt.date) -> list[dt.date]:
    span = (last - first).days
    if span < MOST_BARS:
        return [first + dt.timedelta(n) for n in range(span + 1)]
    if span < 7 * MOST_BARS:
        monday = first - dt.timedelta(first.weekday())
        return [monday + dt.timedelta(7 * n) for n in range((last - monday).days // 7 + 1)]
    months: list[dt.date] = []
    step = 1 if span < 31 * MOST_BARS else 12
    month = first.replace(day=1, month=first.month if step == 1 else 1)
    while month <= last:
        months.append(month)
        after = month.month - 1 + step
        month = dt.date(month.year + after // 12, after % 12 + 1, 1)
    return months
