"""When accounts write: how much, with which teams, and in which hours of which days; enough to tell machines apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.engines.fold import Source, summarise_one
from svcflow.eventlog.log import Batch
from svcflow.kernels import passes
from svcflow.kernels.library import is_built
from svcflow.mining.grouping import Ints, count, distinct, join_keys
from svcflow.mining.tallies import Counter, Tally

HOUR = 3_600_000
_ERA = 128 * 24
_ERAS = 1 << 31
"""More days than there are since the year 1; a key of a day is an account's code and the day, moved above 0."""
_ROOM = 1 << 26
_SPAN = 16


class Presence(NamedTuple):
    """How much each account writes with each team, and when.

    `written` counts instances by ``account * teams + team``; `days` are ``account << 32 | day``, ascending, and `hours`
    the hours of that day (of UTC) in which the account wrote, one bit each.
    """

    written: Tally
    days: Ints
    hours: NDArray[np.int32]

    def merge(self, other: Presence) -> Presence:
        """Put the presence of two parts together."""
        days, here, there = join_keys(self.days, other.days)
        hours = np.zeros(len(days), np.int32)
        hours[here] |= self.hours
        hours[there] |= other.hours
        return Presence(self.written.merge(other.written), days, hours)


@dataclass(frozen=True, slots=True)
class PresenceFold:
    """Computes `Presence` of so many accounts and teams."""

    accounts: int
    teams: int
    columns: ClassVar[frozenset[str]] = frozenset({"time", "resource", "team"})

    def begin(self) -> Gathered:
        """Return an accumulator of nothing."""
        return Gathered(self)

    def partial(self, batch: Batch) -> Presence:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: Presence, right: Presence) -> Presence:
        """Put two summaries together."""
        return left.merge(right)

    def finish(self, state: Presence, log: Source) -> Presence:
        """Return the summary as it is."""
        return state


class Gathered:
    """What the blocks so far hold: for each span of 128 days, a flag for each account and hour."""

    def __init__(self, fold: PresenceFold) -> None:
        self._teams, self._accounts = fold.teams, max(fold.accounts, 1)
        self._written = Counter(self._accounts * max(fold.teams, 1))
        self._eras: dict[int, NDArray[np.bool_]] = {}
        self._many = self._accounts * _ERA > _ROOM
        self._none = Tally(np.empty(0, np.int64), np.empty(0, np.int64))
        self._known = Presence(self._none, np.empty(0, np.int64), np.empty(0, np.int32))

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        if self._mark(batch):
            return
        account, hour = batch.resource.astype(np.int64), batch.time // HOUR
        self._written.add(account * self._teams + batch.team)
        if self._many:
            self._merge(account, hour)
            return
        if not len(hour):
            return
        low, high = int(hour.min()) // _ERA, int(hour.max()) // _ERA
        era = hour // _ERA if low < high else hour
        cells = account * _ERA
        cells += hour
        for number in range(low, high + 1) if high - low < _SPAN else distinct(era).tolist():
            inside = cells if low == high else cells[era == number]
            if len(inside):
                flags = self._eras.setdefault(number, np.zeros(self._accounts * _ERA, np.bool_))
                flags[inside - number * _ERA] = True

    def _mark(self, batch: Batch) -> bool:
        """Take a block in by one loop over it; return whether that could be done."""
        counts = self._written.places
        if not is_built() or self._many or counts is None or not len(batch.time):
            return False
        low, high = int(batch.time.min()) // HOUR // _ERA, int(batch.time.max()) // HOUR // _ERA
        if high - low >= _SPAN:
            return False
        size = self._accounts * _ERA
        flags = [self._eras.setdefault(era, np.zeros(size, np.bool_)) for era in range(low, high + 1)]
        columns, teams = (batch.time, batch.resource, batch.team), max(self._teams, 1)
        passes.mark_presence(columns, (self._accounts, teams, _ERA), (low, flags), counts)
        return True

    def settle(self, room: int) -> int:
        """Put the flags away where they take more than so many bytes; return how many days are known without them."""
        if sum(map(len, self._eras.values())) > room:
            self.state()
        return len(self._known.days)

    def state(self) -> Presence:
        """Return the state of the blocks so far."""
        for era, flags in self._eras.items():
            packed = np.packbits(flags, bitorder="little").reshape(-1, 3).astype(np.int32)
            hours = packed[:, 0] | packed[:, 1] << 8 | packed[:, 2] << 16
            shown = np.flatnonzero(hours)
            account, day = np.divmod(shown, _ERA // 24)
            days = (account << 32) + day + era * (_ERA // 24) + _ERAS
            self._known = self._known.merge(Presence(self._none, days, hours[shown]))
        self._eras = {}
        return self._known._replace(written=self._written.state())

    def _merge(self, account: Ints, hour: Ints) -> None:
        day, of_day = np.divmod(hour, 24)
        cells, _ = count(((account << 32) + day + _ERAS) << 5 | of_day)
        days, bits = cells >> 5, np.int32(1) << (cells & 31).astype(np.int32)
        heads = np.flatnonzero(np.r_[True, days[1:] != days[:-1]]) if len(days) else np.empty(0, np.int64)
        hours = np.bitwise_or.reduceat(bits, heads) if len(heads) else bits
        self._known = self._known.merge(Presence(self._none, days[heads], hours))
