"""Workspace x Log -> Runs (definitions.md 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from svcflow.definitions.model import Workspace
from svcflow.errors import UsageError
from svcflow.eventlog.log import Log
from svcflow.execution.claims import Valid, claim
from svcflow.execution.editions import editions
from svcflow.execution.judge import Options, Plan, Progress, judge, prepare
from svcflow.execution.knowledge import Knowledge
from svcflow.execution.kpis import Measurer, compute_kpis, rank_cases
from svcflow.execution.labels import steps_of_rows
from svcflow.execution.merging import merge_runs
from svcflow.execution.outcome import Choose, ProcessRuns
from svcflow.execution.track import build_track

_DURATION = re.compile(r"([0-9]{1,6})([mhdw])", re.ASCII)
_UNIT_MS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}


@dataclass(frozen=True)
class Runs:
    """A workspace executed against a log: what came of each process, and the cases that none of them claims."""

    workspace: Workspace
    log: Log
    processes: dict[str, ProcessRuns]
    unclaimed: int
    as_of: int
    abandoned_after: int
    notes: tuple[str, ...] = ()

    def __getitem__(self, process: str) -> ProcessRuns:
        return self.processes[process]

    def to_json(self) -> dict[str, Any]:
        """Return the value of `runs` (contract.md): one entry for each process that has cases."""
        zone = self.workspace.organisation.timezone
        return {name: run.to_json(zone) for name, run in self.processes.items()}

    def deviations_table(self, choose: Choose | None = None) -> list[dict[str, Any]]:
        """Return all deviations counted by process, code, step and place, the most frequent first.

        `choose` returns the ids of the example cases among the numbers of all.
        """
        sources = self.workspace.sources
        rows = [row for run in self.processes.values() for row in run.deviations_table(sources, choose)]
        return sorted(rows, key=lambda row: (-row["cases"], -row["count"], row["code"], row["step"] or ""))

    def worst(self) -> int:
        """Return the number of deviations that are errors."""
        return sum(row["count"] for row in self.deviations_table() if _severity(row["code"]) == "error")

    def explain(self, case_id: str) -> str:
        """Return one case told line by line beside the definition; raise `UsageError` if nobody judges it."""
        from svcflow.execution.telling import tell_case  # noqa: PLC0415 - only for the one who reads

        return tell_case(self, case_id)


def execute(
    workspace: Workspace,
    log: Log,
    *,
    as_of: str | datetime | int | None = None,
    process: str | None = None,
    guards: bool = True,
    abandoned_after: str = "30d",
    by_id: bool = False,
    progress: Progress | None = None,
) -> Runs:
    """Judge every case of `log` by the definition that applies to it.

    `as_of` is now (ISO 8601, a `datetime`, or milliseconds since 1970 UTC): later events are left aside; by default
    the log's last time stamp. A time without offset is meant in the organisation's time zone. `process` judges by
    that definition alone. Without `guards` no condition counts. With `by_id` the log's activities are step ids.
    `progress` is told in words how many cases are done.
    Raises `UsageError` for an unknown process, a moment or a duration that cannot be read.
    """
    bench = Bench(workspace, choose_processes(workspace, process))
    now = to_moment(as_of, log, workspace.organisation.timezone)
    return bench.judge(log, Options(now, to_span(abandoned_after), guards), by_id=by_id, progress=progress)


class Bench:
    """Some processes of a workspace with all their editions, ready to judge any log."""

    def __init__(self, workspace: Workspace, names: tuple[str, ...]) -> None:
        self.workspace, self.names = workspace, names
        self.editions = {edition.key: edition for name in names for edition in editions(workspace, name)}
        self._plans: dict[str, Plan] = {}

    def judge(
        self,
        log: Log,
        options: Options,
        *,
        by_id: bool = False,
        kpis: bool = True,
        progress: Progress | None = None,
    ) -> Runs:
        """Judge every case of `log` by the edition that applies to it; measure `kpis` if they are asked for."""
        knowledge, now = Knowledge(log), options.as_of
        chosen = {key: edition.process for key, edition in self.editions.items()}
        steps = {key: steps_of_rows(process, knowledge, by_id=by_id) for key, process in chosen.items()}
        begun = np.flatnonzero(np.diff(log.offsets) > 0)
        begun = begun[log.time[log.offsets[begun]] <= now]
        begins = log.time[log.offsets[begun]]
        valid = {key: edition.holds(begins) for key, edition in self.editions.items()}
        claims = claim(chosen, knowledge, steps, begun, valid=valid)
        parts: dict[str, list[tuple[ProcessRuns, Measurer]]] = {}
        for key, cases in claims.cases.items():
            if len(cases):
                track = build_track(knowledge, steps[key], cases, now)
                made = judge(self._plan(key), track, options, progress)
                edition = self.editions[key]
                measurer = Measurer(edition.process, edition.workspace, track, made.cases)
                parts.setdefault(edition.process.id, []).append((made, measurer))
        runs = {name: _together(made, kpis=kpis) for name, made in parts.items()}
        notes = (*claims.notes, *self._outside(valid)) if claims.unclaimed else ()
        return Runs(self.workspace, log, runs, claims.unclaimed, now, options.abandoned_after, notes)

    def _plan(self, key: str) -> Plan:
        if key not in self._plans:
            self._plans[key] = prepare(self.editions[key])
        return self._plans[key]

    def _outside(self, valid: Valid) -> Iterator[str]:
        """Say of which processes no version was valid when some of the cases began."""
        for name in self.names:
            some = np.any([valid[e.key] for e in self.editions.values() if e.process.id == name], axis=0)
            if not some.all():
                yield f"'{name}': some cases began when no version was valid (`valid_from`, `valid_until`)"


def _together(parts: list[tuple[ProcessRuns, Measurer]], *, kpis: bool) -> ProcessRuns:
    """Return the results of a process's versions as one."""
    merged = merge_runs([made for made, _ in parts])
    if not kpis:
        return merged
    measurers = [measurer for _, measurer in parts]
    kpis_ = compute_kpis(merged.process, measurers)
    return replace(merged, kpis=kpis_, ranked=rank_cases(merged.process, measurers))


def choose_processes(workspace: Workspace, process: str | None) -> tuple[str, ...]:
    """Return the ids of the processes to judge by; raise `UsageError` if there is none of that name."""
    if process is None:
        return tuple(workspace.processes)
    if process not in workspace.processes:
        known = ", ".join(workspace.processes)
        raise UsageError(f"there is no process '{process}'", f"the workspace defines {known}")
    return (process,)


def to_moment(given: str | datetime | int | None, log: Log | None, zone: str) -> int:
    """Return an instant in milliseconds; ``None`` is the last time stamp of the log."""
    if given is None:
        return int(log.time.max()) if log is not None and len(log.time) else 0
    if isinstance(given, int):
        return given
    if isinstance(given, str):
        try:
            given = datetime.fromisoformat(given.strip())
        except ValueError as error:
            raise UsageError(f"'{given}' is no moment", "write it as 2026-11-02 or 2026-11-02T09:00+08:00") from error
    if given.tzinfo is None:
        given = given.replace(tzinfo=ZoneInfo(zone))
    return round(given.timestamp() * 1000)


def to_span(text: str) -> int:
    """Return a duration of elapsed time in milliseconds."""
    found = _DURATION.fullmatch(text)
    if not found:
        raise UsageError(f"'{text}' is no duration", "write it as 30m, 4h, 30d or 2w")
    return int(found[1]) * _UNIT_MS[found[2]]


def _severity(code: str) -> str:
    from svcflow.execution.catalogue import catalogue  # noqa: PLC0415

    return catalogue[code].severity
