"""The same cases again and again, in exports of different days: a case, the day of the snapshot, its status then.

The first appearance of a case is an event, and so is every snapshot in which its status is another than in the one
before. Who has the case is what that snapshot says. A time is known only to the next snapshot: a status that came and
went in between is not seen.

All rows of a case are needed together.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from svcflow.errors import MappingError
from svcflow.eventlog.changes import Sequence, read_moments, read_texts
from svcflow.eventlog.log import MISSING_TIME, Role
from svcflow.eventlog.raw import RawTable
from svcflow.eventlog.roles.assignment import rank
from svcflow.eventlog.roles.evidence import Profile
from svcflow.eventlog.roles.lexicon import weigh
from svcflow.eventlog.unfolding import Evidence, Sight, take_rows

WHOLE_CASES = True
NEEDS = "a column each for the case, the day of the snapshot and the status"
NAMED, DAY = 70.0, 86_400_000


def recognise(sight: Sight) -> Evidence | None:
    """Return evidence where cases stand once in each of several snapshots."""
    case = sight.guess.columns.get("case")
    stated = sight.stated.columns.get("snapshot", ())
    if not case or len(case) != 1 or (sight.guess.register and not stated):
        return None
    profiles = [Profile(sight.source, name) for name in sight.source.table.names]
    named = [c.name for c in rank("snapshot", profiles, {*case}) if c.score >= NAMED and c.profile.is_time]
    times = [p.name for p in profiles if p.name not in case and p.is_time]
    for name in stated or (*named, *(name for name in times if name not in named)):
        status = _find_status(sight, name)
        if not status:
            continue
        found = _weigh(sight, name, status, certain=bool(stated), named=name in named)
        if found:
            return found
    return None


def _find_status(sight: Sight, snapshot: str) -> str:
    """Return the column of the status: stated, named so, or what would be the activity of an event."""
    stated = sight.stated.columns.get("activity", ())
    if stated:
        return stated[0]
    source = sight.source
    profiles = [Profile(source, name) for name in source.table.names]
    taken = {*sight.guess.columns["case"], snapshot}
    found = [c for c in rank("status", profiles, taken) if c.profile.sample and not c.profile.is_time]
    if found:
        return found[0].name
    guessed = sight.guess.columns.get("activity", ())
    return guessed[0] if guessed else ""


def _weigh(sight: Sight, snapshot: str, status: str, *, certain: bool, named: bool) -> Evidence | None:
    table, stated = sight.source.table, sight.stated
    case = read_texts(table, sight.guess.columns["case"][0], stated)
    try:
        time = read_moments(table, snapshot, stated)
    except MappingError:
        if not certain and not named:
            return None
        raise
    states = read_texts(table, status, stated)
    sequence = Sequence.arrange(case.codes, time)
    inside = ~sequence.opens[1:]
    days, place = np.unique(time, return_inverse=True)
    steps = np.diff(place[sequence.order])[inside]
    if not certain and (len(days) < 2 or not len(steps) or not _is_grid(steps, len(days), table.rows, named=named)):
        return None
    same = float((np.diff(states.codes[sequence.order])[inside] == 0).mean()) if inside.any() else 0.0
    if not certain and not named and (same < 0.3 or _has_activity(sight)):
        return None
    gap = float(np.median(np.diff(days))) / DAY if len(days) > 1 else 0.0
    return _describe(sight, snapshot, status, (len(days), gap, 92.0 if certain or named else 87.0))


def _is_grid(steps: NDArray[np.intp], days: int, rows: int, *, named: bool) -> bool:
    """Return whether cases stand at most once in a snapshot and, unless the name says so, in one after the other."""
    once = float((steps > 0).mean())
    if named:
        return once > 0.9
    return once > 0.99 and float((steps == 1).mean()) > 0.8 and days * 5 <= rows and days > 2


def _has_activity(sight: Sight) -> bool:
    """Return whether a column is plainly called an activity: then rows are events."""
    names = sight.guess.columns.get("activity", ())
    return any(weigh(name, "activity")[0] >= 80 for name in names)


def _describe(sight: Sight, snapshot: str, status: str, seen: tuple[int, float, float]) -> Evidence:
    days, gap, score = seen
    guess = sight.guess
    roles = {"case": guess.columns["case"], "activity": (status,), "time": (snapshot,)}
    told = [reason for reason in guess.reasons if reason.role == "case"]
    told.append(Role("activity", status, "its changes from snapshot to snapshot are the events"))
    told.append(Role("time", snapshot, f"the day of the snapshot; {days:,} of them"))
    for role in ("resource", "team", "role"):
        if role in guess.columns and guess.columns[role] != (status,):
            roles[role] = guess.columns[role]
            told += [reason for reason in guess.reasons if reason.role == role]
    note = f"times are those of {days:,} snapshots, {gap:g} days apart: what happened between two of them is not seen"
    reason = f"each case stands again in {days:,} snapshots ({snapshot!r}); a new status ({status!r}) is an event"
    return Evidence(score, reason, roles, roles, tuple(told), {}, (note,), sight.stated)


def unfold(table: RawTable, found: Evidence) -> RawTable:
    """Return the first row of each case and every row whose status is another than in the snapshot before."""
    stated, columns = found.stated, found.columns
    case = read_texts(table, columns["case"][0], stated)
    time = read_moments(table, columns["time"][0], stated)
    status = read_texts(table, columns["activity"][0], stated)
    unusable = (time == MISSING_TIME) | case.missing() | status.missing()
    usable = np.flatnonzero(~unusable)
    sequence = Sequence.arrange(case.codes[usable], time[usable])
    codes = status.codes[usable][sequence.order]
    changed = sequence.opens | np.r_[True, codes[1:] != codes[:-1]][: len(codes)]
    rows = np.sort(np.concatenate([usable[sequence.order[changed]], np.flatnonzero(unusable)]))
    fact = f"{len(rows):,} of {table.rows:,} rows are events: a first appearance or a new status"
    return dataclasses.replace(take_rows(table, rows, {}), facts=(*table.facts, fact))
