"""A definition -> its diagram: exclusive and parallel gateways, loops as back flows, an end event per outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

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
    Step,
    Task,
    Text,
    When,
    Workspace,
)
from svcflow.definitions.net import DEFAULT_OUTCOME, inlined, steps_of
from svcflow.errors import DefinitionError
from svcflow.mining.exchange.diagram import Diagram, Flow, Node

Say = Callable[[Text], str]


@dataclass(frozen=True, slots=True)
class _Stub:
    """A flow that has begun and leads nowhere yet."""

    node: str
    condition: str = ""
    otherwise: bool = False


_Stubs = tuple[_Stub, ...]

_NOTES = {
    "en": "Not drawn, since they may happen at any time: {}.",
    "zh": "以下步骤随时可能发生，未画出：{}。",
}


def draw(process: Process, workspace: Workspace, lang: str = "en") -> Diagram:
    """Return the diagram of a process, the processes it runs inlined; names in `lang` (``en`` or ``zh``).

    Raise `DefinitionError` if processes run each other in a circle.
    """
    say: Say = (lambda text: text.zh) if lang == "zh" else (lambda text: text.en)
    pen = _Pen(steps_of(process, workspace), workspace, say)
    pen.finish(pen.item(process.flow, (_Stub("start"),)))
    nodes = _settle(pen.nodes, pen.flows)
    anytime = [pen.steps[entry.step] for part in inlined(process, workspace.processes) for entry in part.anytime]
    note = _NOTES["zh" if lang == "zh" else "en"].format(", ".join(say(step.name) for step in anytime))
    lanes = dict.fromkeys(node.lane for node in nodes if node.kind == "task")
    fields = {name: f for part in inlined(process, workspace.processes) for name, f in part.fields.items()}
    read = {name for guard in pen.read for name in guard}
    return Diagram(
        process.id,
        say(process.name),
        nodes,
        tuple(pen.flows),
        tuple((lane, lane.replace("_", " ").capitalize()) for lane in lanes),
        note if anytime else "",
        {name: fields[name] for name in sorted(read) if name in fields},
    )


class _Pen:
    """Nodes and flows drawn so far. Stubs that meet are joined only where something follows them."""

    def __init__(self, steps: dict[str, Step], workspace: Workspace, say: Say) -> None:
        self.steps = steps
        self.nodes: list[Node] = [Node("start", "start")]
        self.flows: list[Flow] = []
        self.read: list[tuple[str, ...]] = []
        self._workspace = workspace
        self._say = say
        self._running: list[str] = []
        self._left: list[list[_Stub]] = []
        self._ends: dict[str, str] = {}

    def item(self, item: Item, stubs: _Stubs) -> _Stubs:  # noqa: PLR0911 - one per kind of item
        """Draw an item after `stubs` and return the stubs that leave it."""
        if not stubs:
            return ()
        match item:
            case Task():
                return self._task(item.step, stubs)
            case Sequence():
                for inner in item.items:
                    stubs = self.item(inner, stubs)
                return stubs
            case Parallel():
                return self._parallel(item.branches, stubs)
            case Repeat():
                return self._repeat(item, stubs)
            case Run():
                return self._run(item.process, stubs)
            case End():
                return self._end(item.outcome, stubs)
        return self._exclusive(item, stubs)

    def finish(self, stubs: _Stubs) -> None:
        """End the case where the flow ends without saying so."""
        if stubs:
            self._end(DEFAULT_OUTCOME, stubs)

    def _node(self, node: Node) -> str:
        self.nodes.append(node)
        return node.id

    def _gateway(self, kind: str, *, most: int | None = None) -> str:
        number = sum(node.kind in ("exclusive", "parallel") for node in self.nodes) + 1
        return self._node(Node(f"gateway_{number}", "parallel" if kind == "parallel" else "exclusive", most=most))

    def _connect(self, stubs: Iterable[_Stub], target: str, *, back: bool = False) -> None:
        for stub in stubs:
            name = f"flow_{len(self.flows) + 1}"
            self.flows.append(Flow(name, stub.node, target, stub.condition, stub.otherwise, back))

    def _joined(self, stubs: _Stubs) -> _Stubs:
        """Return one stub for many: behind a gateway that joins them."""
        if len(stubs) <= 1:
            return stubs
        gateway = self._gateway("exclusive")
        self._connect(stubs, gateway)
        return (_Stub(gateway),)

    def _task(self, name: str, stubs: _Stubs) -> _Stubs:
        step, before = self.steps[name], self._joined(stubs)
        lane = step.owners[0] if step.owners else ""
        labels = tuple(label.pattern for label in step.labels if label.when is None)
        node = Node(f"step_{len(self.nodes)}", "task", self._say(step.name), lane, name, "", step.owners, labels)
        self._connect(before, self._node(node))
        return (_Stub(node.id),)

    def _parallel(self, branches: tuple[Item, ...], stubs: _Stubs) -> _Stubs:
        before = self._joined(stubs)
        split = self._gateway("parallel")
        self._connect(before, split)
        ends = [self._joined(self.item(branch, (_Stub(split),))) for branch in branches]
        join = self._gateway("parallel")
        for stub in ends:
            self._connect(stub, join)
        return (_Stub(join),)

    def _exclusive(self, item: Item, stubs: _Stubs) -> _Stubs:
        before = self._joined(stubs)
        split = self._gateway("exclusive")
        self._connect(before, split)
        leaving: list[_Stub] = []
        for condition, otherwise, branch in self._ways(item):
            leaving += self.item(branch, (_Stub(split, condition, otherwise),))
        return tuple(leaving)

    def _ways(self, item: Item) -> list[tuple[str, bool, Item]]:
        """Return the ways out of a decision: condition, whether it is the default, and what is done."""
        nothing = Sequence((), "", item.position)
        match item:
            case AnyOf():
                return [("", False, inner) for inner in item.items]
            case May():
                return [("", False, item.item), ("", False, nothing)]
            case When():
                self.read.append(item.guard.fields)
                return [(item.guard.text, False, item.item), ("", True, nothing)]
            case Choose():
                self.read += [branch.guard.fields for branch in item.branches if branch.guard]
                return [(b.guard.text if b.guard else "", b.guard is None, b.item) for b in item.branches]
        raise TypeError(item)

    def _repeat(self, item: Repeat, stubs: _Stubs) -> _Stubs:
        head = self._gateway("exclusive")
        self._connect(stubs, head)
        done = self._joined(self.item(item.do, (_Stub(head),)))
        if not done:
            return ()
        tail = self._gateway("exclusive", most=item.most)
        self._connect(done, tail)
        again = item.guard.text if item.guard else ""
        if item.guard:
            self.read.append(item.guard.fields)
        redo = (_Stub(tail, again),) if item.redo is None else self.item(item.redo, (_Stub(tail, again),))
        self._connect(redo, head, back=True)
        return (_Stub(tail, "", item.guard is not None),)

    def _run(self, name: str, stubs: _Stubs) -> _Stubs:
        if name in self._running or name not in self._workspace.processes:
            raise DefinitionError(f"'{name}' cannot be run here", "run `svcflow validate`")
        self._running.append(name)
        self._left.append([])
        stubs = self.item(self._workspace.processes[name].flow, stubs)
        self._running.pop()
        return (*stubs, *self._left.pop())

    def _end(self, outcome: str, stubs: _Stubs) -> _Stubs:
        if self._left:  # the end of a process that is run leads on
            self._left[-1] += stubs
            return ()
        if outcome not in self._ends:
            self._ends[outcome] = self._node(Node(f"end_{len(self._ends) + 1}", "end", outcome, outcome=outcome))
        self._connect(stubs, self._ends[outcome])
        return ()


def _settle(nodes: list[Node], flows: list[Flow]) -> tuple[Node, ...]:
    """Put every gateway and event into the lane of what comes before it, the start into that of what follows."""
    known = {node.id: node.lane for node in nodes if node.kind == "task"}
    for flow in [*reversed(flows), *flows]:
        if flow.target in known and flow.source == "start":
            known.setdefault("start", known[flow.target])
    first = next((node.lane for node in nodes if node.kind == "task"), "")
    known.setdefault("start", first)
    for _ in nodes:
        missing = [f for f in flows if f.target not in known and f.source in known and not f.back]
        if not missing:
            break
        for flow in missing:
            known.setdefault(flow.target, known[flow.source])
    return tuple(replace(node, lane=known.get(node.id, first)) for node in nodes)
