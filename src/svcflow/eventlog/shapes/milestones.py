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

from svcflow.errors import MappingError
from svcflow.eventlog.log import MISSING_TIME, Role
from svcflow.eventlog.mapping import Mapping
from svcflow.eventlog.raw import RawTable
from svcflow.eventlog.roles import milestones as names
from svcflow.eventlog.roles.evidence import Profile, Source
from svcflow.eventlog.roles.lexicon import fold, weigh, words
from svcflow.eventlog.stamps.column import read_stamps
from svcflow.eventlog.texts import as_chunks, as_text
from svcflow.eventlog.unfolding import Evidence, Sight, find_empty, free_name, interleave, pick, take_rows

WHOLE_CASES = False
NEEDS = "a column that tells cases apart and at least two columns of times that were reached"
NEARLY = 0.97
BY = frozenset({"by", "von", "durch", "door", "da", "par", "por", "user", "agent"})
BY_CHINESE = ("人", "人员", "人員", "员", "員", "者")


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
    chosen = list(stated) or _choose(times, kinds)
    if lent:  # a preset knows the usual columns; it must not cut off the end of the cases
        chosen += [name for name in _choose(times, kinds) if _follows(name, chosen)]
    if len(chosen) < (1 if stated else 2):
        return None
    if lent or not stated:
        chosen = order(source, chosen, sight.stated)
    called = {name: stated.get(name) or _call(name, chosen) for name in chosen}
    return _describe(sight, called, tuple(name for name in times if name not in called), kinds)


def _is_row_per_case(source: Source, case: str) -> bool:
    """Return whether nearly every row is a case of its own: some exports hold a few rows twice."""
    return source.table.rows > 1 and source.encoded(case).distinct >= NEARLY * source.table.rows


def _choose(times: list[str], kinds: dict[str, names.Kind]) -> list[str]:
    """Return the columns of milestones; the last change of a row counts as one only where nothing else is there."""
    chosen = [name for name in times if kinds[name] == "event"]
    if any(names.place(name) == 1 and words(name)[0] != "sys" for name in chosen):
        chosen = [name for name in chosen if not (names.place(name) == 1 and words(name)[0] == "sys")]
    return chosen if len(chosen) > 1 else [name for name in times if kinds[name] in ("event", "update")]


def _follows(name: str, others: list[str]) -> bool:
    """Return whether a milestone comes, by its name, after all of the others."""
    own, known = names.place(name), [names.place(other) for other in others]
    return name not in others and own is not None and all(place is not None and place < own for place in known)


def _call(name: str, chosen: list[str]) -> str:
    short = names.clean(name)
    return short if [names.clean(other) for other in chosen].count(short) == 1 else name


def order(source: Source, columns: list[str], stated: Mapping, *, most: int = 2000) -> list[str]:
    """Return columns of times in the order of their names' places in the life of a case, else in which they come."""
    step = max(1, source.table.rows // most)
    rows = np.arange(0, source.table.rows, step, dtype=np.int64)
    indices = pa.Array.from_buffers(pa.int64(), len(rows), [None, pa.py_buffer(rows)])
    moments = []
    for name in columns:
        try:
            taken = as_chunks(as_chunks(source.column(name)).take(indices))
            moments.append(read_stamps(taken, name, time_format=stated.format_of(name)).values)
        except MappingError:
            moments.append(np.full(len(rows), MISSING_TIME))
    wins = [0.0] * len(columns)
    for one, first in enumerate(moments):
        for second in moments:
            both = (first != MISSING_TIME) & (second != MISSING_TIME)
            later = int((first[both] > second[both]).sum()) - int((first[both] < second[both]).sum())
            wins[one] += np.sign(later) if 2 * abs(later) > int(both.sum()) else 0
    places = [names.place(name) for name in columns]
    usual = [len(columns) if place is None else place for place in places]
    keys = [(wins[i], usual[i], i) if None in places else (usual[i], wins[i], i) for i in range(len(columns))]
    return [columns[i] for *_, i in sorted(keys)]


def _describe(sight: Sight, called: dict[str, str], left: tuple[str, ...], kinds: dict[str, names.Kind]) -> Evidence:
    table = sight.source.table
    people = {column: _find_person(column, table.names) for column in called}
    paired = {column: name for column, name in people.items() if name}
    guessed = sight.guess.columns
    roles: dict[str, tuple[str, ...]] = {role: guessed[role] for role in KEPT if role in guessed}
    columns = {"case": roles["case"], "milestones": tuple(called), "people": tuple(people.values())}
    roles["activity"] = (free_name("milestone", table.names),)
    roles["time"] = (free_name("milestone time", table.names),)
    told = [reason for reason in sight.guess.reasons if reason.role in KEPT]
    told += [Role(f"milestone {activity}", name, "a time that was reached") for name, activity in called.items()]
    stated = "resource" in sight.stated.columns
    if paired and not stated:
        roles["resource"] = (free_name("milestone by", table.names),)
        told.append(Role("resource", " | ".join(paired.values()), "each names who reached one of the milestones"))
    elif "resource" in sight.guess.columns:
        roles["resource"] = sight.guess.columns["resource"]
        told += [reason for reason in sight.guess.reasons if reason.role == "resource"]
    notes = _note(left, kinds)
    last = [
        " | ".join(roles[role])
        for role in ("resource", "team")
        if role in roles and not (role == "resource" and paired)
    ]
    if last:
        text = " and ".join(map(repr, last))
        notes.append(f"one row per case: {text} tell where the case is now; all of its events are given to them")
    reason = f"one row per case and {len(called)} columns of times that were reached: {', '.join(called)}"
    keep = frozenset(called) - {*(sight.stated.case_attributes or ()), *(sight.stated.event_attributes or ())}
    spare = {
        "called": tuple(called.values()),
        "dropped": tuple(keep),
        "made": tuple(roles.get(r, ("",))[0] for r in MADE),
    }
    formats = {name: (sight.stated.formats[name],) for name in called if name in sight.stated.formats}
    score = 95 if sight.stated.milestones else 75
    return Evidence(score, reason, columns, roles, tuple(told), {**spare, **formats}, tuple(notes))


KEPT: tuple[str, ...] = ("case", "team", "role")
MADE = ("activity", "time", "resource")


def _note(left: tuple[str, ...], kinds: dict[str, names.Kind]) -> list[str]:
    notes = []
    for kind, text in (
        ("deadline", "a deadline"), ("update", "a time of the last change"), ("other", "a time of something else"),
        ("event", "a time that the preset of this export passes over"),
    ):  # fmt: skip
        notes += [f"column {name!r} is {text}: an attribute, not an event" for name in left if kinds.get(name) == kind]
    return notes


def _find_person(column: str, known: tuple[str, ...]) -> str:
    """Return the column that says who reached a milestone: ``resolved_by`` for ``resolved_at``, 受理人 for 受理时间."""
    stem = [fold(part).lower() for part in names.split(column)]
    for name in known:
        if name == column or weigh(name, "time")[0] >= 60:
            continue
        tokens = list(words(name))
        if stem and len(tokens) > len(stem) and tokens[: len(stem)] == stem and tokens[len(stem)] in BY:
            return name
        if len(stem) == 1 and not stem[0].isascii() and fold(name).lower() in {stem[0] + end for end in BY_CHINESE}:
            return name
    return ""


def unfold(table: RawTable, found: Evidence) -> RawTable:
    """Return one row per milestone that was reached, in the order of the rows and then of the milestones.

    A row that reached none is a case to which nothing has happened yet: it is left out, and counted in the facts.
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
    if resource and found.columns["people"] != ("",) * len(columns) and resource not in table.names:
        people = found.columns["people"]
        made[resource] = lambda: interleave(
            [as_chunks(table.load(name or people[0] or next(filter(None, people)))) for name in people],
            rows, which, known=np.array([bool(name) for name in people])[which],
        )  # fmt: skip
    unfolded = take_rows(table, rows, made, frozenset(found.words["dropped"]) & set(table.names))
    fact = f"{nothing:,} of {table.rows:,} cases have reached none of {', '.join(columns)} and are left out"
    return dataclasses.replace(unfolded, facts=(*table.facts, fact)) if nothing else unfolded


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
