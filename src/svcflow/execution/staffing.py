"""Who had which role when: the file of people of an organisation, looked up for events (definitions.md 3.9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.model import Organisation, Person
from svcflow.execution.labels import fold
from svcflow.execution.track import Track

UNKNOWN = -1
_EVER = 1 << 42
"""Milliseconds on either side of 1970 within which every instant lies (the year 2109)."""


@dataclass(frozen=True)
class Staffing:
    """The roles of each event's actor on that day: an index into `sets`, UNKNOWN where the file says nothing."""

    sets: tuple[frozenset[str], ...]
    of_event: NDArray[np.int32]


def staff_of(track: Track, organisation: Organisation) -> Staffing:
    """Return what the file of people says about the actors of a track.

    Days begin at midnight in the organisation's time zone. Somebody listed twice for a day has both roles.
    """
    log = track.knowledge.log
    nothing = np.full(len(track.rows), UNKNOWN, np.int32)
    if not organisation.staff or not log.has_resources:
        return Staffing((), nothing)
    listed: dict[str, list[Person]] = {}
    for person in organisation.staff:
        listed.setdefault(fold(person.actor), []).append(person)
    zone = ZoneInfo(organisation.timezone)
    sets: dict[frozenset[str], int] = {}
    keys: list[int] = []
    found: list[int] = []
    for resource, name in enumerate(log.resources.texts):
        for instant, roles in _changes(listed.get(fold(name), []), zone):
            keys.append(_key(resource, instant))
            found.append(sets.setdefault(roles, len(sets)) if roles else UNKNOWN)
    if not keys:
        return Staffing((), nothing)
    resources = log.resource[track.rows].astype(np.int64)
    wanted = resources * (2 * _EVER) + np.clip(track.times, -_EVER, _EVER - 1) + _EVER
    at = np.searchsorted(np.asarray(keys), wanted, side="right") - 1
    # The segment found may be that of somebody else, who is listed before.
    same = (at >= 0) & (np.asarray(keys)[at] // (2 * _EVER) == resources)
    return Staffing(tuple(sets), np.where(same, np.asarray(found, np.int32)[at], UNKNOWN).astype(np.int32))


def _key(resource: int, instant: int) -> int:
    return resource * (2 * _EVER) + min(max(instant, -_EVER), _EVER - 1) + _EVER


def _changes(people: list[Person], zone: ZoneInfo) -> list[tuple[int, frozenset[str]]]:
    """Return the instants at which somebody's roles change, in order, with the roles from there on."""
    spans = [(_begins(p.since, zone, 0, -_EVER), _begins(p.until, zone, 1, _EVER), p.role) for p in people]
    instants = sorted({instant for begin, end, _ in spans for instant in (begin, end)})
    return [(now, frozenset(role for begin, end, role in spans if begin <= now < end)) for now in instants]


def _begins(day: str | None, zone: ZoneInfo, days_later: int, otherwise: int) -> int:
    """Return the instant (ms) at which a day begins, or one some days later."""
    if day is None:
        return otherwise
    then = date.fromisoformat(day)
    if then < date.max - timedelta(days=1):
        then += timedelta(days=days_later)
    return round(datetime(then.year, then.month, then.day, tzinfo=zone).timestamp() * 1000)
