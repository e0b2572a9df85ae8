"""The decisions of a flow, with the steps that may have happened just before each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from svcflow.definitions.model import (
    AnyOf,
    Choose,
    End,
    Item,
    May,
    Parallel,
    Process,
    Repeat,
    Run,
    Sequence,
    Task,
    When,
)
from svcflow.guards import Guard

Kind = Literal["loop", "leave", "branch", "choice"]


@dataclass(frozen=True, slots=True)
class Decision:
    """A guard of the flow: `after` are the steps that may come just before, `kind` what it decides.

    ``loop``: again or not; ``leave``: a branch that ends the case; ``branch``: a detour; ``choice``: one of several.
    """

    guard: Guard
    kind: Kind
    after: frozenset[str]
    process: str = ""


def find_decisions(item: Item, processes: Mapping[str, Process]) -> Iterator[Decision]:
    """Yield the decisions of a flow from top to bottom."""
    found: list[Decision] = []
    _walk(item, frozenset(), found, processes)
    yield from found


def _walk(  # noqa: PLR0911 - a kind of item each
    item: Item, before: frozenset[str], found: list[Decision], processes: Mapping[str, Process]
) -> frozenset[str]:
    """Collect the decisions of `item` into `found`; return the steps that may be the last after it."""
    match item:
        case Task(step=step):
            return frozenset({step})
        case Sequence(items=items):
            for part in items:
                before = _walk(part, before, found, processes)
            return before
        case When() | Choose() | Repeat():
            return _walk_guarded(item, before, found, processes)
        case Parallel(branches=parts) | AnyOf(items=parts):
            return frozenset().union(*(_walk(p, before, found, processes) for p in parts))
        case May(item=body):
            return before | _walk(body, before, found, processes)
        case Run(process=name):
            return _walk_inlined(name, before, found, processes)
        case End():
            return frozenset()


def _walk_guarded(
    item: When | Choose | Repeat, before: frozenset[str], found: list[Decision], processes: Mapping[str, Process]
) -> frozenset[str]:
    match item:
        case When(guard=guard, item=body):
            found.append(Decision(guard, "leave" if ends(body) else "branch", before))
            return before | _walk(body, before, found, processes)
        case Choose(branches=branches):
            found += [Decision(b.guard, "choice", before) for b in branches if b.guard]
            return frozenset().union(*(_walk(b.item, before, found, processes) for b in branches))
        case Repeat(do=body, redo=redo, guard=condition):
            last = _walk(body, before, found, processes)
            if condition is not None:
                found.append(Decision(condition, "loop", last))
            if redo is not None:
                _walk(redo, last, found, processes)
            return last


def _walk_inlined(
    name: str, before: frozenset[str], found: list[Decision], processes: Mapping[str, Process]
) -> frozenset[str]:
    mark = len(found)
    last = _walk(processes[name].flow, before, found, processes)
    found[mark:] = [d if d.process else replace(d, process=name) for d in found[mark:]]
    return last


def ends(item: Item) -> bool:
    """Return whether an item always ends the case."""
    match item:
        case End():
            return True
        case Sequence(items=items):
            return any(ends(part) for part in items)
        case Choose(branches=branches):
            return bool(branches) and branches[-1].guard is None and all(ends(b.item) for b in branches)
        case AnyOf(items=parts):
            return bool(parts) and all(ends(p) for p in parts)
        case Repeat(do=body):
            return ends(body)
        case _:
            return False
