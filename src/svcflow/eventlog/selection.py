"""Whole cases of a log, chosen by a condition on their attributes or by when they begin."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from svcflow.errors import UsageError
from svcflow.eventlog.attributes import Attributes, cut
from svcflow.eventlog.case_ids import CaseIds
from svcflow.eventlog.log import MISSING_TIME, Column, Log, Vocabulary
from svcflow.guards import Field, Guard, compile_guard

if TYPE_CHECKING:
    from svcflow.eventlog.store.stored import Stored

Moment = str | dt.date | dt.datetime
MOST_WORDS = 200
"""A text column with more values than this is no list of words: its values need quotes in a condition."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def select(log: Log, where: str | None = None, since: Moment | None = None, until: Moment | None = None) -> Log:
    """Return the log of the cases that fulfil `where` and begin in the period, with all their events.

    `where` is a condition of the guard language on case attributes (of an attribute that changes within a case: its
    value at the first step); a case for which it stays unknown is left out. The period is from `since` on and before
    `until`, dates or times, in the zone of the log where they name none. Raises UsageError where nothing is left.
    """
    chosen = choose(log, where, since, until)
    return log if chosen.all() else take_cases(log, np.flatnonzero(chosen))


def choose(
    log: Log | Stored, where: str | None = None, since: Moment | None = None, until: Moment | None = None
) -> NDArray[np.bool_]:
    """Return which cases of a log, in memory or in a canonical file, `select` keeps; see there.

    Of the attributes, only those are decoded that the condition reads.
    """
    chosen = np.ones(log.cases, bool)
    if since is not None or until is not None:
        begin = _begins(log)
        if since is not None:
            chosen &= begin >= to_millis(since, log.zone)
        if until is not None:
            chosen &= begin < to_millis(until, log.zone)
    if where:
        chosen &= judge(log, where)
    if log.cases and not chosen.any():
        said = [f"where {where}"] if where else []
        said += [f"from {since}"] if since is not None else []
        said += [f"to {until}"] if until is not None else []
        raise UsageError(
            f"none of the {log.cases:,} cases is left: {', '.join(said)}",
            "see `svcflow inspect` for values",
        )
    return chosen


def list_fields(log: Log) -> dict[str, Field]:
    """Return what a condition on cases may read: the attributes of cases, then those of events."""
    return {name: describe_field(name, column) for name, column in first_values(log).items()}


def take_cases(log: Log, cases: NDArray[np.intp]) -> Log:
    """Return the log of the cases with these numbers, in ascending order; its vocabularies hold what still occurs."""
    sizes = np.diff(log.offsets)[cases]
    offsets = np.zeros(len(cases) + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    rows = np.repeat(log.offsets[cases] - offsets[:-1], sizes) + np.arange(offsets[-1])
    activity, activities = _shrink(log.activity[rows], log.activities, unknown=False)
    resource, resources = _shrink(log.resource[rows], log.resources, unknown=True)
    team, teams = _shrink(log.team[rows], log.teams, unknown=True)
    per_case = None if log.case_events is None else log.case_events[cases]
    return dataclasses.replace(
        log,
        case_ids=_take_ids(log.case_ids, cases),
        offsets=offsets,
        time=log.time[rows],
        start=log.start[rows],
        has_start=log.has_start[rows],
        activity=activity,
        activities=activities,
        resource=resource,
        resources=resources,
        team=team,
        teams=teams,
        events=len(rows) if per_case is None else int(per_case.sum()),
        attributes=_take(log.attributes, rows),
        case_attributes=_take(log.case_attributes, cases),
        case_events=per_case,
    )


def to_millis(moment: Moment, zone: str) -> int:
    """Return a date or time as milliseconds since 1970 UTC; without zone it is meant in `zone` (empty: UTC).

    >>> to_millis("1970-01-02", "") // 1000
    86400
    """
    if isinstance(moment, str):
        try:
            text = moment.strip()
            moment = dt.date.fromisoformat(text) if len(text) <= 10 else dt.datetime.fromisoformat(text)
        except ValueError:
            raise UsageError(f"{moment!r} is not a date or time", "write 2024-01-31 or 2024-01-31T08:00") from None
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime.combine(moment, dt.time())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone or "UTC"))
    return int((moment - _EPOCH) / dt.timedelta(milliseconds=1))


def _begins(log: Log | Stored) -> NDArray[np.int64]:
    """Return when each case begins."""
    if isinstance(log, Log):
        return np.minimum(log.start, log.time)[log.offsets[:-1]]
    return np.concatenate([np.minimum(part.start, part.time)[part.offsets[:-1]] for part in log.batches()])


def first_values(log: Log | Stored) -> Mapping[str, Column]:
    """Return one value per case of every attribute, made when it is asked for."""
    if not isinstance(log, Log):
        return log.values_at_begin()

    def make(name: str) -> Column:
        own = log.case_attributes
        return own[name] if name in own else cut(log.attributes[name], log.offsets[:-1])

    return Attributes(make, lambda: tuple(dict.fromkeys((*log.attributes, *log.case_attributes))))


class _Fields(Mapping[str, Field]):
    """What a condition may read, described when it is asked for."""

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self._columns = columns
        self._known: dict[str, Field] = {}

    def __getitem__(self, name: str) -> Field:
        if name not in self._known:
            self._known[name] = describe_field(name, self._columns[name])
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


def describe_field(name: str, column: Column) -> Field:
    """Return how a condition may read a column."""
    if column.vocabulary is None:
        return Field(
            name, "number" if column.kind == "number" else "boolean" if column.kind == "boolean" else "datetime"
        )
    words = tuple(text for text in column.vocabulary.texts if text)
    return Field(name, "enum", words) if len(words) <= MOST_WORDS else Field(name, "string")


def compile_condition(log: Log | Stored, where: str) -> Guard:
    """Return a condition on the cases of a log, understood but not judged. Raises GuardError for what is none."""
    return compile_guard(where, _Fields(first_values(log)))


def judge(log: Log | Stored, where: str) -> NDArray[np.bool_]:
    """Return which cases fulfil a condition; it is evaluated once for each combination of values that occurs.

    Raises GuardError for what is no condition on the attributes of the log.
    """
    columns = first_values(log)
    guard = compile_condition(log, where)
    combined = np.zeros(log.cases, np.int64)
    for name in guard.fields:
        distinct, codes = np.unique(columns[name].values, return_inverse=True)
        _, combined = np.unique(combined * len(distinct) + codes, return_inverse=True)
    _, firsts, group = np.unique(combined, return_index=True, return_inverse=True)
    verdicts = [_holds(guard, columns, int(case), log.zone) for case in firsts]
    return np.array(verdicts, bool)[group]


def _holds(guard: Guard, columns: Mapping[str, Column], case: int, zone: str) -> bool:
    data: dict[str, object] = {name: columns[name].get(case) for name in guard.fields}
    for name in guard.fields:
        value = columns[name].values[case]
        if columns[name].kind == "datetime" and value != MISSING_TIME:
            moment = _EPOCH + dt.timedelta(milliseconds=int(value))
            data[name] = moment.astimezone(ZoneInfo(zone)) if zone else moment
    return guard.evaluate(data) is True


def _shrink(codes: NDArray[np.int32], vocabulary: Vocabulary, *, unknown: bool) -> tuple[NDArray[np.int32], Vocabulary]:
    used = np.zeros(len(vocabulary), bool)
    used[codes] = True
    used[0] |= unknown
    place = np.cumsum(used, dtype=np.int32) - np.int32(1)
    texts = tuple(text for text, use in zip(vocabulary.texts, used, strict=True) if use)
    return place[codes], Vocabulary(texts)


def _take_ids(case_ids: Sequence[str], cases: NDArray[np.intp]) -> Sequence[str]:
    if isinstance(case_ids, CaseIds):
        return case_ids.take(cases)
    return tuple(case_ids[case] for case in cases.tolist())


def _take(attributes: Mapping[str, Column], rows: NDArray[np.intp]) -> Mapping[str, Column]:
    if isinstance(attributes, Attributes):
        return attributes.take(rows)
    return {name: cut(column, rows) for name, column in attributes.items()}
