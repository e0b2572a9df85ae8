"""A process as a Petri net and as the graph of its markings (definitions.md 3.1, 3.2)."""

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
    Step,
    Task,
    When,
    Workspace,
)
from svcflow.errors import DefinitionError
from svcflow.guards import Guard

CAP = 20_000
DEFAULT_OUTCOME = "done"
"""The outcome of a case that reaches the end of a flow without meeting an ``end``."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What must hold to pass a transition: guards (indices into `Net.guards`) with the value each must have.

    Known false as soon as one guard is known to have the other value; unknown guards never speak against it.
    """

    literals: tuple[tuple[int, bool], ...]


@dataclass(frozen=True, slots=True)
class Transition:
    """`step` is ``None`` for a silent transition; `path` is its place in the YAML, such as ``flow/3``."""

    path: str
    step: str | None
    consumes: tuple[int, ...]
    produces: tuple[int, ...]
    decision: Decision | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Net:
    """Places are numbered; `source` holds the one token at the start, `sink` the one token at an end."""

    places: int
    source: int
    sink: int
    transitions: tuple[Transition, ...]
    guards: tuple[Guard, ...]


@dataclass(frozen=True, slots=True)
class MarkingGraph:
    """Reachable markings (sorted tuples of marked places; marking 0 is the start) and the firings between them.

    `edges` are (marking, transition, marking) by index; `final` is the marking with the sink alone, -1 if none is.
    """

    net: Net
    markings: tuple[tuple[int, ...], ...]
    edges: tuple[tuple[int, int, int], ...]
    final: int


def compile_net(process: Process, workspace: Workspace) -> Net:
    """Return the net of a process, the processes it runs inlined.

    A transition's path is the path of its item in the YAML; inside an inlined process it goes on from the ``run``:
    ``flow/2/run/flow/0``. The ends of an inlined process lead on; they end no case.
    """
    return build_net(process, workspace.processes)


def build_net(process: Process, processes: Mapping[str, Process]) -> Net:
    """Return the net of a process that may run any of `processes`; raise `DefinitionError` if one cannot be run."""
    return _Builder(processes).build(process)


def items_of(item: Item) -> tuple[Item, ...]:
    """Return the items directly inside an item, in the order of the text."""
    match item:
        case Sequence() | AnyOf():
            return item.items
        case Parallel():
            return item.branches
        case Choose():
            return tuple(branch.item for branch in item.branches)
        case May() | When():
            return (item.item,)
        case Repeat():
            return (item.do,) if item.redo is None else (item.do, item.redo)
    return ()


def walk(item: Item) -> Iterator[Item]:
    """Yield an item and every item inside it, in the order of the text; inlined processes are not entered."""
    waiting = [item]
    while waiting:
        current = waiting.pop()
        yield current
        if not isinstance(current, Task):
            waiting.extend(reversed(items_of(current)))


def inlined(process: Process, processes: Mapping[str, Process]) -> tuple[Process, ...]:
    """Return the process and every process it runs, itself first, each once."""
    found: dict[str, Process] = {}
    waiting = [process]
    while waiting:
        current = waiting.pop()
        if current.id in found:
            continue
        found[current.id] = current
        runs = [item.process for item in walk(current.flow) if isinstance(item, Run)]
        waiting.extend(processes[name] for name in reversed(runs) if name in processes)
    return tuple(found.values())


def steps_of(process: Process, workspace: Workspace) -> dict[str, Step]:
    """Return the register of a process and of all it runs: every step its net can name."""
    steps: dict[str, Step] = {}
    for part in inlined(process, workspace.processes):
        for name, step in part.steps.items():
            steps.setdefault(name, step)
    return steps


class _Builder:
    """Places and transitions of one net, grown item by item between two places."""

    def __init__(self, processes: Mapping[str, Process]) -> None:
        self._processes = processes
        self._places = 2
        self._transitions: list[Transition] = []
        self._guards: dict[Guard, int] = {}
        self._running: list[str] = []
        self._prefix = ""
        self._end = 1

    def build(self, process: Process) -> Net:
        """Return the net of a process; place 0 is the source, place 1 the sink."""
        self._running.append(process.id)
        last = self._place()
        self._item(process.flow, 0, last)
        self._silent(process.flow.path, last, 1, outcome=DEFAULT_OUTCOME)
        return Net(self._places, 0, 1, tuple(self._transitions), tuple(self._guards))

    def _place(self) -> int:
        self._places += 1
        return self._places - 1

    def _literal(self, guard: Guard, *, holds: bool) -> tuple[int, bool]:
        return self._guards.setdefault(guard, len(self._guards)), holds

    def _silent(
        self, path: str, before: int | tuple[int, ...], after: int | tuple[int, ...], *,
        literals: tuple[tuple[int, bool], ...] = (), outcome: str | None = None,
    ) -> None:  # fmt: skip
        consumes = before if isinstance(before, tuple) else (before,)
        produces = after if isinstance(after, tuple) else (after,)
        decision = Decision(literals) if literals else None
        self._transitions.append(Transition(self._prefix + path, None, consumes, produces, decision, outcome))

    def _item(self, item: Item, before: int, after: int) -> None:
        match item:
            case Task():
                self._transitions.append(Transition(self._prefix + item.path, item.step, (before,), (after,)))
            case Sequence():
                self._sequence(item, before, after)
            case Parallel():
                self._parallel(item, before, after)
            case Choose():
                self._choose(item, before, after)
            case AnyOf():
                for inner in item.items:
                    self._guarded(inner, inner.path, (before, after))
            case May():
                self._guarded(item.item, item.path, (before, after))
                self._silent(item.path, before, after)
            case When():
                self._guarded(item.item, item.path, (before, after), (self._literal(item.guard, holds=True),))
                self._silent(item.path, before, after, literals=(self._literal(item.guard, holds=False),))
            case Repeat():
                self._repeat(item, before, after)
            case Run():
                self._run(item, before, after)
            case End():
                # In an inlined process `_end` is the place after its `run`, and no case ends there.
                outcome = None if len(self._running) > 1 else item.outcome
                self._silent(item.path, before, self._end, outcome=outcome)

    def _guarded(
        self, item: Item, path: str, between: tuple[int, int], literals: tuple[tuple[int, bool], ...] = ()
    ) -> None:
        before, after = between
        inside = self._place()
        self._silent(path, before, inside, literals=literals)
        self._item(item, inside, after)

    def _sequence(self, item: Sequence, before: int, after: int) -> None:
        if not item.items:
            self._silent(item.path, before, after)
        for number, inner in enumerate(item.items):
            following = after if number == len(item.items) - 1 else self._place()
            self._item(inner, before, following)
            before = following

    def _parallel(self, item: Parallel, before: int, after: int) -> None:
        starts = tuple(self._place() for _ in item.branches)
        ends = tuple(self._place() for _ in item.branches)
        self._silent(item.path, before, starts)
        for inner, start, end in zip(item.branches, starts, ends, strict=True):
            self._item(inner, start, end)
        self._silent(item.path, ends, after)

    def _choose(self, item: Choose, before: int, after: int) -> None:
        refused: tuple[tuple[int, bool], ...] = ()
        for branch in item.branches:
            taken = refused if branch.guard is None else (*refused, self._literal(branch.guard, holds=True))
            self._guarded(branch.item, branch.path, (before, after), taken)
            if branch.guard is not None:
                refused = (*refused, self._literal(branch.guard, holds=False))

    def _repeat(self, item: Repeat, before: int, after: int) -> None:
        start, end = self._place(), self._place()
        self._silent(item.path, before, start)
        self._item(item.do, start, end)
        again = () if item.guard is None else (self._literal(item.guard, holds=True),)
        done = () if item.guard is None else (self._literal(item.guard, holds=False),)
        if item.redo is None:
            self._silent(item.path, end, start, literals=again)
        else:
            inside = self._place()
            self._silent(item.path, end, inside, literals=again)
            self._item(item.redo, inside, start)
        self._silent(item.path, end, after, literals=done)

    def _run(self, item: Run, before: int, after: int) -> None:
        if item.process in self._running:
            circle = " → ".join([*self._running, item.process])
            raise DefinitionError(f"processes run each other in a circle: {circle}", "run `svcflow validate`")
        if item.process not in self._processes:
            raise DefinitionError(f"'{item.process}' is run but not defined", "run `svcflow validate`")
        process = self._processes[item.process]
        outside = self._prefix, self._end
        self._running.append(process.id)
        self._prefix, self._end = f"{self._prefix}{item.path}/run/", after
        self._item(process.flow, before, after)
        self._prefix, self._end = outside
        self._running.pop()


def explore(net: Net, cap: int = CAP) -> MarkingGraph:
    """Return the reachable markings of a net, breadth first; raise `DefinitionError` beyond `cap` of them.

    >>> one = Transition("flow/0", "register", (0,), (1,))
    >>> explore(Net(2, 0, 1, (one,), ())).markings
    ((0,), (1,))
    """
    takers = takers_of(net)
    start: tuple[int, ...] = (net.source,)
    index = {start: 0}
    order = [start]
    edges: list[tuple[int, int, int]] = []
    for number, marking in enumerate(order):
        for candidate in sorted({t for place in marking for t in takers.get(place, ())}):
            following = fire(marking, net.transitions[candidate])
            if following is None:
                continue
            if following not in index:
                if len(order) >= cap:
                    raise DefinitionError(f"the flow has more than {cap} markings", "split the process")
                index[following] = len(order)
                order.append(following)
            edges.append((number, candidate, index[following]))
    return MarkingGraph(net, tuple(order), tuple(edges), index.get((net.sink,), -1))


def takers_of(net: Net) -> dict[int, list[int]]:
    """Return for each place the transitions that take their first token there: only these need be asked."""
    takers: dict[int, list[int]] = {}
    for number, transition in enumerate(net.transitions):
        takers.setdefault(transition.consumes[0], []).append(number)
    return takers


def fire(marking: tuple[int, ...], transition: Transition) -> tuple[int, ...] | None:
    """Return the marking after a transition has fired; ``None`` where it is not enabled."""
    tokens = list(marking)
    for place in transition.consumes:
        if place not in tokens:
            return None
        tokens.remove(place)
    return tuple(sorted((*tokens, *transition.produces)))
