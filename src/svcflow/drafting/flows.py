"""The flow that a log shows, as items whose steps are activities by name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from svcflow.definitions.building import any_of, may, parallel, repeat, sequence, task
from svcflow.definitions.model import AnyOf, Item, May, Parallel, Repeat, Sequence, Task
from svcflow.definitions.net import items_of, walk
from svcflow.definitions.tidying import tidy
from svcflow.mining.discovery import Model, discover
from svcflow.mining.exchange.objects import from_process_tree
from svcflow.mining.exchange.trees import outline
from svcflow.mining.mined import Mined

LARGEST = 1_500
"""A parallel of more markings than this is written as steps in any order, any number of times."""


def outline_log(mined: Mined, noise: float) -> tuple[Model, Item]:
    """Return the mined model and its tree as a tidy item."""
    model = discover(mined, noise=noise)
    return model, outline(from_process_tree(model.tree), str)


def steps_in(item: Item) -> Iterator[str]:
    """Yield the steps of an item in the order of the text."""
    return (inner.step for inner in walk(item) if isinstance(inner, Task))


def split_anytime(item: Item, closing: Collection[str]) -> tuple[Item, tuple[str, ...]]:
    """Return the item without branches that may happen at any time, any number of times, and the steps of those.

    Steps of `closing`, the last of some case, stay: at any time means before the end.
    """
    if not isinstance(item, Parallel):
        return item, ()
    free = [x for x in item.branches if _is_free(x) and not any(step in closing for step in steps_in(x))]
    if len(free) == len(item.branches):
        return item, ()
    steps = tuple(step for branch in free for step in steps_in(branch))
    return tidy(parallel(*(branch for branch in item.branches if branch not in free))), steps


def _is_free(item: Item) -> bool:
    """Return whether an item is nothing but single steps, at will."""
    if not (isinstance(item, May) and isinstance(item.item, Repeat) and item.item.redo is None):
        return False
    done = item.item.do
    return isinstance(done, Task) or (isinstance(done, AnyOf) and all(isinstance(x, Task) for x in done.items))


def calm(item: Item) -> Item:  # noqa: PLR0911 - one per kind of item
    """Return the item with its largest parallels turned into free choices, so that it can be executed and read."""
    if isinstance(item, Parallel) and markings(item) > LARGEST:
        return may(repeat(any_of(*map(task, steps_in(item)))))
    match item:
        case Sequence():
            return sequence(*map(calm, item.items))
        case Parallel():
            return parallel(*map(calm, item.branches))
        case AnyOf():
            return any_of(*map(calm, item.items))
        case May():
            return may(calm(item.item))
        case Repeat():
            return repeat(calm(item.do), calm(item.redo) if item.redo else None)
    return item


def markings(item: Item) -> int:
    """Return about how many markings an item has: parallel branches multiply."""
    inner = [markings(x) for x in items_of(item)]
    if isinstance(item, Parallel):
        product = 1
        for count in inner:
            product *= count + 1
        return product
    return sum(inner) + 1


def rename(item: Item, ids: Mapping[str, str]) -> Item:
    """Return the item with other names for its steps."""
    match item:
        case Task():
            return task(ids[item.step])
        case Sequence():
            return sequence(*(rename(x, ids) for x in item.items))
        case Parallel():
            return parallel(*(rename(x, ids) for x in item.branches))
        case AnyOf():
            return any_of(*(rename(x, ids) for x in item.items))
        case May():
            return may(rename(item.item, ids))
        case Repeat():
            return repeat(rename(item.do, ids), rename(item.redo, ids) if item.redo else None)
    raise TypeError(item)
