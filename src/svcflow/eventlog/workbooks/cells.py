"""Cells of a column as texts: dates, serial numbers among dates, ids without decimals, durations in seconds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from svcflow.eventlog.roles.lexicon import weigh
from svcflow.eventlog.values import write
from svcflow.eventlog.workbooks.layout import DATES, Kinds

EPOCH_1900 = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a wall clock; the 30th makes up for the 29 February 1900
EPOCH_1904 = dt.datetime(1904, 1, 1)  # noqa: DTZ001
PLAUSIBLE = (dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1))  # noqa: DTZ001
SAID, STRONG = 40.0, 80.0
"""How much a column's name must speak for a time to make numbers times: among dates, and alone."""


class Writer:
    """Writes the cells of one column; `facts` says what was done to them."""

    def __init__(self, name: str, kinds: Kinds, *, from_1904: bool) -> None:
        self.epoch = EPOCH_1904 if from_1904 else EPOCH_1900
        day = dt.timedelta(days=1)
        self.low, self.high = ((moment - self.epoch) / day for moment in PLAUSIBLE)
        self.facts: list[str] = []
        named = max(weigh(name, "time")[0], weigh(name, "start")[0])
        inside = self.low <= kinds.low and kinds.high < self.high
        among_dates = kinds.dates > 0 and (kinds.dates >= kinds.numbers or named >= SAID)
        self.serials = kinds.numbers > 0 and (among_dates or (named >= STRONG and inside))
        self.is_time = (kinds.dates + (kinds.numbers if self.serials else 0)) * 2 > kinds.filled
        if self.serials:
            since = "1904" if from_1904 else "1900"
            self.facts.append(f"column {name!r}: {kinds.numbers:,} numbers read as days since {since}")
        if kinds.durations:
            self.facts.append(f"column {name!r}: {kinds.durations:,} durations read as seconds")

    def choose(self) -> Callable[[Any], str]:
        """Return the function that writes a cell."""
        return self._with_serials if self.serials else _write

    def _with_serials(self, cell: Any) -> str:
        if isinstance(cell, (int, float)) and not isinstance(cell, bool) and self.low <= cell < self.high:
            moment = self.epoch + dt.timedelta(milliseconds=round(cell * 86_400_000))
            return _write(moment)
        return _write(cell)


def _write(cell: Any) -> str:
    if type(cell) is str:
        return cell.strip()
    if isinstance(cell, DATES):
        return _write_date(cell)
    return write(cell)


def _write_date(moment: Any) -> str:
    if isinstance(moment, dt.datetime):
        return moment.isoformat(" ", "milliseconds" if moment.microsecond else "seconds")
    return str(moment.isoformat())
