"""What is said of a diagram that is not made of blocks: which elements, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from svcflow.errors import InputError
from svcflow.mining.exchange.diagram import Diagram, Node

HINT = "svcflow writes flows as nested blocks: let every split meet again in one join of the same kind"
_KINDS = {"exclusive": "exclusive gateway", "parallel": "parallel gateway", "task": "task"}


def refuse_unreachable(diagram: Diagram) -> None:
    """Raise `InputError` if there is a node that nothing leads to, or from which no end is reached."""
    starts = [node.id for node in diagram.nodes if node.kind == "start"]
    into = {flow.target for flow in diagram.flows}
    starts += [node.id for node in diagram.nodes if node.kind == "task" and node.id not in into]
    if not starts:
        raise InputError(f"'{diagram.name or diagram.id}' has no start", "it needs one element that nothing leads to")
    forward = _reach(starts, [(flow.source, flow.target) for flow in diagram.flows])
    out = {flow.source for flow in diagram.flows}
    ends = [node.id for node in diagram.nodes if node.kind == "end" or node.id not in out]
    backward = _reach(ends, [(flow.target, flow.source) for flow in diagram.flows])
    for node in diagram.nodes:
        if node.id not in forward:
            raise InputError(f"{describe(diagram, node)} is never reached from the start", "connect it, or take it out")
        if node.id not in backward:
            raise InputError(f"after {describe(diagram, node)} the case can never end", "lead it on to an end")


def refuse(diagram: Diagram, kinds: Mapping[str, str], edges: Sequence[tuple[str, str | None]]) -> InputError:
    """Return the error that names where folding stopped; `edges` are what is left, between halves of nodes."""
    nodes = {node.id: node for node in diagram.nodes}

    def say(half: str) -> str:
        node = nodes.get(half.partition("\0")[0])
        return describe(diagram, node) if node else "the start"

    out: dict[str, list[str | None]] = {}
    for source, target in edges:
        out.setdefault(source, []).append(target)
    splits = {source: targets for source, targets in out.items() if len(targets) > 1}
    for source, targets in splits.items():
        met = next((t for t in targets if t and targets.count(t) > 1 and kinds[t] != kinds[source]), None)
        if met:
            opens, closes = kinds[source].replace("start", "exclusive"), kinds[met]
            return InputError(f"the branches of {say(source)} open {opens} and meet {closes} at {say(met)}", HINT)
        if None in targets and kinds[source] == "parallel":
            return InputError(f"a parallel branch of {say(source)} ends the case while others go on", HINT)
    for source, targets in splits.items():
        names = list(dict.fromkeys(say(t) if t else "the end" for t in targets))
        if len(names) > 1:
            return InputError(f"no block: the branches of {say(source)} lead to {' and to '.join(names[:3])}", HINT)
    name = say(next(iter(splits or out), ""))
    return InputError(f"no block begins at {name}", HINT)


def describe(diagram: Diagram, node: Node) -> str:
    """Return a node as a message names it."""
    doing, routing = diagram.unit
    kind = _KINDS.get(node.kind, node.kind) if doing == "element" else doing if node.kind == "task" else routing
    near = "" if node.name or node.kind == "task" else _neighbour(diagram, node)
    return f"{kind} '{node.name or node.id}'{near}"


def _neighbour(diagram: Diagram, node: Node) -> str:
    """Return which task stands before an element that has no name."""
    nodes = {n.id: n for n in diagram.nodes}
    before = [nodes[f.source] for f in diagram.flows if f.target == node.id and f.source in nodes]
    named = next((n for n in before if n.kind == "task"), None)
    return f" (after '{named.name or named.id}')" if named else ""


def _reach(start: Sequence[str], arcs: Sequence[tuple[str, str]]) -> set[str]:
    following: dict[str, list[str]] = {}
    for source, target in arcs:
        following.setdefault(source, []).append(target)
    seen, waiting = set(start), list(start)
    while waiting:
        for node in following.get(waiting.pop(), ()):
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return seen
