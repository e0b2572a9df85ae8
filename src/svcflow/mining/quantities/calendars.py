"""Working hours, as the log shows them, beside the calendars that are given.

**What.** For each team (each resource where there are no teams): on which days and from when to when it works, its open
time a week, and, where a calendar is given, which, and the share of what it wrote outside of it.

**How.** A week has slots of an hour, on the wall clock of the log's time zone. A slot is open if somebody of the team
wrote in it on at least a tenth of the days of that weekday on which the team did the same activity; where that leaves
out more than 30 % of what the team wrote, its busiest other slots are opened. Starts and ends both count.

**Source.** The calendar discovery of Prosimos and Kronos (López-Pintado & Dumas, BPM 2022).

**Limits.** Holidays and shifts that change from week to week are not found. Who writes little seems to work little: a
team of fewer than a few hundred stamps shows only part of its hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

import numpy as np

from svcflow.calendars import HOUR_MS
from svcflow.engines.fold import Source
from svcflow.eventlog.log import UNKNOWN, Batch, Codes, Log, Vocabulary
from svcflow.mining.diaries import MOST, Diary, choose_owner, keep_diary
from svcflow.mining.grouping import Ints, all_seconds, distinct
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.rosters import WIDE, Discovered, Given, discover
from svcflow.mining.tables import Table
from svcflow.mining.teamhours import give_hours, give_team_hours
from svcflow.mining.transitions import number_cases

if TYPE_CHECKING:
    from svcflow.eventlog.store.stored import Stored
    from svcflow.mining.surveyed import Surveyed

TITLE = {"en": "Working hours", "zh": "工作时间"}
DEFINITION = "working-hours"
MISSING = {
    "en": "What nobody is known to have done shows no hours.",
    "zh": "处理人未知的实例不用于推断工作时间。",
}

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


NOBODY = ("This log tells neither teams nor resources.", "该日志既没有团队也没有处理人信息。")
TOO_MANY = (
    f"more than {MOST:,} days of work of different owners and activities: that many are not kept (--in-memory)",
    f"不同责任人与活动的工作日超过 {MOST:,} 个，无法全部保留（--in-memory）",
)
DIARY = "diary of owners"


class Owned(NamedTuple):
    """How many instances each owner has, of how many cases, and how many of them lie outside of given hours."""

    counts: Ints
    cases: Ints
    outside: Ints


@dataclass(frozen=True, slots=True)
class OwnedFold:
    """Counts the instances of teams or resources, machines left out, against the hours `given` to each."""

    owner: Literal["team", "resource"]
    width: int
    machines: Codes
    given: Given | None
    columns: ClassVar[frozenset[str]] = frozenset({"time", "resource", "team"})

    def partial(self, batch: Batch) -> Owned:
        """Summarise one block."""
        owner = choose_owner(batch, self.owner, self.machines)
        cases = max(len(batch.offsets) - 1, 1)
        pairs = distinct(owner.astype(np.int64) * cases + number_cases(batch.offsets))
        late = np.zeros(len(owner), np.bool_)
        if self.given is not None:
            late = self.given.open_until(owner, batch.time + 1) == self.given.open_until(owner, batch.time)
        counted = (owner, pairs // cases, owner[late])
        return Owned(*(np.bincount(codes, minlength=self.width) for codes in counted))

    def merge(self, left: Owned, right: Owned) -> Owned:
        """Put two summaries together."""
        return Owned(*(one + other for one, other in zip(left, right, strict=True)))

    def finish(self, state: Owned, log: Source) -> Owned:
        """Return the summary as it is."""
        return state


def measure(log: Log, setting: Setting) -> Measured:
    """Return the working hours that `log` shows."""
    by = _choose_owner(log)
    if by is None:
        return decline(*NOBODY)
    whole, names = log.batch(0, log.cases), log.teams if by == "team" else log.resources
    owner = choose_owner(whole, by, setting.machines)
    times = (log.start, log.time) if log.has_start.any() else (log.time,)
    shown = discover(owner, log.activity, times, log.zone, pools=np.arange(len(names)), minutes=WIDE)
    given = give_team_hours(log, setting) if by == "team" else give_hours(log, setting)
    owned = OwnedFold(by, len(names), setting.machines, given).partial(whole)
    return _list_owners(names, by, shown, (owned, given))


def begin(log: Stored, setting: Setting) -> dict[str, Any]:
    """Return the fold that writes down when everybody works."""
    by = _choose_owner(log)
    return {} if by is None else {DIARY: keep_diary(by, setting, setting.machines)}


def go_on(found: Surveyed) -> dict[str, Any]:
    """Return the fold that counts what lies outside of the given hours."""
    by = _choose_owner(found.log)
    if by is None:
        return {}
    width = len(found.log.teams if by == "team" else found.log.resources)
    return {DEFINITION: OwnedFold(by, width, found.setting.machines, _give(found, by))}


def tell(found: Surveyed) -> Measured:
    """Return the working hours that a file shows."""
    by, setting = _choose_owner(found.log), found.setting
    if by is None:
        return decline(*NOBODY)
    diary: Diary = found.states[DIARY]
    if not diary.told:
        return decline(*TOO_MANY)
    names = found.log.teams if by == "team" else found.log.resources
    keys = diary.choose_open(len(setting.activities))
    shown = Discovered(np.arange(len(names)), keys, WIDE, setting.zone, setting.span)
    return _list_owners(names, by, shown, (found.states[DEFINITION], _give(found, by)))


def _give(found: Surveyed, by: Literal["team", "resource"]) -> Given | None:
    log, setting = found.log, found.setting
    return give_team_hours(log, setting) if by == "team" else give_hours(log, setting, found.written)


def _choose_owner(log: Log | Stored) -> Literal["team", "resource"] | None:
    if log.has_teams:
        return "team"
    return "resource" if log.has_resources else None


def _list_owners(
    names: Vocabulary, by: Literal["team", "resource"], shown: Discovered, of: tuple[Owned, Given | None]
) -> Measured:
    """Return the hours of all who are known, who does most first."""
    (counts, cases, outside), given = of
    codes = np.flatnonzero(counts)
    codes = codes[codes != UNKNOWN]
    codes = codes[np.lexsort((codes, -counts[codes]))]
    shares = outside / np.maximum(counts, 1)
    columns = {
        by: [names[code] for code in codes.tolist()],
        "count": counts[codes].tolist(),
        "cases": cases[codes].tolist(),
        "week_s": all_seconds(shown.open_slots[codes] * HOUR_MS),
        **{day: [_say_hours(shown, code, number) for code in codes.tolist()] for number, day in enumerate(DAYS)},
        "calendar": [given and (given.names[int(given.of[code])] or "common") for code in codes.tolist()],
        "outside_share": [given and float(shares[code]) for code in codes.tolist()],
    }
    people = () if by == "team" else ("resource",)
    n = int(counts.sum() - counts[UNKNOWN])
    return Measured(Table(columns), {"zone": shown.zone or "UTC"}, n, "instances", "none", people=people)


def _say_hours(shown: Discovered, pool: int, day: int) -> str | None:
    """Return the open hours of a weekday as text, such as ``09:00-12:00 14:00-18:00``; ``None`` where it has none."""
    first = pool * shown.slots + day * 24
    hours = shown.keys[(shown.keys >= first) & (shown.keys < first + 24)] - first
    runs = np.split(hours, np.flatnonzero(np.diff(hours) > 1) + 1) if len(hours) else []
    return None if not runs else " ".join(f"{run[0]:02}:00-{run[-1] + 1:02}:00" for run in runs)
