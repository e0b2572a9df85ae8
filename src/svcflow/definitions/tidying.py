"""The same flow in fewer words: nothing here changes which sequences of steps a flow allows."""

from __future__ import annotations

from collections.abc import Iterable

from svcflow.definitions.building import any_of, choose, may, negate, parallel, repeat, sequence, when
from svcflow.definitions.net import walk
from svcflow.definitions.outline import AnyOf, Choose, End, Item, May, Parallel, Repeat, Sequence, When

NOTHING = sequence()


def tidy(item: Item) -> Item:  # noqa: PLR0911 - one per kind of item
    """Return the item without nested lists, single branches, empty branches and repeats within repeats."""
    match item:
        case Sequence():
            return _tidy_sequence(item.items)
        case Parallel():
            return _tidy_parallel(item.branches)
        case AnyOf():
            return _tidy_any(item.items)
        case May():
            return _tidy_any((item.item, NOTHING))
        case When():
            inner = tidy(item.item)
            return NOTHING if is_empty(inner) else when(item.guard, inner)
        case Choose():
            return _tidy_choose(item)
        case Repeat():
            return _tidy_repeat(item)
    return item


def is_empty(item: Item) -> bool:
    """Return whether an item is an empty list."""
    return isinstance(item, Sequence) and not item.items


def has_end(item: Item) -> bool:
    """Return whether a case can end inside an item."""
    return any(isinstance(inner, End) for inner in walk(item))


def listed(item: Item) -> tuple[Item, ...]:
    """Return the items of a list, or the item alone."""
    return item.items if isinstance(item, Sequence) else (item,)


def _tidy_sequence(items: Iterable[Item]) -> Item:
    flat: list[Item] = []
    for item in items:
        flat += listed(tidy(item))
        if flat and isinstance(flat[-1], End):
            break
    return flat[0] if len(flat) == 1 else sequence(*flat)


def _tidy_parallel(branches: Iterable[Item]) -> Item:
    flat: list[Item] = []
    for branch in map(tidy, branches):
        if not is_empty(branch):
            flat += branch.branches if isinstance(branch, Parallel) else (branch,)
    if not flat:
        return NOTHING
    return flat[0] if len(flat) == 1 else parallel(*flat)


def _tidy_any(items: Iterable[Item]) -> Item:
    optional, flat = False, list[Item]()
    for item in map(tidy, items):
        inner = item
        if isinstance(inner, May):
            optional, inner = True, inner.item
        if is_empty(inner):
            optional = True
            continue
        flat += [x for x in (inner.items if isinstance(inner, AnyOf) else (inner,)) if x not in flat]
    if not flat:
        return NOTHING
    chosen = flat[0] if len(flat) == 1 else any_of(*flat)
    return may(chosen) if optional else chosen


def _tidy_choose(item: Choose) -> Item:
    branches = [(branch.guard, tidy(branch.item)) for branch in item.branches]
    if all(is_empty(inner) for _, inner in branches):
        return NOTHING
    if len(branches) == 2 and branches[0][0] is not None and branches[1][0] is None:
        guard = branches[0][0]
        if is_empty(branches[1][1]):
            return when(guard, branches[0][1])
        if is_empty(branches[0][1]):
            return when(negate(guard), branches[1][1])
    return choose(branches)


def _tidy_repeat(item: Repeat) -> Item:
    do = tidy(item.do)
    redo = None if item.redo is None else tidy(item.redo)
    if redo is not None and is_empty(redo):
        redo = None
    if item.guard is not None or item.most is not None:
        return NOTHING if redo is None and is_empty(do) else repeat(do, redo, item.guard, item.most)
    if is_empty(do):
        return NOTHING if redo is None else _tidy_any((repeat(redo), NOTHING))
    if redo is None and isinstance(do, May):
        return _tidy_any((repeat(do.item), NOTHING))
    if redo is None and isinstance(do, Repeat) and do.redo is None and do.guard is None and do.most is None:
        return do
    return repeat(do, redo)
