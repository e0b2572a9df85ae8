"""Which steps of a process may run side by side: those in different branches of one `parallel:`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product

from svcflow.definitions.model import Item, Parallel, Process, Run, Task
from svcflow.definitions.net import items_of

Pair = tuple[str, str]


def judge_pairs(process: Process, processes: Mapping[str, Process]) -> dict[Pair, bool]:
    """Return for every two steps of a flow, in both orders, whether they may run side by side.

    The processes it runs are part of it. Two that stand in the flow several times do if any two places of them do.
    Steps that may happen at any time are not in it: nothing is said of them.
    """
    steps, beside = _walk(process.flow, processes, (process.id,))
    return {(a, b): (a, b) in beside for a, b in product(steps, steps) if a != b}


def _walk(item: Item, processes: Mapping[str, Process], running: tuple[str, ...]) -> tuple[set[str], set[Pair]]:
    """Return the steps of an item, and the pairs of them that may run side by side."""
    if isinstance(item, Task):
        return {item.step}, set()
    parts = [_walk(part, processes, inside) for part, inside in _parts(item, processes, running)]
    steps = {step for found, _ in parts for step in found}
    beside = {pair for _, found in parts for pair in found}
    if isinstance(item, Parallel):
        for (one, _), (other, _) in combinations(parts, 2):
            beside |= {*product(one, other), *product(other, one)}
    return steps, beside


def _parts(
    item: Item, processes: Mapping[str, Process], running: tuple[str, ...]
) -> Iterator[tuple[Item, tuple[str, ...]]]:
    if not isinstance(item, Run):
        yield from ((part, running) for part in items_of(item))
    elif item.process in processes and item.process not in running:
        yield processes[item.process].flow, (*running, item.process)
