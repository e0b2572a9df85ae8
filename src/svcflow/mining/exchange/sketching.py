"""A diagram or a tree from another tool -> a definition to be written: ids, owners, fields, the flow in blocks."""

from __future__ import annotations

from svcflow.definitions.naming import fold_label, make_id, make_ids
from svcflow.definitions.writing import ProcessSketch, StepSketch
from svcflow.mining.exchange.blocks import fold
from svcflow.mining.exchange.conditions import read_conditions
from svcflow.mining.exchange.diagram import Diagram, Node
from svcflow.mining.exchange.trees import Tree, leaves, outline

OWNER = "agent"


def sketch_diagram(diagram: Diagram) -> ProcessSketch:
    """Return the definition that a diagram says; its lanes are the owners.

    Raise `InputError` that names the elements where the diagram is not made of blocks.
    """
    tasks = [node for node in diagram.nodes if node.kind == "task"]
    known = [node.step for node in tasks if node.step]
    if len(set(known)) < len(known):  # copies of a step, drawn by hand: their names decide
        known, tasks = [], [_without_step(node) for node in tasks]
    made = iter(make_ids([node.name for node in tasks if not node.step], "step", known))
    steps = {node.id: node.step or next(made) for node in tasks}
    roles = [lane for lane, _ in diagram.lanes]
    ids = dict(zip(roles, make_ids(roles, "role"), strict=True))
    guards, fields, remarks = read_conditions(diagram)
    flow = fold(diagram, steps, guards)
    labels = _labels(tasks)
    sketches = tuple(
        StepSketch(
            steps[node.id],
            node.name,
            node.owners or (ids.get(node.lane, OWNER),),
            labels[node.id],
            "" if labels[node.id] else "a second place for the same work: its label belongs to the first",
        )
        for node in tasks
    )
    first = next(iter(dict.fromkeys(owner for step in sketches for owner in step.owners)), OWNER)
    return ProcessSketch(
        id=make_id(diagram.id, "process"),
        name=diagram.name,
        owner=first,
        calendar="always",
        steps=sketches,
        flow=flow,
        fields=fields,
        notes=(*((diagram.note,) if diagram.note else ()), *remarks),
    )


def sketch_tree(tree: Tree, name: str) -> ProcessSketch:
    """Return the definition that a process tree says."""
    names = list(leaves(tree))
    ids = iter(make_ids(names, "step"))
    nodes = [Node(str(number), "task", text) for number, text in enumerate(names)]
    labels = _labels(nodes)
    steps = tuple(StepSketch(step, n.name, (OWNER,), labels[n.id]) for step, n in zip(ids, nodes, strict=True))
    order = iter(step.id for step in steps)
    return ProcessSketch(make_id(name, "process"), name, OWNER, "always", steps, outline(tree, lambda _: next(order)))


def _without_step(node: Node) -> Node:
    return Node(node.id, node.kind, node.name, node.lane, owners=node.owners, labels=node.labels)


def _labels(tasks: list[Node]) -> dict[str, tuple[str, ...]]:
    """Return the labels of each task; one that another task has already is left out, as a label means one step."""
    taken: set[str] = set()
    found = {}
    for node in tasks:
        given = node.labels or (node.name,)
        found[node.id] = tuple(label for label in given if fold_label(label) not in taken)
        taken |= {fold_label(label) for label in given}
    return found
