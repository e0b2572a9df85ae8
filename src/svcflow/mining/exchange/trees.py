"""Flow items <-> process trees, and their file format PTML.

A process tree has no word for the end of a case in the middle: what follows is moved into the branches that go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element, SubElement

from svcflow.definitions.building import any_of, parallel, repeat, sequence, task
from svcflow.definitions.model import (
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
    Workspace,
)
from svcflow.definitions.net import items_of, walk
from svcflow.definitions.tidying import NOTHING, tidy
from svcflow.errors import DefinitionError, InputError
from svcflow.mining.exchange.markup import clean, local, write_xml

Operator = Literal["->", "X", "+", "*"]
_TAGS: dict[str, Operator] = {"sequence": "->", "xor": "X", "and": "+", "xorLoop": "*", "xorLoopRedo": "*"}
_DEEPEST = 150


@dataclass(frozen=True, slots=True)
class Tree:
    """A process tree: an operator over children, a step, or (with neither) nothing."""

    operator: Operator | None = None
    children: tuple[Tree, ...] = ()
    step: str | None = None


TAU = Tree()


def plant(process: Process, workspace: Workspace) -> Tree:
    """Return the process tree of a process, the processes it runs inlined.

    Raise `DefinitionError` where a case can end within a repeat: no tree says that.
    """
    return _grow(_hoist(_inline(process.flow, workspace, (process.id,)), ()))


def write_tree(tree: Tree, names: Callable[[str], str]) -> str:
    """Return a tree in pm4py's notation; quotes in a name are doubled."""
    if tree.operator is None:
        return "tau" if tree.step is None else "'" + names(tree.step).replace("'", "''") + "'"
    return f"{tree.operator}( {', '.join(write_tree(child, names) for child in tree.children)} )"


def write_ptml(tree: Tree, name: str, names: Callable[[str], str]) -> str:
    """Return a tree as PTML; its loops have the third child that ProM asks for."""
    root = Element("ptml")
    element = SubElement(root, "processTree", {"id": "tree", "name": clean(name), "root": "n0"})
    tags = {operator: tag for tag, operator in reversed(_TAGS.items())}
    links: list[tuple[str, str]] = []
    count = 0

    def enter(node: Tree) -> str:
        nonlocal count
        key, count = f"n{count}", count + 1
        if node.operator is None:
            kind = "automaticTask" if node.step is None else "manualTask"
            SubElement(element, kind, {"id": key, "name": clean(names(node.step)) if node.step else ""})
            return key
        SubElement(element, tags[node.operator], {"id": key, "name": ""})
        inner = node.children if node.operator != "*" else (*node.children, TAU)
        links.extend((key, enter(child)) for child in inner)
        return key

    enter(tree)
    for number, (parent, child) in enumerate(links):
        SubElement(element, "parentsNode", {"id": f"l{number}", "sourceId": parent, "targetId": child})
    return write_xml(root)


def read_ptml(root: Element, name: str) -> Tree:
    """Return the tree of a PTML file, its leaves by name; raise `InputError` for what is none."""
    element = next((e for e in root if local(e) == "processTree"), None)
    if local(root) != "ptml" or element is None:
        raise InputError(f"{name} is not PTML", "its root should be <ptml> with a <processTree>")
    nodes = {e.get("id", ""): e for e in element if local(e) != "parentsNode"}
    inner: dict[str, list[str]] = {}
    for link in (e for e in element if local(e) == "parentsNode"):
        inner.setdefault(link.get("sourceId", ""), []).append(link.get("targetId", ""))

    def enter(key: str, above: tuple[str, ...]) -> Tree:
        node = nodes.get(key)
        if node is None or key in above or len(above) > _DEEPEST:
            raise InputError(f"{name}: node '{clean(key)}' is missing, or stands inside itself", "export it again")
        tag = local(node)
        if tag == "manualTask":
            return Tree(step=clean(node.get("name")) or key)
        if tag == "automaticTask":
            return TAU
        if tag not in _TAGS:
            raise InputError(f"{name}: operator '{clean(tag)}' has no counterpart in a definition", "use seq, xor, and")
        return Tree(_TAGS[tag], tuple(enter(child, (*above, key)) for child in inner.get(key, ())))

    return enter(element.get("root", ""), ())


def outline(tree: Tree, steps: Callable[[str], str]) -> Item:
    """Return a tree as a tidy flow item; `steps` names the step of a leaf."""
    return tidy(_outline(tree, steps))


def leaves(tree: Tree) -> Iterable[str]:
    """Yield the steps of a tree from left to right."""
    if tree.step is not None:
        yield tree.step
    for child in tree.children:
        yield from leaves(child)


def _outline(tree: Tree, steps: Callable[[str], str]) -> Item:
    if tree.operator is None:
        return NOTHING if tree.step is None else task(steps(tree.step))
    items = [_outline(child, steps) for child in tree.children]
    if tree.operator == "*":
        do, *redo = items or [NOTHING]
        round_ = repeat(do, redo[0] if redo else None)
        return sequence(round_, *redo[1:2])
    build: dict[str, Callable[..., Item]] = {"->": sequence, "X": any_of, "+": parallel}
    return build[tree.operator](*items)


def _inline(item: Item, workspace: Workspace, running: tuple[str, ...]) -> Item:
    """Return the item with the flows of the processes it runs, whose ends lead on."""
    if not any(isinstance(inner, Run) for inner in walk(item)):
        return item
    match item:
        case Run():
            if item.process in running or item.process not in workspace.processes:
                raise DefinitionError(f"'{item.process}' cannot be run here", "run `svcflow validate`")
            inner = _inline(workspace.processes[item.process].flow, workspace, (*running, item.process))
            return _without_ends(_hoist(inner, ()))
        case Sequence():
            return sequence(*(_inline(x, workspace, running) for x in item.items))
        case Task() | End():
            return item
    return _rebuild(item, [_inline(x, workspace, running) for x in items_of(item)])


def _rebuild(item: Item, inner: list[Item]) -> Item:
    """Return the item with other items inside; guards become free choices."""
    match item:
        case Parallel():
            return parallel(*inner)
        case When() | May():
            return any_of(*inner, NOTHING)
        case Repeat():
            return repeat(inner[0], inner[1] if len(inner) > 1 else None)
    return any_of(*inner)


def _hoist(item: Item, after: tuple[Item, ...]) -> Item:
    """Return the item and what comes after it, such that ends stand only where nothing comes after them."""
    match item:
        case End():
            return item
        case Sequence():
            if not item.items:
                return _hoist(sequence(*after), ()) if after else NOTHING
            return _hoist(item.items[0], (*item.items[1:], *after))
    if not any(isinstance(inner, End) for inner in walk(item)):
        return sequence(item, _hoist(sequence(*after), ())) if after else item
    if isinstance(item, Repeat | Parallel):
        kind = "repeat" if isinstance(item, Repeat) else "parallel"
        raise DefinitionError(
            f"a case can end within the {kind} at {item.path or 'the flow'}: no process tree says that",
            "write BPMN or PNML instead",
        )
    ways = items_of(item)
    extra = (NOTHING,) if isinstance(item, May | When) else ()
    return any_of(*(_hoist(way, after) for way in (*ways, *extra)))


def _without_ends(item: Item) -> Item:
    if isinstance(item, End):
        return NOTHING
    if isinstance(item, Sequence):
        return sequence(*map(_without_ends, item.items))
    return item if isinstance(item, Task) else _rebuild_same(item)


def _rebuild_same(item: Item) -> Item:
    return _rebuild(item, [_without_ends(x) for x in items_of(item)])


def _grow(item: Item) -> Tree:  # noqa: PLR0911 - one per kind of item
    match item:
        case Task():
            return Tree(step=item.step)
        case End():
            return TAU
        case Sequence():
            return _node("->", item.items)
        case Parallel():
            return _node("+", item.branches)
        case Repeat():
            return Tree("*", (_grow(item.do), TAU if item.redo is None else _grow(item.redo)))
        case May() | When():
            return Tree("X", (_grow(item.item), TAU))
    return _node("X", items_of(item))


def _node(operator: Operator, items: tuple[Item, ...]) -> Tree:
    """Return a node; nothing does nothing in a sequence or a parallel, and one child needs no operator."""
    grown = [tree for tree in map(_grow, items) if operator == "X" or tree != TAU]
    flat = [x for tree in grown for x in (tree.children if tree.operator == operator else (tree,))]
    kept = tuple(dict.fromkeys(flat)) if operator == "X" else tuple(flat)
    return TAU if not kept else kept[0] if len(kept) == 1 else Tree(operator, kept)
