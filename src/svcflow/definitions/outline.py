"""The `flow:` of a process as values: what comes after what, each item with its path in the YAML and its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from svcflow.findings import Position
from svcflow.guards import Guard


@dataclass(frozen=True, slots=True)
class Task:
    """A step's place in the flow."""

    step: str
    path: str
    position: Position


@dataclass(frozen=True, slots=True)
class Sequence:
    """Items one after the other."""

    items: tuple[Item, ...]
    path: str
    position: Position


@dataclass(frozen=True, slots=True)
class Parallel:
    """Branches that all happen, in any interleaving."""

    branches: tuple[Item, ...]
    path: str
    position: Position


@dataclass(frozen=True, slots=True)
class Branch:
    """One way of a `choose`; a guard of ``None`` is its ``else``."""

    guard: Guard | None
    item: Item
    path: str
    position: Position


@dataclass(frozen=True, slots=True)
class Choose:
    """The first branch whose guard holds."""

    branches: tuple[Branch, ...]
    path: str
    position: Position


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of the items; the case chooses."""

    items: tuple[Item, ...]
    path: str
    position: Position


@dataclass(frozen=True, slots=True)
class May:
    """An item at will, or not."""

    item: Item
    path: str
    position: Position


@dataclass(frozen=True, slots=True)
class When:
    """An item exactly when the guard holds."""

    guard: Guard
    item: Item
    path: str
    position: Position


@dataclass(frozen=True, slots=True)
class Repeat:
    """`do`, then again (through `redo`) while `guard` holds, at most `most` times in all.

    Without a guard it repeats at will.
    """

    do: Item
    redo: Item | None
    guard: Guard | None
    most: int | None
    path: str
    position: Position


@dataclass(frozen=True, slots=True)
class Run:
    """Another process, inlined."""

    process: str
    path: str
    position: Position


@dataclass(frozen=True, slots=True)
class End:
    """The case ends here with this outcome."""

    outcome: str
    path: str
    position: Position


Item: TypeAlias = Task | Sequence | Parallel | Choose | AnyOf | May | When | Repeat | Run | End
