"""Behaviours gained and lost, each shown by its shortest trace and by the data without which both would allow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from svcflow.definitions.difference.automaton import Automaton, Letter
from svcflow.definitions.difference.cases import Cases, Data
from svcflow.definitions.difference.evidence import arrange_data, choose_data, reduce_data
from svcflow.definitions.difference.grouping import merge_partings
from svcflow.definitions.difference.search import Endings, Parting, Search, Stride
from svcflow.definitions.model import Process
from svcflow.findings import Position
from svcflow.guards import Guard


@dataclass(frozen=True, slots=True)
class Trace:
    """A case that one definition allows and the other does not.

    `data` is what is known before each step, and before the end as last entry: one way to come to this case. What of
    it makes the difference is `given` for the whole case, or one of the `facts` that hold before a single letter (by
    its index). `at` is the first letter that the other refuses, `instead` what it asks for there.
    `outcome` is ``None`` where no data let the case end.
    """

    steps: tuple[str, ...]
    outcome: str | None
    data: tuple[Data, ...]
    given: Data
    facts: tuple[tuple[int, Data], ...]
    at: int
    instead: tuple[Letter, ...]
    position: Position
    anytime: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One difference of behaviour, as the shortest trace lost and the shortest gained by it."""

    lost: Trace | None
    gained: Trace | None


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How two processes differ in what they allow; `more` counts changes beyond those that are told."""

    changes: tuple[Change, ...]
    more: int = 0


@dataclass(frozen=True)
class Side:
    """A process and all that it may run."""

    process: Process
    processes: Mapping[str, Process]


def compare_behaviour(old: Side, new: Side, *, data: bool = True, most: int = 10) -> Behaviour:
    """Return what two processes allow that the other does not; without `data` conditions may hold or fail at will.

    Raise `DefinitionError` if one cannot be run, or if they are too large to be compared.
    """
    numbers: dict[Guard, int] = {}
    one, other = (Automaton(side.process, side.processes, numbers) for side in (old, new))
    if one.shape == other.shape:
        return Behaviour(())
    return _Comparison(one, other, Cases(tuple(numbers), data=data)).tell(most)


class _Comparison:
    """Two processes, their partings, and the traces that tell of them."""

    def __init__(self, old: Automaton, new: Automaton, cases: Cases) -> None:
        self._sides = old, new
        self._cases = cases
        self._search = Search(old, new, cases)
        self._endings = Endings(old, cases), Endings(new, cases)

    def tell(self, most: int) -> Behaviour:
        """Return the changes, the shortest first; of partings with the same letters the shortest is told."""
        ranked = sorted(
            merge_partings(self._search.partings(), self._everywhere()), key=lambda group: min(map(self._rank, group))
        )
        changes = tuple(Change(self._best(group, 0), self._best(group, 1)) for group in ranked[:most])
        return Behaviour(changes, max(len(ranked) - most, 0))

    def _everywhere(self) -> frozenset[Letter]:
        """Return the steps and outcomes that may come at any time by either process."""
        steps = [step for side in self._sides for step in side.process.anytime]
        return frozenset(
            [Letter(step.step) for step in steps] + [Letter(step.outcome, ends=True) for step in steps if step.outcome]
        )

    def _rank(self, parting: Parting) -> int:
        return min(length for side in (0, 1) for _, length in self._choices(parting, side))

    def _choices(self, parting: Parting, side: int) -> list[tuple[Letter, int]]:
        """Return the letters that one side alone allows, with the length of the shortest trace through each."""
        begun = self._search.depth(parting.pair) + 1
        choices = []
        for letter, states in (parting.gained if side else parting.lost).items():
            rest = 0 if letter.ends else self._endings[side].length(states)
            choices.append((letter, begun + (10**6 if rest is None else rest)))
        return choices

    def _best(self, group: list[Parting], side: int) -> Trace | None:
        """Return the shortest trace of one side through any parting of a group."""
        found = [(length, i, letter) for i, p in enumerate(group) for letter, length in self._choices(p, side)]
        if not found:
            return None
        _, place, letter = min(found, key=lambda choice: choice[:2])
        parting = group[place]
        way = [*self._search.way(parting.pair), Stride(letter, parting.truths)]
        states = (parting.gained if side else parting.lost)[letter]
        if not letter.ends and self._endings[side].length(states) is not None:
            way += self._endings[side].way(states)
        return self._trace(way, self._search.depth(parting.pair), (parting, side))

    def _trace(self, way: list[Stride], at: int, whose: tuple[Parting, int]) -> Trace:
        parting, side = whose
        other = self._sides[1 - side]
        data = choose_data(self._cases, way, at)
        needed = reduce_data([stride.letter for stride in way], data, (other, self._cases))
        decisive = self._decisive(parting, side, way[at].letter)
        needed[at] |= {name: value for name, value in data[at].items() if name in decisive}
        given, facts = arrange_data(data, needed)
        allowed = other.moves(parting.pair[1 - side], parting.truths)
        last = way[-1].letter
        letter = way[at].letter
        return Trace(
            steps=tuple(stride.letter.name for stride in way if not stride.letter.ends),
            outcome=last.name if last.ends else None,
            data=tuple(data),
            given=given,
            facts=facts,
            at=at,
            instead=tuple(letter for letter in allowed if letter.name not in other.anytime),
            position=self._sides[side].place(letter),
            anytime=letter.name in self._sides[side].anytime and not letter.ends,
        )

    def _decisive(self, parting: Parting, side: int, letter: Letter) -> set[str]:
        """Return the data that decide that a side allows a letter by a condition that the other side has not.

        Turned round, it would refuse the letter.
        """
        found: set[str] = set()
        shared = {*self._sides[0].net.guards} & {*self._sides[1].net.guards}
        for number, truth in parting.truths.items():
            if self._cases.guards[number] in shared:
                continue
            turned = parting.truths | {number: None if truth is None else not truth}
            if letter not in self._sides[side].moves(parting.pair[side], turned):
                guard = self._cases.guards[number]
                found |= {*guard.fields, guard.text}
        return found
