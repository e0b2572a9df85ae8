"""One row per case, with a column of times per milestone (``opened_at``, ``resolved_at``, ``closed_at``).

Each time that is there becomes an event called as its column; an empty cell is a milestone that was not reached.
Deadlines stay attributes of the case. A row is a whole case: any block of rows may be unfolded by itself. A column of
persons that belongs to a milestone (``resolved_by``) says who did it; a column of persons or teams that belongs to none
is the last state of the case and holds for all of its events.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from svcflow.eventlog.log import MISSING_TIME, Role
from svcflow.eventlog.raw import Counted, RawTable
from svcflow.eventlog.roles import milestones as names
from svcflow.eventlog.roles import progress
from svcflow.eventlog.roles.evidence import Profile, Source
from svcflow.eventlog.stamps.column import read_stamps
from svcflow.eventlog.texts import as_chunks, as_text
from svcflow.eventlog.unfolding import Evidence, Sight, find_empty, free_name, interleave, pick, take_rows

WHOLE_CASES = False
NEEDS = "a column that tells cases apart and at least two columns of times that were reached"
NEARLY = 0.97
"""The share of rows that must be cases of their own."""
KEPT: tuple[str, ...] = ("case", "team", "role")
MADE = {"activity": "milestone", "time": "milestone time", "resource": "milestone by"}
"""Columns that unfolding makes, by role."""


def recognise(sight: Sight) -> Evidence | None:
    """Return evidence where every row is a case of its own and at least two of its columns are milestones."""
    stated = sight.stated.milestones
    case = sight.guess.columns.get("case")
    lent = "milestones" in sight.stated.lent
    wanted = not lent and (bool(stated) or (sight.stated.shape == "milestones" and "shape" not in sight.stated.lent))
    source = sight.source
    if not case or not (wanted or _is_row_per_case(source, case[0])):
        return None
    times = [name for name in source.table.names if name not in case and Profile(source, name).is_time]
    kinds = {name: names.judge(name) for name in times}
    chosen = list(stated) or progress.choose(times, kinds)
    if lent:  # a preset knows the usual columns; it must not cut off the end of the cases
        chosen += [name for name in progress.choose(times, kinds) if progress.follows(name, chosen)]
    if len(chosen) < (1 if stated else 2):
        return None
    if lent or not stated:
        chosen = progress.order(source, chosen, sight.stated)
    called = {name: stated.get(name) or progress.call(name, chosen) for name in chosen}
    return _describe(sight, called, tuple(name for name in times if name not in called), kinds)


def _is_row_per_case(source: Source, case: str) -> bool:
    """Return whether nearly every row is a case of its own: some exports hold a few rows twice."""
    return source.table.rows > 1 and source.encoded(case).distinct >= NEARLY * source.table.rows


def _describe(sight: Sight, called: dict[str, str], left: tuple[str, ...], kinds: dict[str, names.Kind]) -> Evidence:
    """Return the evidence: what is read, the columns that the events will have, and what is told of both."""
    table, guess, stated = sight.source.table, sight.guess, sight.stated
    people = tuple(progress.find_person(column, table.names) for column in called)
    own = any(people) and ("resource" not in stated.columns or "columns.resource" in stated.lent)
    roles = {role: guess.columns[role] for role in KEPT if role in guess.columns}
    told = [reason for reason in guess.reasons if reason.role in KEPT]
    told += [Role(f"milestone {activity}", name, "a time that was reached") for name, activity in called.items()]
    if own:
        told.append(Role("resource", " | ".join(filter(None, people)), "each names who reached one of the milestones"))
    elif "resource" in guess.columns:
        roles["resource"] = guess.columns["resource"]
        told += [reason for reason in guess.reasons if reason.role == "resource"]
    notes = [*_note(left, kinds), *_note_unreadable(sight.source, [*called, *left, *roles["case"]])]
    if last := [" | ".join(roles[role]) for role in ("resource", "team") if role in roles]:
        tells, them = ("tells", "it") if len(last) == 1 else ("tell", "them")
        text = " and ".join(map(repr, last))
        notes.append(f"one row per case: {text} {tells} where the case is now; all of its events are given to {them}")
    roles |= {role: (free_name(name, table.names),) for role, name in MADE.items() if role != "resource" or own}
    spoken = {*(stated.case_attributes or ()), *(stated.event_attributes or ())}
    words = {
        "called": tuple(called.values()),
        "dropped": tuple(name for name in called if name not in spoken),
        "made": tuple(roles[role][0] if role != "resource" or own else "" for role in MADE),
    }
    words |= {name: (stated.formats[name],) for name in called if name in stated.formats}
    reason = f"one row per case and {len(called)} columns of times that were reached: {', '.join(called)}"
    columns = {"case": roles["case"], "milestones": tuple(called), "people": people}
    return Evidence(95 if stated.milestones else 75, reason, columns, roles, tuple(told), words, tuple(notes))


def _note(left: tuple[str, ...], kinds: dict[str, names.Kind]) -> list[str]:
    notes = []
    for kind, text in (
        ("deadline", "a deadline"), ("update", "a time of the last change"), ("other", "a time of something else"),
        ("event", "a time that the preset of this export passes over"),
    ):  # fmt: skip
        notes += [f"column {name!r} is {text}: an attribute, not an event" for name in left if kinds.get(name) == kind]
    return notes


def _note_unreadable(source: Source, known: list[str]) -> list[str]:
    """Say which columns look like milestones by their names and by some of their values, but not by enough of them."""
    others = [name for name in source.table.names if name not in known]
    return [
        f"column {name!r} is an attribute and no milestone: {share:.0%} of its values are no times that can be read, "
        f"for example {text[:40]!r}; correct them, or state it under milestones"
        for name, (share, text) in progress.find_unreadable(source, others).items()
    ]


def unfold(table: RawTable, found: Evidence) -> RawTable:
    """Return one row per milestone that was reached, in the order of the rows and then of the milestones.

    A row that reached none is a case to which nothing has happened yet: it is left out, and counted.
    """
    columns, (activity, time, resource) = found.columns["milestones"], found.words["made"]
    times = [_read(table, name, found) for name in columns]
    reached = np.stack([~find_empty(column) for column in times], axis=1)
    nothing = int((~reached.any(axis=1)).sum())
    flat = np.flatnonzero(reached.ravel())
    rows, which = flat // len(columns), flat % len(columns)
    made: dict[str, Callable[[], Any]] = {
        activity: partial(pick, found.words["called"], which),
        time: partial(interleave, times, rows, which),
    }
    if resource:
        people = found.columns["people"]
        made[resource] = lambda: interleave(
            [as_chunks(table.load(name or people[0] or next(filter(None, people)))) for name in people],
            rows, which, known=np.array([bool(name) for name in people])[which],
        )  # fmt: skip
    unfolded = take_rows(table, rows, made, frozenset(found.words["dropped"]) & set(table.names))
    left = Counted(f"cases have reached none of {', '.join(columns)} and are left out", nothing, table.rows)
    return dataclasses.replace(unfolded, counted=(*table.counted, left))


def _read(table: RawTable, name: str, found: Evidence) -> Any:
    """Return a column of times; where a format is stated for it alone, written anew so that one rule reads all."""
    column = as_chunks(table.load(name))
    form = found.words.get(name)
    if not form or pa.types.is_temporal(column.type):
        return column
    stamps = read_stamps(column, name, time_format=form[0])
    values = pa.Array.from_buffers(
        pa.timestamp("ms"), len(stamps.values),
        [pa.py_buffer(np.packbits(stamps.values != MISSING_TIME, bitorder="little")), pa.py_buffer(stamps.values)],
    )  # fmt: skip
    from pyarrow import compute as pc  # noqa: PLC0415

    text = as_text(column).combine_chunks().cast(pa.large_string())
    return as_chunks(pc.coalesce(values.cast(pa.large_string()), text))
