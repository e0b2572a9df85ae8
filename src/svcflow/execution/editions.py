"""Which version of a process judges which cases: the one that was valid at their first event (definitions.md 2.6).

Days begin at midnight in the organisation's time zone. The processes that a version runs are those valid with it, so
that one version may have several editions: one for each span of days in which it and all that it runs stay the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.model import Process, Workspace
from svcflow.definitions.net import inlined, steps_of
from svcflow.definitions.versions import valid_at

_BEGIN, _END = "0001-01-01", "9999-12-31"


@dataclass(frozen=True)
class Edition:
    """A process with all steps of what it runs, in the workspace it belongs to, for cases that begin in some days.

    `key` tells it from the other editions of the process; `spans` are instants (ms), the end exclusive.
    """

    key: str
    process: Process
    workspace: Workspace
    spans: tuple[tuple[int, int], ...]

    def holds(self, begins: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which instants lie within its days."""
        inside = np.zeros(len(begins), np.bool_)
        for begin, end in self.spans:
            inside |= (begins >= begin) & (begins < end)
        return inside


def editions(workspace: Workspace, name: str) -> tuple[Edition, ...]:
    """Return the editions of a process, in the order of their days."""
    latest = workspace.processes[name]
    found: dict[tuple[int, ...], tuple[Process, Workspace, list[tuple[int, int]]]] = {}
    zone = ZoneInfo(workspace.organisation.timezone)
    days = sorted(set(_changes(workspace, name)))
    for first, after in zip(days, [*days[1:], None], strict=True):
        process = valid_at(_versions(workspace, name), first)
        if process is None:
            continue
        then = _view(workspace, name, process, first)
        parts = tuple(id(part) for part in inlined(process, then.processes))
        span = (_instant(first, zone), _instant(after, zone))
        found.setdefault(parts, (process, then, []))[2].append(span)
    several = len(found) > 1
    return tuple(
        Edition(f"{name}@{i}" if several else name, _with_all_steps(process, then), then, tuple(spans))
        for i, (process, then, spans) in enumerate(found.values())
    ) or (Edition(name, _with_all_steps(latest, workspace), workspace, ()),)


def _versions(workspace: Workspace, name: str) -> tuple[Process, ...]:
    return workspace.versions.get(name) or (workspace.processes[name],)


def _changes(workspace: Workspace, name: str) -> Iterator[str]:
    """Yield the days on which another version of a process, or of what it runs, may begin."""
    yield _BEGIN
    waiting, seen = [name], {name}
    while waiting:
        for version in _versions(workspace, waiting.pop()):
            if version.valid_from is not None:
                yield version.valid_from
            if version.valid_until is not None and version.valid_until < _END:
                yield (date.fromisoformat(version.valid_until) + timedelta(days=1)).isoformat()
            runs = {part.id for part in inlined(version, workspace.processes)} - seen
            waiting += sorted(runs)
            seen |= runs


def _view(workspace: Workspace, name: str, process: Process, day: str) -> Workspace:
    """Return the workspace as it was on a day; of a process that had no version then, the latest."""
    if not workspace.versions:
        return workspace
    then = {other: valid_at(found, day) for other, found in workspace.versions.items()}
    known = {other: found for other, found in then.items() if found is not None}
    return replace(workspace, processes=workspace.processes | known | {name: process})


def _instant(day: str | None, zone: ZoneInfo) -> int:
    """Return the instant (ms) at which a day begins; the first and ``None`` are before and after all others."""
    if day is None or day == _BEGIN:
        return int(np.iinfo(np.int64).max if day is None else np.iinfo(np.int64).min)
    then = date.fromisoformat(day)
    return round(datetime(then.year, then.month, then.day, tzinfo=zone).timestamp() * 1000)


def _with_all_steps(process: Process, workspace: Workspace) -> Process:
    """Return the process with the steps, and what to ignore, of every process that it runs."""
    parts = inlined(process, workspace.processes)
    steps = steps_of(process, workspace)
    ordered = {name: steps[name] for name in (*process.steps, *(n for n in steps if n not in process.steps))}
    return replace(process, steps=ordered, ignore=tuple(text for part in parts for text in part.ignore))
