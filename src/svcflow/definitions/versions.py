"""Versions of one process: files that define the same id for different days (``valid_from``, ``valid_until``).

Both days belong to the version; a version without one has always been valid, or stays so. Of several versions the
latest is the process that everything else means; a case is judged by the one that was valid at its first event.
"""

from __future__ import annotations

from collections.abc import Iterable

from svcflow.definitions.model import Process

_ALWAYS, _FOR_EVER = "0000-00-00", "9999-99-99"


def first_day(process: Process) -> str:
    """Return the first day of a version, in an order of text that is the order of days."""
    return process.valid_from or _ALWAYS


def last_day(process: Process) -> str:
    """Return the last day of a version."""
    return process.valid_until or _FOR_EVER


def overlap(one: Process, other: Process) -> bool:
    """Return whether two versions share a day."""
    return first_day(one) <= last_day(other) and first_day(other) <= last_day(one)


def valid_at(versions: Iterable[Process], day: str) -> Process | None:
    """Return the version that is valid on a day (ISO 8601), if there is one."""
    return next((one for one in versions if first_day(one) <= day <= last_day(one)), None)


def latest(processes: Iterable[Process]) -> dict[str, Process]:
    """Return the latest version of each process by id, in the order of the files; of equals the first."""
    found: dict[str, Process] = {}
    for process in processes:
        known = found.get(process.id)
        if known is None or first_day(process) > first_day(known):
            found[process.id] = process
    return found


def describe(process: Process) -> str:
    """Return the days of a version in words ('' if it is always valid).

    >>> from types import SimpleNamespace as Version
    >>> describe(Version(valid_from="2026-01-01", valid_until=None))
    'from 2026-01-01'
    """
    parts = (("from", process.valid_from), ("until", process.valid_until))
    return " ".join(f"{word} {day}" for word, day in parts if day)
