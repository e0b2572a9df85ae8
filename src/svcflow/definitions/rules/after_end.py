"""Something stands after an ``end`` and is never reached.

Wrong::

    flow: [register, work, end: solved, review, close]

Right::

    flow: [register, work, review, close, end: solved]
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import AnyOf, Choose, End, Item, Parallel, Repeat, Sequence
from svcflow.definitions.net import items_of, walk
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC305"
SEVERITY = "error"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield the first item behind every item that always ends the case."""
    for process in survey.processes:
        for item in walk(process.flow):
            if isinstance(item, Sequence):
                for before, after in zip(item.items, item.items[1:], strict=False):
                    if _always_ends(before):
                        yield Remark("nothing after 'end' is reached", after.position, (("the end", before.position),))
                        break


def _always_ends(item: Item) -> bool:
    match item:
        case End():
            return True
        case Sequence() | Parallel():
            return any(_always_ends(inner) for inner in items_of(item))
        case Choose():
            has_else = any(branch.guard is None for branch in item.branches)
            return has_else and all(_always_ends(branch.item) for branch in item.branches)
        case AnyOf():
            return bool(item.items) and all(_always_ends(inner) for inner in item.items)
        case Repeat():
            return _always_ends(item.do)
    return False
