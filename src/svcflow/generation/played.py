"""Plays the cases of a log, and again without a planted problem to learn what it cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from svcflow.definitions.model import AnyOf, Choose, Item, May, Parallel, Repeat, Run, Task, When, Workspace
from svcflow.definitions.model import Sequence as Steps
from svcflow.generation.draws import Draws
from svcflow.generation.interludes import Interludes
from svcflow.generation.period import Period
from svcflow.generation.planting import Plant, Planting
from svcflow.generation.playing import Player
from svcflow.generation.stage import Stage
from svcflow.generation.visits import Case, Row

Numbered = tuple[tuple[int, Plant], ...]
Waits = dict[tuple[str, str], int]


TOLD = 200
"""So many cases are played between two words on how far it is."""


@dataclass(frozen=True, slots=True)
class Played:
    """A case of the log: its rows up to the end of the log, and the numbers of the plants that struck it.

    `again` is set where a plant made the whole case: its number, and when the case opens (ms).
    """

    number: int
    case: Case
    rows: tuple[Row, ...]
    struck: frozenset[int]
    again: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a plant did: the cases it struck, and the cycle time (s) they have more than without it.

    `waits` says where: what the waits between two steps, one directly after the other, add up to more than without it
    (ms; less than 0: shorter), largest first; `by_case` says the same of each case.
    """

    number: int
    plant: Plant
    cases: tuple[str, ...]
    strokes: int
    added_s: int
    added_business_s: int
    waits: tuple[tuple[str, str, int], ...]
    by_case: Mapping[str, Waits]


@dataclass(slots=True)
class _Sum:
    """What a plant costs, while it is added up."""

    struck: list[Played] = field(default_factory=list)
    elapsed: int = 0
    business: int = 0
    waits: dict[str, Waits] = field(default_factory=dict)


@dataclass(frozen=True)
class Season:
    """All cases of one log: in which period they arrive, until the export is taken."""

    stage: Stage
    seed: int
    period: Period
    prefix: str
    _clean: dict[int, Played] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def _interludes(self) -> Interludes:
        return Interludes(self.stage.process)

    def expect(self, plants: Sequence[Plant]) -> Season:
        """Return the season with what these problems must know of it: when cases come to each team."""
        if not any(plant.queues for plant in plants):
            return self
        return replace(self, period=replace(self.period, calls=self._list_calls()))

    def play_all(self, plants: Sequence[Plant] = (), progress: Callable[[str], None] | None = None) -> list[Played]:
        """Play all cases that the log shows, in order of arrival; those that a plant makes come last.

        `progress` is told how many are played.
        """
        numbered = tuple(enumerate(plants))
        played, cases = [], len(self.period.arrivals)
        for number in range(cases):
            if (one := self.play(number, numbered)).rows:
                played.append(one)
            if progress and number % TOLD == 0:
                progress(f"playing: {number:,} of {cases:,} cases")
        back = [again for p in played for again in self._come_back(p, numbered)]
        return played + [p for p in back if p.rows]

    def leave_out(self, played: Sequence[Played]) -> list[Played]:
        """Return the same cases without any problem planted, those that the log shows."""
        twins = (self._leave_out(p) for p in played if p.again is None)
        return [twin for twin in twins if twin.rows]

    def _list_calls(self) -> dict[str, tuple[int, ...]]:
        """Return by team the instants (ms) at which cases come to it, were there no problem."""
        calls: dict[str, list[int]] = {}
        for number in range(len(self.period.arrivals)):
            self._clean[number] = self.play(number)
            for before, row in pairwise(self._clean[number].case.rows):
                if row.team != before.team:
                    calls.setdefault(row.team, []).append(before.at)
        return {team: tuple(sorted(times)) for team, times in calls.items()}

    def _leave_out(self, one: Played) -> Played:
        """Return a case without any problem planted; it is played once."""
        if not one.struck:
            return one
        if one.number not in self._clean:
            self._clean[one.number] = self.play(one.number)
        return self._clean[one.number]

    def play(self, number: int, plants: Numbered = (), again: tuple[int, int] | None = None) -> Played:
        """Play case `number` (from 0) with problems planted; `again`: the case in which its customer comes back."""
        process, arrivals = self.stage.process, self.period.arrivals
        first = Draws(self.seed, f"{process.id}/{number}")
        draws = first if again is None else Draws(self.seed, f"{first.subject}/again")
        home = self.stage.staff.home(self.stage.steps[first_step(process.flow, self.stage.workspace)], draws)
        name = f"{self.prefix}-{number + 1:0{max(len(str(len(arrivals))), 4)}d}{'' if again is None else '-2'}"
        opening, opened = self.stage.facts.open_case(first), arrivals[number] if again is None else again[1]
        case = Case(name, process, draws, opened, home, opening, dict(opening), self.period)
        if again is not None:
            case.touched.append(again)
        Player(self.stage, Planting(plants), case, self._interludes).run()
        rows = tuple(r for r in case.rows if r.at <= self.period.until)
        return Played(number, case, rows, frozenset(n for n, _ in case.touched), again)

    def costs(self, played: Sequence[Played], plants: Sequence[Plant]) -> Iterator[Cost]:
        """Yield for each plant what it alone adds to the cases it struck: the same seed played with and without it."""
        for number, plant in enumerate(plants):
            total = _Sum()
            for one in (p for p in played if number in p.struck):
                before = () if one.again and one.again[0] == number else self._rows_without(one)
                after = (
                    one.rows if one.struck == {number} else self.play(one.number, ((number, plant),), one.again).rows
                )
                self._add(total, one, before, after)
            strokes = sum(n == number and at <= self.period.until for p in total.struck for n, at in p.case.touched)
            names = tuple(p.case.id for p in total.struck)
            sums: Counter[tuple[str, str]] = Counter()
            for added in total.waits.values():
                sums.update(added)
            waits = sorted((-ms, *pair) for pair, ms in sums.items() if ms)
            yield Cost(
                number=number,
                plant=plant,
                cases=names,
                strokes=strokes,
                added_s=total.elapsed // 1000,
                added_business_s=total.business // 1000,
                waits=tuple((source, target, -ms) for ms, source, target in waits),
                by_case=total.waits,
            )

    def _rows_without(self, one: Played) -> tuple[Row, ...]:
        return (self._leave_out(one) if one.again is None else self.play(one.number, (), one.again)).rows

    def _add(self, total: _Sum, one: Played, before: tuple[Row, ...], after: tuple[Row, ...]) -> None:
        """Add what a plant does to one case; nothing where it strikes after the export."""
        if before == after:
            return
        clock = self.stage.clocks[self.stage.process.calendar]
        (a, b), (c, d) = _span(before), _span(after)
        total.struck.append(one)
        total.elapsed += (d - c) - (b - a)
        total.business += clock.elapsed(c, d) - clock.elapsed(a, b)
        added = _waits(after)
        added.subtract(_waits(before))
        total.waits[one.case.id] = {pair: ms for pair, ms in added.items() if ms}

    def _come_back(self, first: Played, plants: Numbered) -> Iterator[Played]:
        """Yield the cases in which the customer of a case that is over comes back, those within the log."""
        if len(first.rows) < len(first.case.rows):
            return
        for number, plant in plants:
            at = plant.come_back(first.case)
            if at is not None and at <= self.period.until:
                yield self.play(first.number, plants, (number, at))


def _span(rows: tuple[Row, ...]) -> tuple[int, int]:
    """Return when a case begins and ends (ms), as far as the log shows it."""
    if not rows:
        return 0, 0
    return min(_begun(r) for r in rows), max(r.at for r in rows)


def _waits(rows: tuple[Row, ...]) -> Counter[tuple[str, str]]:
    """Return the waits of a case between each two steps that follow each other, in ms."""
    waits: Counter[tuple[str, str]] = Counter()
    for row, after in pairwise(rows):
        waits[row.step, after.step] += max(_begun(after) - row.at, 0)
    return waits


def _begun(row: Row) -> int:
    return row.at if row.start is None else row.start


def steps_in_order(item: Item, workspace: Workspace) -> Iterator[str]:
    """Yield the steps of a flow from top to bottom."""
    match item:
        case Task(step=step):
            yield step
        case Steps(items=parts) | AnyOf(items=parts) | Parallel(branches=parts):
            for part in parts:
                yield from steps_in_order(part, workspace)
        case Choose(branches=branches):
            for branch in branches:
                yield from steps_in_order(branch.item, workspace)
        case When(item=body) | May(item=body) | Repeat(do=body):
            yield from steps_in_order(body, workspace)
        case Run(process=name):
            yield from steps_in_order(workspace.processes[name].flow, workspace)


def first_step(item: Item, workspace: Workspace) -> str:
    """Return the step that a flow begins with."""
    return next(steps_in_order(item, workspace))
