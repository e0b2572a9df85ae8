"""The `flow:` outline -> items, each with its path in the YAML (``flow/3/do/0``) and its place in the text."""

from __future__ import annotations

from collections.abc import Callable

from svcflow.definitions.model import (
    AnyOf,
    Anytime,
    Branch,
    Choose,
    End,
    Item,
    May,
    Parallel,
    Repeat,
    Run,
    Sequence,
    Task,
    Waiting,
    When,
)
from svcflow.definitions.reading import Reading, entries, integer, text
from svcflow.documents import Listing, Mapping, Node, Scalar
from svcflow.findings import NOWHERE
from svcflow.guards import Guard

_NEVER_KNOWN = Guard("", ())


def read_item(reading: Reading, node: Node | None, path: str = "flow") -> Item:
    """Return a flow item; nothing where there should be one reads as an empty sequence."""
    if isinstance(node, Scalar):
        return Task(reading.refer("step", node), path, reading.at(node.span))
    if isinstance(node, Listing):
        items = tuple(read_item(reading, item, f"{path}/{number}") for number, item in enumerate(node.items))
        return Sequence(items, path, reading.at(node.span))
    if isinstance(node, Mapping):
        for key, read in _READERS.items():
            if node.get(key) is not None:
                return read(reading, node, path)
    return Sequence((), path, reading.at(node.span) if node else NOWHERE)


def _several(reading: Reading, node: Node | None, path: str) -> tuple[Item, ...]:
    items = node.items if isinstance(node, Listing) else ()
    return tuple(read_item(reading, item, f"{path}/{number}") for number, item in enumerate(items))


def _parallel(reading: Reading, node: Mapping, path: str) -> Item:
    return Parallel(_several(reading, node.get("parallel"), f"{path}/parallel"), path, reading.at(node.span))


def _choose(reading: Reading, node: Mapping, path: str) -> Item:
    listed = node.get("choose")
    branches = []
    for number, branch in enumerate(listed.items if isinstance(listed, Listing) else ()):
        here = f"{path}/choose/{number}"
        if not isinstance(branch, Mapping):
            continue
        otherwise = branch.get("else")
        guard = None if otherwise is not None else reading.guard(branch.get("when"))
        key = "do" if otherwise is None else "else"
        item = read_item(reading, branch.get(key), f"{here}/{key}")
        branches.append(Branch(guard, item, here, reading.at(branch.span)))
    return Choose(tuple(branches), path, reading.at(node.span))


def _any(reading: Reading, node: Mapping, path: str) -> Item:
    return AnyOf(_several(reading, node.get("any"), f"{path}/any"), path, reading.at(node.span))


def _may(reading: Reading, node: Mapping, path: str) -> Item:
    return May(read_item(reading, node.get("may"), f"{path}/may"), path, reading.at(node.span))


def _when(reading: Reading, node: Mapping, path: str) -> Item:
    guard = reading.guard(node.get("when")) or _NEVER_KNOWN
    return When(guard, read_item(reading, node.get("do"), f"{path}/do"), path, reading.at(node.span))


def _repeat(reading: Reading, node: Mapping, path: str) -> Item:
    body = node.get("repeat")
    get = body.get if isinstance(body, Mapping) else (lambda _: None)
    do = read_item(reading, get("do"), f"{path}/repeat/do")
    redo = get("redo")
    again = read_item(reading, redo, f"{path}/repeat/redo") if redo else None
    return Repeat(do, again, reading.guard(get("while")), integer(get("max")), path, reading.at(node.span))


def _run(reading: Reading, node: Mapping, path: str) -> Item:
    return Run(reading.name("process", node.get("run")) or "", path, reading.at(node.span))


def _end(reading: Reading, node: Mapping, path: str) -> Item:
    return End(text(node.get("end")), path, reading.at(node.span))


_READERS: dict[str, Callable[[Reading, Mapping, str], Item]] = {
    "parallel": _parallel, "choose": _choose, "any": _any, "may": _may,
    "when": _when, "repeat": _repeat, "run": _run, "end": _end,
}  # fmt: skip


def read_anytime(reading: Reading, node: Node | None) -> tuple[Anytime, ...]:
    """Return the steps that may happen at any time, with the outcome of those that end the case."""
    found = []
    for item in node.items if isinstance(node, Listing) else ():
        if isinstance(item, Scalar):
            found.append(Anytime(reading.refer("step", item), None, reading.at(item.span)))
        for key, value in entries(item):
            end = value.get("end") if isinstance(value, Mapping) else None
            found.append(Anytime(reading.refer("step", key), text(end) or None, reading.at(key.span)))
    return tuple(found)


def read_waiting(reading: Reading, node: Node | None) -> tuple[Waiting, ...]:
    """Return between which steps the ball is with somebody else."""
    return tuple(
        Waiting(reading.refer("step", key), reading.names("step", value), reading.at(key.span))
        for key, value in entries(node)
    )
