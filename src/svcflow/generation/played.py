"""Plays the cases of a log, and again without a planted problem to learn what it cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from svcflow.definitions.model import AnyOf, Choose, Item, May, Parallel, Repeat, Run, Sequence, Task, When, Workspace
from svcflow.generation.draws import Draws
from svcflow.generation.planting import Plant, Planting
from svcflow.generation.playing import Player
from svcflow.generation.stage import Stage
from svcflow.generation.visits import Case, Row


@dataclass(frozen=True, slots=True)
class Played:
    """A case of the log: its rows up to the end of the log, and the numbers of the plants that struck it."""

    number: int
    case: Case
    rows: tuple[Row, ...]
    struck: frozenset[int]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a plant did: the cases it struck, and the cycle time (s) they have more than without it."""

    number: int
    plant: Plant
    cases: tuple[str, ...]
    strokes: int
    added_s: int
    added_business_s: int


@dataclass(frozen=True)
class Season:
    """All cases of one log: when each arrives, and when the export is taken (`until`, ms)."""

    stage: Stage
    seed: int
    arrivals: tuple[int, ...]
    until: int
    prefix: str

    def play(self, number: int, plants: tuple[tuple[int, Plant], ...] = ()) -> Played:
        """Play case `number` (from 0) with some problems planted."""
        process = self.stage.process
        draws = Draws(self.seed, f"{process.id}/{number}")
        home = self.stage.staff.home(self.stage.steps[first_step(process.flow, self.stage.workspace)], draws)
        name = f"{self.prefix}-{number + 1:0{max(len(str(len(self.arrivals))), 4)}d}"
        opening = self.stage.facts.open_case(draws)
        case = Case(name, process, draws, self.arrivals[number], home, opening, dict(opening))
        Player(self.stage, Planting(plants), case).run()
        rows = tuple(r for r in case.rows if r.at <= self.until)
        return Played(number, case, rows, frozenset(n for n, _ in case.touched))

    def costs(self, played: list[Played], plants: tuple[Plant, ...]) -> Iterator[Cost]:
        """Yield for each plant what it alone adds to the cases it struck: the same seed played with and without it."""
        clock = self.stage.clocks[self.stage.process.calendar]
        for number, plant in enumerate(plants):
            struck: list[Played] = []
            added = added_business = 0
            for one in (p for p in played if number in p.struck):
                without, alone = self.play(one.number), self.play(one.number, ((number, plant),))
                if without.rows == alone.rows:
                    continue  # it strikes after the export
                struck.append(one)
                (a, b), (c, d) = _span(without), _span(alone)
                added += (d - c) - (b - a)
                added_business += clock.elapsed(c, d) - clock.elapsed(a, b)
            strokes = sum(n == number and at <= self.until for p in struck for n, at in p.case.touched)
            names = tuple(p.case.id for p in struck)
            yield Cost(number, plant, names, strokes, added // 1000, added_business // 1000)


def _span(played: Played) -> tuple[int, int]:
    """Return when a case begins and ends (ms), as far as the log shows it."""
    if not played.rows:
        return 0, 0
    starts = (r.at if r.start is None else r.start for r in played.rows)
    return min(starts), max(r.at for r in played.rows)


def steps_in_order(item: Item, workspace: Workspace) -> Iterator[str]:
    """Yield the steps of a flow from top to bottom."""
    match item:
        case Task(step=step):
            yield step
        case Sequence(items=parts) | AnyOf(items=parts) | Parallel(branches=parts):
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
