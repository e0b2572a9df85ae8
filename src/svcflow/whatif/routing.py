"""Two flows of a process compared as scenarios: steps left out, steps under a new condition, steps side by side."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from svcflow.definitions import model
from svcflow.definitions.model import Choose, Item, Process, Repeat, Task, When
from svcflow.definitions.net import items_of, walk
from svcflow.whatif.changes import Change, DropRepeats, Parallel, Scope, Skip

Conditions = frozenset[str]


def compare_routes(before: Process, after: Process) -> Iterator[Change]:
    """Yield what the flow of `after` changes in that of `before`, in step ids."""
    if before.flow == after.flow:
        return
    old, new = (dict(_list_conditions(process.flow, frozenset())) for process in (before, after))
    for step, conditions in old.items():
        if step not in new:
            yield Skip(Scope((step,)))
            continue
        added = sorted(new[step] - conditions)
        if added:
            yield Skip(Scope((step,), where="not (" + " and ".join(f"({text})" for text in added) + ")"))
    rounds = dict(_list_rounds(before.flow))
    for steps, most in _list_rounds(after.flow):
        earlier = rounds.get(steps)
        if most is not None and steps in rounds and (earlier is None or most < earlier):
            yield DropRepeats(steps, from_round=most + 1, rounds=True)
    beside = set(_list_pairs(before.flow))
    yield from (Parallel(pair) for pair in _list_pairs(after.flow) if pair not in beside and pair[::-1] not in beside)


def _list_conditions(item: Item, held: Conditions) -> Iterator[tuple[str, Conditions]]:
    """Yield each step with the conditions under which a case comes to its place."""
    if isinstance(item, Task):
        yield item.step, held
    elif isinstance(item, When):
        yield from _list_conditions(item.item, held | {item.guard.text})
    elif isinstance(item, Choose):
        for branch in item.branches:
            own = held if branch.guard is None else held | {branch.guard.text}
            yield from _list_conditions(branch.item, own)
    else:
        for inner in items_of(item):
            yield from _list_conditions(inner, held)


def _list_rounds(flow: Item) -> Iterator[tuple[tuple[str, ...], int | None]]:
    """Yield the steps of each repetition with how often they may happen."""
    for item in walk(flow):
        if isinstance(item, Repeat):
            steps = tuple(step for step, _ in _list_conditions(item.do, frozenset()))
            if steps:
                yield steps, item.most


def _list_pairs(flow: Item) -> Iterator[tuple[str, str]]:
    """Yield the first steps of branches that run side by side, two by two."""
    for item in walk(flow):
        if isinstance(item, model.Parallel):
            firsts = [next((step for step, _ in _list_conditions(b, frozenset())), None) for b in item.branches]
            yield from combinations([step for step in firsts if step is not None], 2)
