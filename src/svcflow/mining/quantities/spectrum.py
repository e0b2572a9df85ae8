"""Performance spectrum: for each pair of activities, when waits began and whether they were among the fast or slow.

**What.** For the twenty pairs with most time: in each period (day, week, or weeks of the log's time zone, so that there
are at most some sixty), how many waits began, and how many of them belong to the fastest, fast, slow and slowest
quarter of all waits of that pair. A period in which everything is slow, a quarter that only appears at times, and
slowness that grows are seen at once. The borders of the quarters stand in each row.

**How.** A wait begins when the first activity ends, and lasts to the start of the next. Durations are counted in four
classes to the octave; the borders between the quarters are the borders of classes that come nearest, so a quarter of a
pair whose waits are much alike may be empty.

**Limits.** Single segments are not in it: `svcflow.mining.spectra.list_segments` gives those of any pair, exactly.

**Source.** Denisov, Fahland, van der Aalst: Unbiased, Fine-Grained Description of Processes Performance from Event Data
(BPM 2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from svcflow.engines.fold import summarise_one
from svcflow.eventlog.log import Batch, Log
from svcflow.mining.days import TOO_LONG, Days, lay_days
from svcflow.mining.durations import find_middles
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.spectra import CLASSES
from svcflow.mining.tables import Table
from svcflow.mining.tallies import Counter, Tally
from svcflow.mining.transitions import follow, waiting_cells

TITLE = {"en": "Performance spectrum", "zh": "绩效谱"}
DEFINITION = "performance-spectrum"
MISSING = {
    "en": "Waits of which the end is not known, at the end of the log, are not in it.",
    "zh": "日志末尾尚未结束的等待不计入。",
}

MOST_PAIRS = 20
MOST_PERIODS = 60
COARSE = 4
"""Of the six bits of a class of durations so many are left out."""
CELLS = 256
MOST_TABLES = 1024
"""So many pairs have a table of their own."""
LENGTHS = (1, 7, 28, 91, 364, 3640)
"""Possible periods, in days."""


@dataclass(frozen=True)
class Periods:
    """Periods of so many `days`, numbered by local day: weeks begin on Monday."""

    days: Days
    length: int

    @property
    def of_day(self) -> NDArray[np.int64]:
        """Return the period of each day."""
        if self.length == 1:
            return np.arange(len(self.days))
        numbers: NDArray[np.int64] = self.days.weeks // (self.length // 7)
        return numbers

    def name(self, period: int) -> str:
        """Return the first day of a period."""
        if self.length == 1:
            return self.days.name(period)
        return self.days.name_week(period * (self.length // 7))


def choose_periods(days: Days) -> Periods:
    """Return the shortest periods of which there are not too many."""
    fitting = (length for length in LENGTHS if len(days) <= MOST_PERIODS * length)
    return Periods(days, next(fitting, LENGTHS[-1]))


@dataclass(frozen=True)
class SpectrumFold:
    """Counts waits by pair, period and class of duration."""

    setting: Setting
    periods: Periods | None
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity"})

    @property
    def count(self) -> int:
        """Return the number of periods."""
        return int(self.periods.of_day[-1]) + 1 if self.periods and len(self.periods.of_day) else 1

    def begin(self) -> Spectrum:
        """Return an accumulator of nothing."""
        return Spectrum(self)

    def partial(self, batch: Batch) -> Tally:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: Tally, right: Tally) -> Tally:
        """Add two summaries."""
        return left.merge(right)

    def finish(self, state: Tally, log: Log) -> Measured:
        """Return the periods of the pairs, those with most time first."""
        if self.periods is None:
            return decline(**TOO_LONG)
        if not len(state.keys):
            return decline("no case has two events", "没有案例包含两个事件")
        pair, rest = np.divmod(state.keys, self.count * CELLS)
        period, cell = np.divmod(rest, CELLS)
        weights = find_middles((cell << COARSE) + (1 << COARSE - 1)) * state.counts
        codes, place = np.unique(pair, return_inverse=True)
        order = np.lexsort((codes, -np.bincount(place, weights=weights)))[:MOST_PAIRS]
        rows = []
        for at in order.tolist():
            own = place == at
            rows += self._list(int(codes[at]), period[own], cell[own], state.counts[own])
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        figures = {"days_per_period": float(self.periods.length)}
        return Measured(Table(columns), figures, int(state.counts.sum()), "waits", "elapsed", approximate=True)

    def _list(
        self, code: int, period: NDArray[np.int64], cell: NDArray[np.int64], counts: NDArray[np.int64]
    ) -> list[dict[str, Any]]:
        """Return the rows of one pair."""
        assert self.periods is not None
        edges = _find_edges(cell, counts)
        quarter = np.searchsorted(edges, cell, side="right")
        table = np.zeros((self.count, len(CLASSES)), np.int64)
        np.add.at(table, (period, quarter), counts)
        source, target = divmod(code, len(self.setting.activities))
        borders = {f"quarter_{n + 1}_s": _say_edge(edge) for n, edge in enumerate(edges.tolist())}
        return [
            {
                "from": self.setting.activities[source],
                "to": self.setting.activities[target],
                "period": self.periods.name(number),
                "count": int(table[number].sum()),
                **dict(zip(CLASSES, table[number].tolist(), strict=True)),
                **borders,
            }
            for number in np.flatnonzero(table.sum(axis=1)).tolist()
        ]


def _find_edges(cell: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the three cells at which the second, third and last quarter of the waits begin, as near as cells allow."""
    below = np.concatenate([[0], np.cumsum(np.bincount(cell, weights=counts, minlength=CELLS))])
    wanted = below[-1] * np.array([0.25, 0.5, 0.75])
    upper = np.searchsorted(below, wanted)
    nearer = wanted - below[upper - 1] < below[upper] - wanted
    edges: NDArray[np.int64] = np.where(nearer, upper - 1, upper)
    return edges


def _say_edge(edge: int) -> float:
    """Return the shortest duration of a cell in seconds."""
    return float(find_middles(np.array([edge << COARSE]))[0]) / 1000


class Spectrum:
    """The waits of the blocks so far: a table for each pair while there are few pairs, else sorted keys."""

    def __init__(self, fold: SpectrumFold) -> None:
        self._width = len(fold.setting.activities)
        self._days = fold.periods.days if fold.periods else None
        self._of_day = fold.periods.of_day if fold.periods else np.zeros(1, np.int64)
        self._size = fold.count * CELLS
        self._places = np.full(self._width * self._width, -1, np.int64)
        self._pairs = np.empty(0, np.int64)
        self._table = np.zeros(fold.count * MOST_TABLES * CELLS, np.int32)  # by period: a block touches but few of them
        self._rest = Counter(len(self._places) * self._size)

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        if self._days is None:
            return
        steps = follow(batch, self._width)
        period = self._of_day.take(self._days.find(batch.time.take(steps.row - 1)))
        cell = waiting_cells(batch, steps) >> COARSE
        place = self._places.take(steps.pair)
        if len(place) and int(place.min()) < 0:
            self._make_room(np.unique(steps.pair[place < 0]))
            place = self._places.take(steps.pair)
        few = place >= 0
        if not few.all():
            self._rest.add((steps.pair * self._size + period * CELLS + cell)[~few])
            place, period, cell = place[few], period[few], cell[few]
        np.add.at(self._table, (period * MOST_TABLES + place) * CELLS + cell, np.int32(1))

    def _make_room(self, pairs: NDArray[np.int64]) -> None:
        """Give tables to pairs, as long as there are few."""
        pairs = pairs[: max(MOST_TABLES - len(self._pairs), 0)]
        self._places[pairs] = np.arange(len(self._pairs), len(self._pairs) + len(pairs))
        self._pairs = np.append(self._pairs, pairs)

    def state(self) -> Tally:
        """Return the state of the blocks so far."""
        filled = np.flatnonzero(self._table)
        above, cell = np.divmod(filled, CELLS)
        period, place = np.divmod(above, MOST_TABLES)
        keys = self._pairs[place] * self._size + period * CELLS + cell
        order = np.argsort(keys)
        return Tally(keys[order], self._table[filled][order].astype(np.int64)).merge(self._rest.state())


def prepare(setting: Setting) -> SpectrumFold:
    """Return the fold of this quantity."""
    days = lay_days(setting.zone, setting.span)
    return SpectrumFold(setting, choose_periods(days) if days else None)
