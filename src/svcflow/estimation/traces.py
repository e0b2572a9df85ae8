"""What happened to cases, as columns: the form in which a log and a simulated log are compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Codes, Log, Millis

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Traces:
    """Instances of `cases` cases, each case's rows together: the number of its case, its activity, its start and end.

    Times are milliseconds; every case from 0 to ``cases - 1`` has at least one row, and cases ascend. `source` is the
    number of each case in the log it was taken from.
    """

    case: Places
    activity: Codes
    start: Millis
    end: Millis
    source: Places

    @property
    def cases(self) -> int:
        """Return the number of cases."""
        return len(self.source)

    @cached_property
    def offsets(self) -> Places:
        """Return where the rows of each case begin, and the end."""
        return np.searchsorted(self.case, np.arange(self.cases + 1)).astype(np.int64)

    @cached_property
    def arrival(self) -> Millis:
        """Return the first start of each case."""
        return _reduce(np.minimum, self.start, self.offsets)

    @cached_property
    def finish(self) -> Millis:
        """Return the last end of each case."""
        return _reduce(np.maximum, self.end, self.offsets)

    @property
    def cycle(self) -> Millis:
        """Return the cycle time of each case."""
        return self.finish - self.arrival

    def take(self, cases: Places, shift: Millis | None = None) -> Traces:
        """Return the given cases in the given order, each as often as it is named and moved by its `shift`."""
        lengths = np.diff(self.offsets)[cases]
        case = np.repeat(np.arange(len(cases), dtype=np.int64), lengths)
        begins = np.cumsum(lengths) - lengths
        row = np.arange(len(case)) - begins[case] + self.offsets[cases][case]
        moved = np.int64(0) if shift is None else shift[case]
        return Traces(case, self.activity[row], self.start[row] + moved, self.end[row] + moved, self.source[cases])

    def where(self, rows: NDArray[np.bool_]) -> Traces:
        """Return the marked rows; cases that lose all of theirs are gone, the others numbered anew."""
        kept, case = np.unique(self.case[rows], return_inverse=True)
        return Traces(case.astype(np.int64), self.activity[rows], self.start[rows], self.end[rows], self.source[kept])


def read_traces(log: Log, end: Millis | None = None, start: Millis | None = None) -> Traces:
    """Return the traces of a log, with the ends and starts of its rows as given where they are."""
    return Traces(
        log.case_of_row,
        log.activity,
        log.start if start is None else start,
        log.time if end is None else end,
        np.arange(log.cases, dtype=np.int64),
    )


def _reduce(ufunc: np.ufunc, values: Millis, offsets: Places) -> Millis:
    if len(offsets) < 2:
        return values[:0]
    return np.asarray(ufunc.reduceat(values, offsets[:-1]), dtype=np.int64)
