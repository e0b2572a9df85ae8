"""pm4py's objects: a definition as process tree and Petri net, and a mined tree as ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from svcflow.definitions.model import Process, Workspace
from svcflow.definitions.net import Net, compile_net
from svcflow.mining.exchange.nets import live
from svcflow.mining.exchange.trees import Operator, Tree, plant

if TYPE_CHECKING:
    from pm4py.objects.petri_net.obj import Marking, PetriNet
    from pm4py.objects.process_tree.obj import ProcessTree

Names = Callable[[str], str]
_OPERATORS: dict[str, Operator] = {"SEQUENCE": "->", "XOR": "X", "PARALLEL": "+", "LOOP": "*"}


def to_process_tree(process: Process, workspace: Workspace, names: Names = str) -> ProcessTree:
    """Return a process as pm4py's process tree, its leaves named by `names` (step id -> label).

    Raise `DefinitionError` where a case can end within a repeat.
    """
    from pm4py.objects.process_tree import obj  # noqa: PLC0415 - takes seconds

    operators = {ours: obj.Operator[name] for name, ours in _OPERATORS.items()}

    def build(tree: Tree, parent: ProcessTree | None) -> ProcessTree:
        operator = operators[tree.operator] if tree.operator else None
        label = None if tree.step is None else names(tree.step)
        node = obj.ProcessTree(operator=operator, parent=parent, label=label)
        node.children.extend(build(child, node) for child in tree.children)
        return node

    return build(plant(process, workspace), None)


def to_petri_net(process: Process, workspace: Workspace, names: Names = str) -> tuple[PetriNet, Marking, Marking]:
    """Return a process as pm4py's Petri net with its initial and final marking."""
    return net_object(compile_net(process, workspace), process.id, names)


def net_object(net: Net, name: str, names: Names = str) -> tuple[PetriNet, Marking, Marking]:
    """Return a compiled net as pm4py's; places are named p0, p1, ..., transitions t0, t1, ..."""
    from pm4py.objects.petri_net.obj import Marking, PetriNet  # noqa: PLC0415 - takes seconds
    from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to  # noqa: PLC0415

    numbers, transitions = live(net)
    places = {number: PetriNet.Place(f"p{number}") for number in numbers}
    made = PetriNet(name, places=set(places.values()))
    for number, transition in transitions:
        written = PetriNet.Transition(f"t{number}", None if transition.step is None else names(transition.step))
        made.transitions.add(written)
        for place in transition.consumes:
            add_arc_from_to(places[place], written, made)
        for place in transition.produces:
            add_arc_from_to(written, places[place], made)
    return made, Marking({places[net.source]: 1}), Marking({places[net.sink]: 1})


def from_process_tree(tree: ProcessTree) -> Tree:
    """Return pm4py's process tree as ours, its leaves by label."""
    if tree.operator is None:
        return Tree(step=tree.label)
    return Tree(_OPERATORS[tree.operator.name], tuple(from_process_tree(child) for child in tree.children))
