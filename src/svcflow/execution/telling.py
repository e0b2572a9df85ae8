"""One case told line by line beside its definition: what happened, what should have, and where the file says so.

Texts from the log are shown without control characters and cut where they are long.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from svcflow.errors import UsageError
from svcflow.execution.frame import Frame
from svcflow.execution.outcome import ProcessRuns
from svcflow.wording import say_duration

if TYPE_CHECKING:
    from svcflow.execution.runs import Runs

_SIGNS = {"sync": "✓", "skip": "·", "extra": "✗", "anytime": "○", "end": "■", "pending": "…"}
_STATES = {
    "met": "✓", "breached": "✗", "overdue": "✗", "cancelled": "■",
    "kept": "✓", "late": "✗", "missed": "✗", "excused": "○", "notice": "○",
}  # fmt: skip


@dataclass(frozen=True)
class _Line:
    sign: str
    time: str
    activity: str
    step: str
    who: str
    clock: str
    marks: tuple[str, ...]


def tell_case(runs: Runs, case_id: str) -> str:
    """Return a case as text; raise `UsageError` if the log has no such case or no process claims it."""
    if case_id not in runs.log.case_ids:
        near = [known for known in runs.log.case_ids if case_id.casefold() in known.casefold()][:3]
        first = next(iter(runs.log.case_ids), "")
        hint = f"did you mean {', '.join(near)}?" if near else f"the first case of the log is '{shown(first)}'"
        raise UsageError(f"the log has no case '{shown(case_id)}'", hint)
    for run in runs.processes.values():
        column = run.cases["case"]
        found = np.flatnonzero(column.codes == column.texts.index(case_id))
        if len(found):
            return "\n".join(_Teller(runs, run, int(found[0])).lines())
    raise UsageError(f"no process claims case '{shown(case_id)}'", "name one with --process, or look at `applies_to`")


def shown(text: str, width: int = 60) -> str:
    """Return text from a log fit for a terminal: no control characters, cut at `width`."""
    plain = "".join(c if c.isprintable() else "�" for c in text)
    return plain if len(plain) <= width else plain[: width - 1] + "…"


class _Teller:
    def __init__(self, runs: Runs, run: ProcessRuns, index: int) -> None:
        self.runs, self.run, self.index = runs, run, index
        self.zone = ZoneInfo(runs.workspace.organisation.timezone)
        self.case = run.cases.get(index)
        self.moves = [run.moves.get(i) for i in np.flatnonzero(run.moves["index"] == index).tolist()]
        self.deviations = [run.deviations.get(i) for i in np.flatnonzero(run.deviations["index"] == index).tolist()]
        self.told: set[int] = set()

    def lines(self) -> Iterator[str]:
        """Yield the case: a headline, its events and steps, its clocks, and what belongs to no line."""
        yield from self._headline()
        yield ""
        yield from _table(list(self._events()))
        rest = [d for i, d in enumerate(self.deviations) if i not in self.told]
        if rest:
            yield ""
        for deviation in rest:
            yield f"  {self._mark(deviation)}"
        yield from self._clocks()
        yield from self._promises()

    def _headline(self) -> Iterator[str]:
        process, case = self.run.process, self.case
        zh = f" · {process.name.zh}" if process.name.zh != process.name.en else ""
        name = shown(str(case["case"]))
        word = "" if name.casefold().startswith("case") else "Case "
        yield f"{word}{name} — {process.name.en}{zh} ({process.file}:{process.position.line})"
        ended = f"ended as '{case['outcome']}'" if case["closed"] else "still open"
        faults = "conforms in flow and people" if case["conforming"] else "departs from the definition"
        cost = f", cost {case['cost']}" if case["cost"] else ""
        yield f"{ended}; {faults}{cost}; as of {self._time(self.runs.as_of)} ({self.zone.key})"

    def _events(self) -> Iterator[_Line]:
        """Yield steps and events in the order of the log: skipped ones where they are missing, unknown ones too."""
        log = self.runs.log
        case = log.case_ids.index(str(self.case["case"]))
        unseen = list(range(int(log.offsets[case]), int(log.offsets[case + 1])))
        for move in self.moves:
            row = move["row"]
            while row >= 0 and unseen and unseen[0] < row:
                yield self._unjudged(unseen.pop(0))
            if row >= 0:
                unseen.remove(row)
            elif move["kind"] == "pending":
                while unseen:
                    yield self._unjudged(unseen.pop(0))
            yield self._line(move)
        for row in unseen:
            yield self._unjudged(row)

    def _line(self, move: dict[str, Any]) -> _Line:
        row, kind = move["row"], move["kind"]
        log = self.runs.log
        activity = shown(log.activities[int(log.activity[row])], 32) if row >= 0 else ""
        step = f"{move['step']}{_round(move['round'])}"
        codes = ("D101",) if kind == "skip" else None
        marks = tuple(self._marks(row, move["step"], codes))
        if kind == "skip" and not marks:
            marks = tuple(self._elsewhere(move["step"]))
        if kind == "pending":
            marks = ("pending" + (f" since {self._time(move['enabled_at'])}" if move["enabled_at"] else ""),)
        faulty = any(not mark.startswith("D203") for mark in marks)
        sign = "!" if kind == "sync" and faulty else _SIGNS[kind]
        return _Line(sign, self._time(move["at"]), activity, step, self._who(row), self._spent(move), marks)

    def _unjudged(self, row: int) -> _Line:
        log = self.runs.log
        activity = shown(log.activities[int(log.activity[row])], 32)
        marks = tuple(self._marks(row, None, None))
        later = int(log.time[row]) > self.runs.as_of
        step = "" if marks else "(later)" if later else "(ignored)"
        return _Line("?" if marks else "-", self._time(int(log.time[row])), activity, step, "", "", marks)

    def _marks(self, row: int, step: str | None, codes: tuple[str, ...] | None) -> Iterator[str]:
        """Yield the deviations that belong to a line, each of them once."""
        for i, deviation in enumerate(self.deviations):
            if i in self.told:
                continue
            same = deviation["row"] == row if row >= 0 else deviation["row"] < 0 and deviation["step"] == step
            if same and (codes is None or deviation["code"] in codes):
                self.told.add(i)
                yield self._mark(deviation)
                if codes:
                    return

    def _elsewhere(self, step: str) -> Iterator[str]:
        """Say of a step that is missing here where it happened instead."""
        for deviation in self.deviations:
            if deviation["code"] == "D104" and deviation["step"] == step:
                yield f"missing here, done out of order at {self._time(deviation['time'])}"
                return

    def _mark(self, deviation: dict[str, Any]) -> str:
        name = str(deviation["name"]).replace("_", " ")
        where = f" [{deviation['file']}:{deviation['line']}]" if deviation["file"] else ""
        about = f" {shown(deviation['step'])}" if deviation["step"] and deviation["row"] < 0 else ""
        return f"{deviation['code']} {name}{about}: {shown(deviation['detail'], 160)}{where}"

    def _clocks(self) -> Iterator[str]:
        frame = self.run.clocks
        clocks = [frame.get(i) for i in np.flatnonzero(frame["index"] == self.index).tolist()]
        if clocks:
            yield ""
        for clock in clocks:
            spent, target = say_duration(clock["business_s"]), say_duration(clock["target_s"])
            sla = self.run.process.slas[clock["sla"]]
            calendar = sla.calendar or self.run.process.calendar
            yield (
                f"  {_STATES.get(clock['state'], '…')} {clock['sla']}: {clock['state']}, {spent} of {target} on "
                f"{calendar}, from {self._time(clock['started'])}"
                + (f" to {self._time(clock['stopped'])}" if clock["stopped"] is not None else "")
                + f" [{sla.position.file}:{sla.position.line}]"
            )

    def _promises(self) -> Iterator[str]:
        """Yield the rungs of ladders and the duties, whatever became of them, and what was agreed."""
        for rung in self._rows(self.run.rungs):
            at = f" at {self._time(rung['at'])}" if rung["at"] is not None else ""
            kept = f", kept {self._time(rung['kept_at'])}" if rung["kept_at"] is not None else ""
            sign = _STATES.get(rung["state"], "…")
            yield f"  {sign} {rung['sla']} {rung['percent']} % to {rung['role']}: {rung['state']}{at}{kept}"
        for duty in self._rows(self.run.obligations):
            due = f", due {self._time(duty['due'])}" if duty["due"] is not None else ""
            done = f", done {self._time(duty['done_at'])}" if duty["done_at"] is not None else ""
            rule = self.run.process.rules[duty["rule"]].position
            sign, since = _STATES.get(duty["state"], "…"), self._time(duty["since"])
            yield f"  {sign} {duty['rule']}: {duty['state']}, since {since}{due}{done} [{rule.file}:{rule.line}]"
        for agreed in self._rows(self.run.allowed):
            reason, where = shown(str(agreed["reason"])), f"{agreed['agreed_in']}:{agreed['agreed_line']}"
            yield f"  ○ agreed: {self._mark(agreed)}; {reason} ({agreed['owner']}) [{where}]"

    def _rows(self, frame: Frame) -> list[dict[str, Any]]:
        return [frame.get(i) for i in np.flatnonzero(frame["index"] == self.index).tolist()]

    def _who(self, row: int) -> str:
        log = self.runs.log
        if row < 0:
            return ""
        person = log.resources[int(log.resource[row])]
        column = log.attributes.get("role") if "role" in log.attributes else None
        role = str(column.get(row) or "") if column is not None else log.teams[int(log.team[row])]
        return shown(":".join(part for part in (role, person) if part), 36)

    def _spent(self, move: dict[str, Any]) -> str:
        if move["business_s"] is None:
            return ""
        limit = f" of {say_duration(move['within_s'])}" if move["within_s"] is not None else ""
        return say_duration(move["business_s"]) + limit

    def _time(self, instant: int | None) -> str:
        if instant is None:
            return ""
        moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=instant)
        return moment.astimezone(self.zone).strftime("%a %Y-%m-%d %H:%M")


def _round(number: int) -> str:
    return f" (round {number})" if number > 1 else ""


def _table(lines: list[_Line]) -> Iterator[str]:
    """Yield the lines in columns, what is to be said of each below it."""
    cells = [(line.time, line.activity, line.step, line.who, line.clock) for line in lines]
    widths = [max((_width(cell[k]) for cell in cells), default=0) for k in range(5)]
    for line, cell in zip(lines, cells, strict=True):
        padded = "  ".join(text + " " * (widths[k] - _width(text)) for k, text in enumerate(cell) if widths[k])
        yield f"{line.sign} {padded}".rstrip()
        for mark in line.marks:
            yield f"      {mark}"


def _width(text: str) -> int:
    """Return how many columns a terminal needs: Chinese takes two for each character."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text if not unicodedata.combining(c))
