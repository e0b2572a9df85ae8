"""Cases judged while they run: the streaming twin of `execute` (definitions.md 3.10).

Every event is judged together with its case's earlier ones by the same code that judges a log, on the states and ways
of the flow that the monitor keeps. So it agrees with `execute` on every prefix of a stream; an event costs in
proportion to the length of its case, whatever the number of cases. Now is the latest event seen, or what `advance`
was told: clocks run over and duties become owed when time passes, also without an event.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from svcflow.definitions.model import Workspace
from svcflow.errors import UsageError
from svcflow.execution.judge import Options
from svcflow.execution.onecase import Happening, log_of_case
from svcflow.execution.runs import Bench, choose_processes, to_moment, to_span

Row: TypeAlias = dict[str, Any]
What: TypeAlias = Literal["deviation", "withdrawn", "clock", "rung", "duty", "outcome"]

_OWN = frozenset({"case", "activity", "time", "resource", "team"})
_LOCAL = frozenset({"index", "anchor", "sequence", "process"})
_SAME_DEVIATION = ("code", "step", "row", "other", "file", "line", "column", "rounds")


@dataclass(frozen=True, slots=True)
class Change:
    """What an event, or the passing of time, changed in a case.

    `what` is a new ``deviation``, one ``withdrawn`` because the case reads otherwise now, or a new state of a
    ``clock``, a ``rung``, a ``duty`` or the ``outcome``. `before` is the state it had, '' for none; `row` holds the
    facts.
    """

    case: str
    what: What
    name: str
    before: str
    after: str
    row: Row = field(compare=False)


@dataclass(frozen=True, slots=True)
class State:
    """All that is known of a case; rows as in the frames of `ProcessRuns`, `row` being the event's number in its case.

    `pending` are the steps that it may go on with.
    """

    case: str
    process: str
    version: str
    outcome: str
    closed: bool
    conforming: bool
    cost: int
    pending: tuple[str, ...]
    deviations: tuple[Row, ...]
    allowed: tuple[Row, ...]
    clocks: tuple[Row, ...]
    rungs: tuple[Row, ...]
    obligations: tuple[Row, ...]


@dataclass(slots=True)
class _Watched:
    given: dict[str, object]
    events: list[Happening] = field(default_factory=list)
    state: State | None = None


class Monitor:
    """Watches the cases of a process (of all processes of the workspace, if none is named).

    With `by_id` activities are step ids. Raises `UsageError` for an unknown process.
    """

    def __init__(
        self,
        workspace: Workspace,
        process: str | None = None,
        *,
        by_id: bool = False,
        guards: bool = True,
        abandoned_after: str = "30d",
    ) -> None:
        self._bench = Bench(workspace, choose_processes(workspace, process))
        self._zone = workspace.organisation.timezone
        self._by_id, self._guards, self._abandoned = by_id, guards, to_span(abandoned_after)
        self._cases: dict[str, _Watched] = {}
        self._fields: dict[str, None] = {}
        self.now: int | None = None
        """The moment looked at, in milliseconds since 1970 UTC; ``None`` before the first event."""

    def open(self, case: str, given: Mapping[str, object]) -> None:
        """Say what is known of a case when it opens; before its first event."""
        self._watched(case).given.update(given)
        self._fields |= dict.fromkeys(given)

    def push(self, event: Mapping[str, object]) -> list[Change]:
        """Take one event and return what it changes in its case.

        An event has a `case`, an `activity` and a `time` (ISO 8601, a `datetime`, or milliseconds since 1970 UTC), may
        have a `resource` and a `team`; all else are values it carries, `role` among them. Raises `UsageError` if it
        has no case, no activity or no moment.
        """
        case, activity = _text(event, "case"), _text(event, "activity")
        time = event.get("time")
        if isinstance(time, bool) or not isinstance(time, str | datetime | int):
            raise UsageError(f"an event of case '{case}' has no time", "give ISO 8601, a datetime, or milliseconds")
        moment = to_moment(time, None, self._zone)
        values = {name: value for name, value in event.items() if name not in _OWN}
        people = {name: str(event.get(name) or "") for name in ("resource", "team")}
        # What any case has told is a column of the log: then a case that has not told it is a case without it.
        self._fields |= dict.fromkeys(values)
        watched = self._watched(case)
        watched.events.append(Happening(moment, activity, people["resource"], people["team"], values))
        self.now = moment if self.now is None else max(self.now, moment)
        return self._look(case, watched)

    def advance(self, now: str | datetime | int) -> list[Change]:
        """Let time pass and return what that changes in all cases. Time never goes back."""
        moment = to_moment(now, None, self._zone)
        self.now = moment if self.now is None else max(self.now, moment)
        return [change for case, watched in self._cases.items() for change in self._look(case, watched)]

    def state(self, case: str) -> State | None:
        """Return a case as it stands now; ``None`` if it is not known, or no process claims it."""
        watched = self._cases.get(case)
        return None if watched is None else self._judge(case, watched)

    def cases(self) -> tuple[str, ...]:
        """Return the cases seen, in the order of their first event."""
        return tuple(self._cases)

    def forget(self, case: str) -> None:
        """Watch a case no longer."""
        self._cases.pop(case, None)

    def _watched(self, case: str) -> _Watched:
        return self._cases.setdefault(case, _Watched({}))

    def _look(self, case: str, watched: _Watched) -> list[Change]:
        before, watched.state = watched.state, self._judge(case, watched)
        return [] if watched.state is None else [*_changes(before, watched.state)]

    def _judge(self, case: str, watched: _Watched) -> State | None:
        if not watched.events or self.now is None:
            return None
        given = watched.given | dict.fromkeys(name for name in self._fields if name not in watched.given)
        log = log_of_case(case, watched.events, given, zone=self._zone)
        options = Options(self.now, self._abandoned, self._guards)
        for run in self._bench.judge(log, options, by_id=self._by_id, kpis=False).processes.values():
            row = run.cases.get(0)
            return State(
                case, run.process.id, row["version"] or "", row["outcome"], row["closed"], row["conforming"],
                row["cost"], tuple(filter(None, (row["pending"] or "").split(", "))), _rows(run.deviations),
                _rows(run.allowed), _rows(run.clocks), _rows(run.rungs), _rows(run.obligations),
            )  # fmt: skip
        return None


def _text(event: Mapping[str, object], name: str) -> str:
    found = event.get(name)
    if found is None or not str(found):
        raise UsageError(f"an event has no {name}", "an event has at least a case, an activity and a time")
    return str(found)


def _rows(frame: Iterable[Row]) -> tuple[Row, ...]:
    return tuple({name: value for name, value in row.items() if name not in _LOCAL} for row in frame)


def _changes(before: State | None, after: State) -> Iterable[Change]:
    case = after.case
    if before is None or before.outcome != after.outcome:
        yield Change(case, "outcome", after.process, before.outcome if before else "", after.outcome, {})
    old = _numbered(before.deviations if before else (), _SAME_DEVIATION)
    new = _numbered(after.deviations, _SAME_DEVIATION)
    for key, row in new.items():
        if key not in old:
            yield Change(case, "deviation", f"{row['name']} {row['step'] or ''}".strip(), "", row["code"], row)
    for key, row in old.items():
        if key not in new:
            yield Change(case, "withdrawn", f"{row['name']} {row['step'] or ''}".strip(), row["code"], "", row)
    for what, frame, names in _TOLD:
        known = _numbered(getattr(before, frame) if before else (), names)
        for key, row in _numbered(getattr(after, frame), names).items():
            was = known[key]["state"] if key in known else ""
            if was != row["state"]:
                yield Change(case, what, str(row[names[0]]), was, row["state"], row)


_TOLD: tuple[tuple[What, str, tuple[str, ...]], ...] = (
    ("clock", "clocks", ("sla",)), ("rung", "rungs", ("sla", "percent")), ("duty", "obligations", ("rule",)),
)  # fmt: skip


def _numbered(rows: Iterable[Row], names: tuple[str, ...]) -> dict[tuple[object, ...], Row]:
    """Return rows by what makes them the same thing at two moments; twins are numbered in their order."""
    seen: Counter[tuple[object, ...]] = Counter()
    found: dict[tuple[object, ...], Row] = {}
    for row in rows:
        key = tuple(row[name] for name in names)
        found[(*key, seen[key])] = row
        seen[key] += 1
    return found
