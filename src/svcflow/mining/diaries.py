"""When work is written down, hour by hour, of logs of any size: what working hours are discovered from.

A diary knows of each owner and kind of work the days of it, and in which hours of them something was written, one bit
each; hours are those of the wall clock of the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.calendars.wall import list_offsets
from svcflow.engines.fold import Source, summarise_one
from svcflow.eventlog.log import UNKNOWN, Batch, Codes, Millis
from svcflow.mining.grouping import Ints, count, is_among
from svcflow.mining.presence import HOUR, Presence, PresenceFold
from svcflow.mining.quantity import Setting
from svcflow.mining.rosters import Shown, choose_open
from svcflow.mining.tallies import Counter, Tally, empty_tally

MOST = 8_000_000
"""Days of all owners and kinds of work together, above which no hours are told."""
HOURS = 7 * 24
"""The hours of a week."""

_ROOM = 1 << 27
_MONDAY = 3
"""How many days after a Monday 1970 began."""

Owner = Literal["team", "resource", "everybody"]


class Diary(NamedTuple):
    """When owners wrote. `days` and `hours` are as in `Presence`, its accounts ``owner * kinds + kind``.

    `often` counts stamps by ``owner * HOURS + hour of the week``. Nothing is told where there are too many days.
    """

    days: Ints
    hours: NDArray[np.int32]
    often: Tally
    told: bool = True

    def merge(self, other: Diary) -> Diary:
        """Put two diaries together."""
        if not (self.told and other.told):
            return SECRET
        none = empty_tally()
        merged = Presence(none, self.days, self.hours).merge(Presence(none, other.days, other.hours))
        return _limit(Diary(merged.days, merged.hours, self.often.merge(other.often)))

    def choose_open(self, kinds: int) -> Ints:
        """Return the hours of a week that open, as ``owner * HOURS + hour``."""
        doing, day = self.days >> 32, (self.days & 0xFFFF_FFFF) - (1 << 31)
        weekday = (day + _MONDAY) % 7
        seen = empty_tally()
        for hour in range(24):
            at = np.flatnonzero(self.hours >> hour & 1)
            seen = seen.merge(Tally(*count(doing[at] * HOURS + weekday[at] * 24 + hour)))
        worked = Tally(*count(doing * 7 + weekday))
        return choose_open(Shown(self.often, seen, worked), kinds, HOURS)


SECRET = Diary(np.empty(0, np.int64), np.empty(0, np.int32), empty_tally(), told=False)
"""A diary that tells nothing."""


def _limit(diary: Diary) -> Diary:
    return SECRET if len(diary.days) > MOST else diary


@dataclass(frozen=True, slots=True)
class DiaryFold:
    """Writes the diary of teams, of resources, or of everybody whose name is known, without `passed` resources.

    `width` is the number of owners, `kinds` that of activities; from ``since[i]`` on the clock is ``offsets[i]`` ahead.
    """

    owner: Owner
    width: int
    kinds: int
    passed: Codes
    since: Millis
    offsets: Millis
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity", "resource", "team"})

    def begin(self) -> Writing:
        """Return an accumulator of nothing."""
        return Writing(self)

    def partial(self, batch: Batch) -> Diary:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: Diary, right: Diary) -> Diary:
        """Put two summaries together."""
        return left.merge(right)

    def finish(self, state: Diary, log: Source) -> Diary:
        """Return the summary as it is."""
        return state


def keep_diary(owner: Owner, setting: Setting, passed: Codes) -> DiaryFold:
    """Return the fold that writes the diary of a log, without some resources."""
    width = {"team": len(setting.teams), "resource": len(setting.resources), "everybody": 1}[owner]
    regimes = list_offsets(setting.zone, *setting.span)
    since, offsets = (np.array(column, np.int64) for column in zip(*regimes, strict=True))
    return DiaryFold(owner, width, len(setting.activities), passed, since, offsets)


def choose_owner(batch: Batch, owner: Owner, passed: Codes) -> Codes:
    """Return who owns each instance of a block: a team or a resource, `UNKNOWN` if a resource `passed` over did it."""
    codes = batch.team if owner == "team" else batch.resource
    return np.where(is_among(batch.resource, passed), np.int32(UNKNOWN), codes) if len(passed) else codes


class Writing:
    """The diary of the blocks so far."""

    def __init__(self, fold: DiaryFold) -> None:
        self._fold = fold
        self._presence = PresenceFold(fold.width * fold.kinds, 1).begin()
        self._often = Counter(fold.width * HOURS)
        self._told = fold.width * fold.kinds <= np.iinfo(np.int32).max

    def add(self, batch: Batch) -> None:
        """Take one block in; an instance without a known start is written down twice when it ends."""
        if not self._told:
            return
        fold = self._fold
        owner = choose_owner(batch, fold.owner, fold.passed)
        known = np.flatnonzero(owner != UNKNOWN)
        if not len(known):
            return
        place = owner[known] if fold.owner != "everybody" else np.zeros(len(known), np.int32)
        self._write(place, batch.activity[known], batch.time[known], times=1 if batch.has_start.any() else 2)
        if batch.has_start.any():
            self._write(place, batch.activity[known], batch.start[known], times=1)
        self._told = self._presence.settle(_ROOM) <= MOST

    def state(self) -> Diary:
        """Return the diary so far."""
        if not self._told:
            return SECRET
        _, days, hours = self._presence.state()
        return _limit(Diary(days, hours, self._often.state()))

    def _write(self, owner: Codes, activity: Codes, moments: Millis, *, times: int) -> None:
        fold = self._fold
        local = moments + fold.offsets[np.maximum(np.searchsorted(fold.since, moments, side="right") - 1, 0)]
        doing = owner * np.int32(fold.kinds) + activity
        nothing = np.zeros(len(local), np.int32)
        flags = np.zeros(len(local), np.bool_)
        self._presence.add(Batch(0, np.array([0, len(local)]), local, local, activity, doing, nothing, flags))
        hour = (local // HOUR + _MONDAY * 24) % HOURS + owner.astype(np.int64) * HOURS
        keys, counts = count(hour) if fold.width * HOURS > len(hour) else _count_off(hour, fold.width * HOURS)
        self._often.add(keys, counts * times)


def _count_off(keys: Ints, space: int) -> tuple[Ints, Ints]:
    counts = np.bincount(keys, minlength=space)
    found = np.flatnonzero(counts)
    return found, counts[found]
