"""Plays a definition out: one case at a time, from its arrival to its end, by the outline of its flow.

What is drawn: the data (so that it agrees with the branch taken), the wait before each step and the work in it
(log-normal around a share of the step's target, in open hours of its calendar), who acts. Queues are not simulated:
cases do not wait for each other, so a problem planted in one case costs nothing in another.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from svcflow.calendars import HOUR_MS
from svcflow.definitions.model import AnyOf, Choose, End, Item, May, Parallel, Repeat, Run, Sequence, Step, Task, When
from svcflow.generation.interludes import Interludes, reply_time, rungs_kept, soon, speaker
from svcflow.generation.planning import Path, plan, whole_seconds
from svcflow.generation.planting import Planting
from svcflow.generation.stage import Stage
from svcflow.generation.visits import Case, Detour, Row, Visit
from svcflow.guards import Guard

MAY = 0.35
AGAIN = 0.15


class Ended(Exception):  # noqa: N818 - no error: the way out of a flow
    """The case has come to an end."""


@dataclass(frozen=True)
class Player:
    """Plays one case; `play` returns the instant (ms) at which an item is over."""

    stage: Stage
    planting: Planting
    case: Case
    interludes: Interludes

    def run(self) -> None:
        """Play the case from its arrival to its end; its rows are sorted by time."""
        with suppress(Ended):
            self.play(self.stage.process.flow, self.case.opened, Path())
        for at, step, told in rungs_kept(self.stage, self.case):
            role = speaker(self.stage.steps[step].owners, told)
            self._note(step, at, role, self.stage.staff.team_for(role, self.case.home, self.case.holder(at)))
        self.case.rows.sort(key=lambda r: r.at)

    def play(self, item: Item, now: int, path: Path) -> int:  # noqa: PLR0911 - a kind of item each
        """Play one item of the flow from `now` on."""
        match item:
            case Task(step=step):
                return self._visit(self.stage.steps[step], now, path)
            case Sequence(items=items):
                for part in items:
                    now = self.play(part, now, path)
                return now
            case Parallel(branches=parts):
                return max(self.play(part, now, path.fork()) for part in parts)
            case When(guard=guard, item=body):
                return self.play(body, now, path) if self._holds(guard) else now
            case Repeat():
                return self._repeat(item, now, path)
            case Run(process=name):
                return self._inline(name, now, path)
            case End():
                raise Ended
            case Choose() | AnyOf() | May():
                chosen = self._choose(item, path)
                return self.play(chosen, now, path) if chosen else now

    def _choose(self, item: Choose | AnyOf | May, path: Path) -> Item | None:
        """Return the part of a choice that is taken, ``None`` where none is."""
        draws = self.case.draws
        match item:
            case Choose(branches=branches):
                return next((b.item for b in branches if b.guard is None or self._holds(b.guard)), None)
            case AnyOf(items=parts):
                return draws.choose(f"any/{item.path}/{path}", parts, [0.6**i for i in range(len(parts))])
            case May(item=body):
                return body if draws.chance(f"may/{item.path}/{path}", MAY) else None

    def _repeat(self, loop: Repeat, now: int, path: Path) -> int:
        turn, again = 0, True
        while again:
            turn += 1
            more = loop.most is None or turn < loop.most
            inside = path.enter(turn, more=more)
            if turn > 1 and loop.redo is not None:
                now = self.play(loop.redo, now, inside)
            now = self.play(loop.do, now, inside)
            again = more and self._again(loop, inside)
        return now

    def _again(self, loop: Repeat, path: Path) -> bool:
        if loop.guard is not None:
            return self._holds(loop.guard)
        return self.case.draws.chance(f"again/{loop.path}/{path}", AGAIN)

    def _inline(self, name: str, now: int, path: Path) -> int:
        """Play another process in place: its ends lead on."""
        try:
            return self.play(self.stage.workspace.processes[name].flow, now, path)
        except Ended:
            return max((r.at for r in self.case.rows), default=now)

    def _holds(self, guard: Guard) -> bool:
        return guard.evaluate(self.case.facts) is True

    def _visit(self, step: Step, enabled: int, path: Path) -> int:
        planned = plan(self.stage, self.case, step, enabled=enabled, path=path)
        visit = self.planting.alter(planned, self.case)
        if visit.team != planned.team and visit.actor is None:
            visit = replace(visit, role=self.stage.staff.role_in(visit.team, visit.role, step.owners))
        if visit.skipped:
            return enabled
        if visit.fixed_at is not None and not visit.detours:
            return self._happen(visit, visit.fixed_at, visit.fixed_at)
        clock, now = self.stage.clock(step), enabled
        for detour in visit.detours:
            now = clock.deadline(now, detour.wait_ms)
            self._turn_aside(detour, now, visit.holder)
        now, wait = self._pause(visit, now, parallel=path.parallel)
        started = clock.deadline(now, wait)
        if visit.shifts is not None:
            back = self.case.period.next_shift(started, visit.shifts)
            hour = whole_seconds(HOUR_MS * self.case.draws.uniform(f"shift/{visit.key}"))
            started = started if back == started else clock.deadline(back, hour)
        return self._happen(visit, started, clock.deadline(started, visit.work_ms))

    def _pause(self, visit: Visit, now: int, *, parallel: bool) -> tuple[int, int]:
        """Play what happens during a visit's wait; return when it goes on and the wait that is left (ms)."""
        found = self.interludes.draw(self.case, visit, parallel=parallel) if self.case.rows else None
        if found is None:
            return now, visit.wait_ms
        clock, before = self.stage.clock(visit.step), int(visit.wait_ms * found.share) // 1000 * 1000
        now = clock.deadline(now, before)
        self._aside(found.step, now, visit)
        if found.kind == "leave":
            raise Ended
        if found.then is not None:
            now = (reply_time if found.kind == "question" else soon)(self.case, visit, now, clock)
            self._aside(found.then, now, visit)
        return now, visit.wait_ms - before

    def _turn_aside(self, detour: Detour, at: int, holder: str) -> None:
        """Let an event on the way to a visit happen."""
        staff, owners = self.stage.staff, self.stage.steps[detour.step].owners
        team = detour.team or staff.team_for(owners[0], self.case.home, holder)
        role = next((o for o in owners if any(p.team == team for p in staff.posts.get(o, ()))), owners[0])
        self._note(detour.step, at, role, team)

    def _aside(self, step: str, at: int, visit: Visit) -> None:
        """Let an anytime step happen; somebody of the team that holds the case does it."""
        staff = self.stage.staff
        owners, draws = self.stage.steps[step], self.case.draws
        last = self.case.role(at)
        role = staff.role_for(owners, self.case.facts, last=last, draws=draws, question=f"{step}/{visit.key}")
        self._note(step, at, role, staff.team_for(role, self.case.home, visit.holder))

    def _note(self, step: str, at: int, role: str, team: str) -> None:
        actor = self.stage.staff.person(role, team, at, draws=self.case.draws)
        self.case.rows.append(Row(at, None, step, role, team, actor, {}))

    def _happen(self, visit: Visit, started: int, at: int) -> int:
        staff = self.stage.staff
        actor = (
            visit.actor
            or self._bound(visit)
            or staff.person(visit.role, visit.team, started, draws=self.case.draws, barred=self._barred(visit))
        )
        start = started if started < at and not staff.external(visit.role) else None
        self.case.rows.append(Row(at, start, visit.step.id, visit.role, visit.team, actor, visit.sets))
        self.case.facts |= visit.sets
        return at

    def _bound(self, visit: Visit) -> str | None:
        """Return who must act because a ``same`` rule ties this step to one already done."""
        for rule in self.stage.process.rules.values():
            if rule.kind == "same" and visit.step.id in rule.steps:
                for other in rule.steps:
                    row = self.case.last_of(other)
                    if row is not None and row.role in visit.step.owners:
                        return row.actor
        return None

    def _barred(self, visit: Visit) -> set[str]:
        """Return who must not act because a ``different`` rule keeps two steps apart."""
        others: set[str] = set()
        for rule in self.stage.process.rules.values():
            if rule.kind == "different" and visit.step.id in rule.steps:
                others |= {step for step in rule.steps if step != visit.step.id}
        return {row.actor for row in self.case.rows if row.step in others}
