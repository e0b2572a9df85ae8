"""What may happen at any time of a played case: a question to the customer, a chase, a withdrawal, an escalation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from svcflow.calendars import HOUR_MS, MINUTE_MS, Clock
from svcflow.definitions.model import Escalation, Process, Sla
from svcflow.generation.planning import whole_seconds
from svcflow.generation.stage import Stage, resolve
from svcflow.generation.visits import Case, Visit

_CHANCE = {"question": 0.018, "leave": 0.004, "word": 0.008}
_CLIMBED = 0.9
_REPLY = (9 * HOUR_MS, 0.9, 72 * HOUR_MS)
"""A customer's reply: median and spread of the elapsed time, and the longest."""


@dataclass(frozen=True, slots=True)
class Interlude:
    """One event outside the flow during a wait, after `share` of it; what follows depends on its kind.

    ``question``: the customer does `then` later; ``leave``: the case ends; ``word``: `then`, if any, is owed soon.
    """

    kind: Literal["question", "leave", "word"]
    step: str
    then: str | None
    share: float


@dataclass(frozen=True)
class Interludes:
    """The anytime steps of a process and how they are used."""

    process: Process

    @cached_property
    def usual(self) -> tuple[tuple[Literal["question", "leave", "word"], str, str | None], ...]:
        """Return the anytime steps by what they mean; those that only show a kept rung wait for the ladder."""
        anytime = {a.step: a for a in self.process.anytime}
        replies = {w.since: w.until[0] for w in self.process.waiting}
        ladder = {s.escalation.step for s in self.process.slas.values() if s.escalation and s.escalation.step}
        found: list[tuple[Literal["question", "leave", "word"], str, str | None]] = []
        for step, entry in anytime.items():
            if step in replies:
                if replies[step] in anytime:
                    found.append(("question", step, replies[step]))
            elif entry.outcome is not None:
                found.append(("leave", step, None))
            elif step not in replies.values() and step not in ladder:
                found.append(("word", step, self._owed(step)))
        return tuple(found)

    def draw(self, case: Case, visit: Visit, *, parallel: bool) -> Interlude | None:
        """Return what happens during the wait before a visit, if anything; nobody leaves from within a branch."""
        for kind, step, then in self.usual:
            barred = (kind == "leave" and parallel) or (kind == "word" and case.count(step) > 0)
            if not barred and case.draws.chance(f"{step}/{visit.key}", _CHANCE[kind]):
                return Interlude(kind, step, then, 0.2 + 0.6 * case.draws.uniform(f"when/{step}/{visit.key}"))
        return None

    def _owed(self, step: str) -> str | None:
        """Return an anytime step that a rule demands after `step`."""
        anytime = [a.step for a in self.process.anytime]
        rules = (r for r in self.process.rules.values() if r.kind == "after" and step in r.steps)
        return next((o for r in rules for o in r.others if o in anytime), None)


def reply_time(case: Case, visit: Visit, asked: int, clock: Clock) -> int:
    """Return when the customer replies (ms): elapsed time, at night the next morning."""
    median, spread, longest = _REPLY
    drawn = case.draws.lognormal(f"reply/{visit.key}", median, spread)
    at = asked + whole_seconds(min(drawn, longest))
    return at if clock.open_at(at) else clock.deadline(at, whole_seconds(drawn / 20))


def soon(case: Case, visit: Visit, now: int, clock: Clock) -> int:
    """Return an instant within the hour (open time)."""
    return clock.deadline(now, whole_seconds(MINUTE_MS * (10 + 35 * case.draws.uniform(f"soon/{visit.key}"))))


def rungs_kept(stage: Stage, case: Case) -> list[tuple[int, str, str]]:
    """Return the escalations of a case: (instant in ms, step, role told), for ladders that name their event.

    A clock that stood still is left alone.
    """
    found: list[tuple[int, str, str]] = []
    for sla in stage.process.slas.values():
        if sla.escalation and sla.escalation.step:
            found += _climb(stage, case, sla, sla.escalation)
    return found


def _climb(stage: Stage, case: Case, sla: Sla, ladder: Escalation) -> list[tuple[int, str, str]]:
    start = min((r.at for r in case.rows if r.step in sla.start), default=None)
    target = resolve(sla.target, case.facts)
    if start is None or target is None or (sla.when and sla.when.evaluate(case.facts) is False):
        return []
    stops = (r.at for r in case.rows if r.step in sla.stop and r.at >= start)
    stop = min(stops, default=max(r.at for r in case.rows))
    pauses = {w.since for w in stage.process.waiting}
    if any(r.step in pauses and start <= r.at <= stop for r in case.rows):
        return []
    clock = stage.clocks[sla.calendar or stage.process.calendar]
    found = []
    for rung in ladder.rungs:
        due = clock.deadline(start, target * 10 * rung.percent)
        early = whole_seconds(MINUTE_MS * (1 + 3 * case.draws.uniform(f"early/{sla.id}/{rung.percent}")))
        if due < stop and due - early > start and case.draws.chance(f"climb/{sla.id}/{rung.percent}", _CLIMBED):
            found.append((due - early, ladder.step or "", rung.role))
    return found


def speaker(owners: tuple[str, ...], told: str) -> str:
    """Return who escalates to a role: the owner named before it, else the first."""
    place = owners.index(told) if told in owners else 1
    return owners[max(place - 1, 0)]
