"""What is known of a case when it reaches an item of the flow: the conditions that were decided on the way.

Steps set data, so that a condition decided before a step says nothing after it. `known` are the conditions that were
decided since the last step and still hold; `around` are those of the branches the item stands in, whatever happened
since: what its author had in mind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from svcflow.definitions.model import (
    AnyOf,
    Choose,
    End,
    Item,
    May,
    Parallel,
    Repeat,
    Run,
    Sequence,
    Task,
    When,
)
from svcflow.guards import Guard

Known = frozenset[tuple[Guard, bool]]
_NOTHING: Known = frozenset()


@dataclass(frozen=True, slots=True)
class Context:
    """An item with what is known where it begins."""

    item: Item
    known: Known
    around: Known


def contexts(flow: Item) -> dict[str, Context]:
    """Return every item of a flow that can be reached, by its path."""
    found: dict[str, Context] = {}
    _Walk(found).enter(flow, _NOTHING, _NOTHING)
    return found


def allows(known: Known, data: dict[str, object]) -> bool:
    """Return whether a case with these data can be where `known` holds."""
    return all(guard.evaluate(data) is not (not value) for guard, value in known)


class _Walk:
    """Enters items in the order of the flow; what is known after an item is ``None`` if nothing comes after it."""

    def __init__(self, found: dict[str, Context]) -> None:
        self._found = found

    def enter(self, item: Item, known: Known, around: Known) -> Known | None:  # noqa: PLR0911 - one kind, one return
        """Note an item and those inside it; return what is known after it."""
        self._found[item.path] = Context(item, known, around)
        match item:
            case Task() | Run():
                return _NOTHING
            case End():
                return None
            case Sequence():
                return self._sequence(item, known, around)
            case Parallel():
                ends = [self.enter(branch, known, around) for branch in item.branches]
                return _NOTHING if any(end is None for end in ends) else frozenset.intersection(*_some(ends))
            case AnyOf():
                return _either(self.enter(inner, known, around) for inner in item.items)
            case May():
                return _either((self.enter(item.item, known, around), known))
            case When():
                holds, fails = (item.guard, True), (item.guard, False)
                return _either((self.enter(item.item, known | {holds}, around | {holds}), known | {fails}))
            case Choose():
                return self._choose(item, known, around)
            case Repeat():
                return self._repeat(item, around)

    def _sequence(self, item: Sequence, known: Known, around: Known) -> Known | None:
        after: Known | None = known
        for inner in item.items:
            if after is None:
                return None  # nothing after an end is reached, which has its own rule
            after = self.enter(inner, after, around)
        return after

    def _choose(self, item: Choose, known: Known, around: Known) -> Known | None:
        ends: list[Known | None] = []
        refused: Known = _NOTHING
        for branch in item.branches:
            taken = refused if branch.guard is None else refused | {(branch.guard, True)}
            ends.append(self.enter(branch.item, known | taken, around | taken))
            if branch.guard is not None:
                refused |= {(branch.guard, False)}
        return _either(ends)

    def _repeat(self, item: Repeat, around: Known) -> Known | None:
        after = self.enter(item.do, _NOTHING, around)
        if item.redo is not None:
            again = frozenset({(item.guard, True)}) if item.guard is not None else _NOTHING
            self.enter(item.redo, again, around)
        if after is None or item.guard is None or item.most is not None:
            return None if after is None else _NOTHING  # at most so many rounds, and then the condition still holds
        return frozenset({(item.guard, False)})


def _some(ends: list[Known | None]) -> list[Known]:
    return [end for end in ends if end is not None]


def _either(ends: Iterator[Known | None] | tuple[Known | None, ...] | list[Known | None]) -> Known | None:
    going_on = _some(list(ends))
    return frozenset.intersection(*going_on) if going_on else None
