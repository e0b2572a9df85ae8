"""A history of changes: a case, a time, a field, its old and its new value (and who changed it).

A change of the status is an event, called as the new status. The first old status is the beginning: it becomes an
event where a time of creation is known, and is told of where not. A change of the assignee or the group is no event:
it says who has the case from then on (changes written at the same moment as an event hold for it). Where a column says
who made each change, that is the resource, and the assignee stands beside it as an attribute. Other fields are passed
over and counted. A status before and after without a field is a history of the status alone.

All rows of a case are needed together. A mapping makes another field count as the status by naming it so:
``values: {FIELD COLUMN: {priority: status}}``.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.changes import Flags, Sequence, read_in_force, read_moments, read_texts
from svcflow.eventlog.log import MISSING_TIME, Role
from svcflow.eventlog.raw import RawTable
from svcflow.eventlog.roles.histories import History, find_created, find_history
from svcflow.eventlog.texts import Encoded, as_chunks
from svcflow.eventlog.unfolding import Evidence, Sight, free_name, interleave, pick, take_rows

WHOLE_CASES = True
NEEDS = (
    "a column each for the case, the time and the new value, and one for the field that changed or for the old value"
)
NEW, OLD, FIELD = 0, 1, 2
"""Where the activity of an event is taken from."""


def recognise(sight: Sight) -> Evidence | None:
    """Return evidence where rows tell a field with its values, or a status before and after."""
    if not {"case", "time"} <= sight.guess.columns.keys() or sight.guess.register:
        return None
    found = find_history(sight.source, sight.guess, sight.stated)
    return _describe(sight, found) if found else None


def _describe(sight: Sight, found: History) -> Evidence:
    guess, kinds, names = sight.guess, found.kinds, sight.source.table.names
    created = find_created(sight.source, guess, sight.stated)
    roles = {"case": guess.columns["case"], "time": guess.columns["time"], "activity": (found.new,)}
    told = [reason for reason in guess.reasons if reason.role in ("case", "time")] + found.tell()
    told += [Role("created", created, "one time for each case, before its changes")] if created else []
    made = {}
    for role, wanted, fields in (("resource", "assignee", kinds.people), ("team", "assigned group", kinds.teams)):
        column = guess.columns.get(role, ())
        if column and not {*column} & {found.field, found.old, found.new}:
            roles[role] = column
            told += [reason for reason in guess.reasons if reason.role == role]
        made[role] = free_name(wanted, names) if fields else ""
        if fields and role not in roles and role not in sight.stated.columns:
            roles[role] = (made[role],)
            told.append(Role(role, made[role], f"who has the case, by the changes of {', '.join(fields)}"))
    columns = {key: roles.get(key, ()) for key in ("case", "time", "resource")}
    columns |= {"field": (found.field,), "old": (found.old,), "new": (found.new,), "created": (created,)}
    words = {key: getattr(kinds, key) for key in ("status", "people", "teams", "creations")}
    words["made"] = (made["resource"], made["team"])
    return Evidence(found.score, found.reason, columns, roles, tuple(told), words, stated=sight.stated)


@dataclass(frozen=True, slots=True)
class Picked:
    """The events of a history: the row of each, whether its time is that of the creation, where its activity stands."""

    rows: NDArray[np.intp]
    created: Flags
    activity_rows: NDArray[np.intp]
    activity_from: NDArray[np.intp]


def unfold(table: RawTable, found: Evidence) -> RawTable:
    """Return a row for each change of the status and for each beginning of a case that has a time."""
    columns, stated = found.columns, found.stated
    (field,), (old,), (new,), (created,) = (columns[key] for key in ("field", "old", "new", "created"))
    case = read_texts(table, columns["case"][0], stated)
    sequence = Sequence.arrange(case.codes, read_moments(table, columns["time"][0], stated))
    is_kind = _read_kinds(table, found)
    after = read_texts(table, new, stated)
    before = read_texts(table, old, stated) if old else Encoded(np.zeros(table.rows, np.int32), (None,))
    begun = read_moments(table, created, stated) != MISSING_TIME if created else np.zeros(table.rows, bool)
    events = _pick(sequence, is_kind["status"] & ~after.missing(), is_kind["creations"], (before, after, begun))

    def load(name: str) -> Any:
        return as_chunks(table.load(name or new))

    made: dict[str, Any] = {
        new: lambda: interleave([load(new), load(old), load(field)], events.activity_rows, events.activity_from)
    }
    if created:
        made[columns["time"][0]] = lambda: interleave(
            [load(columns["time"][0]), load(created)], events.rows, events.created.astype(np.intp)
        )
    for name in columns["resource"] if created else ():
        if name in table.names:  # who made the first change is not who opened the case
            made[name] = partial(
                interleave, [load(name)], events.rows, np.zeros(len(events.rows), np.intp), known=~events.created
            )
    for name, kind in zip(found.words["made"], ("people", "teams"), strict=True):
        if name:
            held, first = read_in_force(sequence, is_kind[kind], before, after)
            codes = np.where(events.created, first.codes[events.rows], held.codes[events.rows])
            made[name] = partial(pick, tuple(text or "" for text in held.texts), np.where(codes == 0, -1, codes))
    facts = _tell(table, found, is_kind, (case, sequence, before, events))
    return dataclasses.replace(take_rows(table, events.rows, made), facts=(*table.facts, *facts))


def _read_kinds(table: RawTable, found: Evidence) -> dict[str, Flags]:
    """Return which rows change the status, the assignee, the group, and which say that the case was created."""
    (field,) = found.columns["field"]
    kinds = ("status", "people", "teams", "creations")
    if not field:
        return {kind: np.full(table.rows, kind == "status") for kind in kinds}
    names = read_texts(table, field, found.stated)
    return {kind: np.array([text in found.words[kind] for text in names.texts], bool)[names.codes] for kind in kinds}


def _pick(sequence: Sequence, status: Flags, creations: Flags, values: tuple[Encoded, Encoded, Flags]) -> Picked:
    """Return the events; the beginning of a case stands before its first change."""
    before, after, begun = values
    first_status, first_creation = sequence.find_first(status), sequence.find_first(creations)
    born = np.flatnonzero(creations & (first_creation == np.arange(len(status))))
    opening = first_status[born]
    has_old = (opening >= 0) & ~before.missing()[opening]
    born_from = np.where(has_old, OLD, np.where(after.missing()[born], FIELD, NEW))
    firsts = np.flatnonzero(status & (first_status == np.arange(len(status))) & (first_creation < 0))
    firsts = firsts[begun[firsts] & ~before.missing()[firsts]]
    changes = np.flatnonzero(status)
    rows = np.concatenate([born, firsts, changes])
    created = np.repeat([False, True, False], [len(born), len(firsts), len(changes)])
    places = np.concatenate([np.where(has_old, opening, born), firsts, changes])
    origin = np.concatenate([born_from, np.full(len(firsts), OLD), np.full(len(changes), NEW)])
    order = np.lexsort((~created, rows))
    return Picked(rows[order], created[order], places[order], origin[order])


def _tell(
    table: RawTable, found: Evidence, is_kind: dict[str, Flags], read: tuple[Encoded, Sequence, Encoded, Picked]
) -> list[str]:
    """Say what is no event: other fields, cases without a change of status, beginnings without a time."""
    case, sequence, before, events = read
    facts = []
    passed = ~np.logical_or.reduce(list(is_kind.values()))
    if passed.any():
        names = read_texts(table, found.columns["field"][0], found.stated)
        seen = [names.texts[code] or "nothing" for code in np.unique(names.codes[passed])[:3].tolist()]
        facts.append(
            f"{int(passed.sum()):,} of {table.rows:,} rows change other fields ({', '.join(seen)}, …): no events"
        )
    cases = np.unique(case.codes)
    lost = len(cases) - len(np.unique(case.codes[events.rows]))
    facts += [f"{lost:,} of {len(cases):,} cases have no change of the status and are left out"] if lost else []
    first = sequence.find_first(is_kind["status"])
    opening = np.unique(first[first >= 0])
    known = int((~before.missing()[opening]).sum())
    dated = int((events.activity_from == OLD).sum())
    if known > dated:
        facts.append(f"the first status of {known - dated:,} cases has no time: no column says when they were created")
    return facts
