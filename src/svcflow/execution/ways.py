"""The ways through a flow that a case may take or not, and the transitions of the net that take them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

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
from svcflow.definitions.net import Net, walk
from svcflow.findings import Position


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """One way: the process whose text it stands in, its path there, and which of the ways at that path it is.

    `side` is ``taken`` or ``passed`` (a condition, an option), ``again`` or ``done`` (a repeat).
    """

    process: str
    path: str
    side: str


@dataclass(frozen=True, slots=True)
class Way:
    """A way as text: what a scenario does that takes it, where it stands, and the path of what lies on it alone."""

    key: Key
    says: str
    position: Position
    within: str | None = None


def list_ways(process: Process) -> Iterator[Way]:
    """Yield the ways of a process in the order of its text; what it runs has its own."""

    def way(at: tuple[str, str], says: str, position: Position, within: str | None = None) -> Way:
        return Way(Key(process.id, *at), says, position, within)

    for item in walk(process.flow):
        path, at = item.path, item.position
        match item:
            case When():
                yield way((path, "taken"), f"takes '{item.guard.text}'", at, item.item.path)
                yield way((path, "passed"), f"passes by '{item.guard.text}'", at)
            case May():
                yield way((path, "taken"), f"does {name_of(item.item)}, which may be left out", at, item.item.path)
                yield way((path, "passed"), f"leaves out {name_of(item.item)}", at)
            case Choose():
                for branch in item.branches:
                    says = "takes the else" if branch.guard is None else f"takes '{branch.guard.text}'"
                    yield way((branch.path, "taken"), says, branch.position, branch.path)
            case AnyOf():
                for inner in item.items:
                    yield way((inner.path, "taken"), f"takes {name_of(inner)}", inner.position, inner.path)
            case Repeat():
                condition = f" while '{item.guard.text}'" if item.guard else ""
                within = item.redo.path if item.redo else None
                yield way((path, "again"), f"repeats {name_of(item.do)}{condition}", at, within)
                yield way((path, "done"), f"leaves the repeat of {name_of(item.do)}", at)


def name_of(item: Item) -> str:
    """Return the first thing that an item does, in quotes."""
    for inner in walk(item):
        if isinstance(inner, Task):
            return f"'{inner.step}'"
        if isinstance(inner, Run):
            return f"'run: {inner.process}'"
        if isinstance(inner, End):
            return f"'end: {inner.outcome}'"
    return "nothing"


def find_ways(net: Net, process: Process, processes: Mapping[str, Process]) -> dict[int, Key]:
    """Return the transitions that take a way, by their number in the net of `process`."""
    finder = _Finder(net, processes)
    finder.visit(process.flow, process.id, "")
    return finder.found


class _Finder:
    """Goes through a flow as the net was built from it: items with one path have their transitions in that order."""

    def __init__(self, net: Net, processes: Mapping[str, Process]) -> None:
        self.found: dict[int, Key] = {}
        self._processes = processes
        self._silent: dict[str, list[int]] = {}
        for number, transition in enumerate(net.transitions):
            if transition.step is None:
                self._silent.setdefault(transition.path, []).append(number)

    def visit(self, item: Item, process: str, prefix: str) -> None:
        """Give every transition of an item its way, if it takes one."""
        if isinstance(item, Run):
            inlined = self._processes[item.process]
            self.visit(inlined.flow, inlined.id, f"{prefix}{item.path}/run/")
        for part in _order(item):
            if isinstance(part, tuple):
                path, side = part
                number = self._silent[prefix + path].pop(0)
                if side:
                    self.found[number] = Key(process, path, side)
            else:
                self.visit(part, process, prefix)


def _order(item: Item) -> list[Item | tuple[str, str]]:  # noqa: PLR0911 - one answer for each kind of item
    """Return the items inside an item and its own silent transitions, as (path, side), in the order of the net."""
    match item:
        case When() | May():
            return [(item.path, "taken"), item.item, (item.path, "passed")]
        case Choose():
            return [part for branch in item.branches for part in ((branch.path, "taken"), branch.item)]
        case AnyOf():
            return [part for inner in item.items for part in ((inner.path, "taken"), inner)]
        case Repeat():
            redo = [] if item.redo is None else [item.redo]
            return [(item.path, ""), item.do, (item.path, "again"), *redo, (item.path, "done")]
        case Parallel():
            return [(item.path, ""), *item.branches, (item.path, "")]
        case Sequence() if item.items:
            return [*item.items]
        case End() | Sequence():
            return [(item.path, "")]
    return []
