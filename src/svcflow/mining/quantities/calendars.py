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

import numpy as np
from numpy.typing import NDArray

from svcflow.calendars import HOUR_MS
from svcflow.eventlog.log import UNKNOWN, Codes, Log, Vocabulary
from svcflow.mining.grouping import all_seconds, distinct
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.rosters import WIDE, Discovered, discover
from svcflow.mining.tables import Table
from svcflow.mining.teamhours import give_hours, give_team_hours

TITLE = {"en": "Working hours", "zh": "工作时间"}
DEFINITION = "working-hours"
MISSING = {
    "en": "What nobody is known to have done shows no hours.",
    "zh": "处理人未知的实例不用于推断工作时间。",
}

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def measure(log: Log, setting: Setting) -> Measured:
    """Return the working hours that `log` shows."""
    by_team = log.has_teams
    if not by_team and not log.has_resources:
        return decline("This log tells neither teams nor resources.", "该日志既没有团队也没有处理人信息。")
    owner, names = (log.team, log.teams) if by_team else (log.resource, log.resources)
    owner = np.where(np.isin(log.resource, setting.machines), UNKNOWN, owner).astype(np.int32)
    times = (log.start, log.time) if log.has_start.any() else (log.time,)
    shown = discover(owner, log.activity, times, log.zone, pools=np.arange(len(names)), minutes=WIDE)
    counts = np.bincount(owner, minlength=len(names))
    codes = np.flatnonzero(counts)
    codes = codes[codes != UNKNOWN]
    codes = codes[np.lexsort((codes, -counts[codes]))]
    week = shown.open_slots
    calendars, outside = _compare(log, setting, owner, names)
    columns = {
        "team" if by_team else "resource": [names[code] for code in codes.tolist()],
        "count": counts[codes].tolist(),
        "cases": _count_cases(log, owner, len(names))[codes].tolist(),
        "week_s": all_seconds(week[codes] * HOUR_MS),
        **{day: [_say_hours(shown, code, number) for code in codes.tolist()] for number, day in enumerate(DAYS)},
        "calendar": [calendars[code] for code in codes.tolist()],
        "outside_share": [outside[code] for code in codes.tolist()],
    }
    people = () if by_team else ("resource",)
    figures = {"zone": log.zone or "UTC"}
    return Measured(Table(columns), figures, int((owner != UNKNOWN).sum()), "instances", "none", people=people)


def _count_cases(log: Log, owner: Codes, width: int) -> NDArray[np.int64]:
    pairs = distinct(owner.astype(np.int64) * max(log.cases, 1) + log.case_of_row)
    return np.bincount(pairs // max(log.cases, 1), minlength=width)


def _say_hours(shown: Discovered, pool: int, day: int) -> str | None:
    """Return the open hours of a weekday as text, such as ``09:00-12:00 14:00-18:00``; ``None`` where it has none."""
    first = pool * shown.slots + day * 24
    hours = shown.keys[(shown.keys >= first) & (shown.keys < first + 24)] - first
    runs = np.split(hours, np.flatnonzero(np.diff(hours) > 1) + 1) if len(hours) else []
    return None if not runs else " ".join(f"{run[0]:02}:00-{run[-1] + 1:02}:00" for run in runs)


def _compare(
    log: Log, setting: Setting, owner: Codes, names: Vocabulary
) -> tuple[list[str | None], list[float | None]]:
    """Return for each owner the calendar that is given to it, and the share of its completions outside of it."""
    nothing: list[None] = [None] * len(names)
    given = give_team_hours(log, setting) if names is log.teams else give_hours(log, setting)
    if given is None:
        return [*nothing], [*nothing]
    outside = given.open_until(owner, log.time + 1) == given.open_until(owner, log.time)
    total = np.bincount(owner, minlength=len(names))
    late = np.bincount(owner, outside, minlength=len(names))
    shares = [float(share) for share in late / np.maximum(total, 1)]
    return [given.names[place] or "common" for place in given.of.tolist()], [*shares]
