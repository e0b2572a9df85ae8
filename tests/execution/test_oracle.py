"""The explanation against an independent oracle: pm4py's optimal alignments, on random definitions and traces.

Dijkstra without heuristics is the oracle: on a few of these pairs pm4py's `VERSION_DIJKSTRA_LESS_MEMORY` returns an
alignment that is dearer by one move than its other variants'.
"""

from __future__ import annotations

import random
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.execution.definitions import disturb, play, process, random_flow, steps_in, thorough, workspace

from svcflow.definitions.model import AnyOf, Item, May, Parallel, Process, Repeat, Run, Sequence, Task
from svcflow.definitions.net import steps_of
from svcflow.execution.machine import build_machine
from svcflow.execution.search import Search
from svcflow.execution.story import Story, tell
from svcflow.execution.walks import Alphabet, Move, Walk
from svcflow.findings import NOWHERE

DEFINITIONS, TRACES = 210 * thorough(), 5
LONGEST = 16


class Judged:
    """One definition with traces and what the search says about them, conditions aside.

    `flow` is its flow with the process that it runs, if any, in its place.
    """

    def __init__(self, made: Process, traces: list[list[str]], inner: Process | None = None) -> None:
        self.process, self.traces = made, traces
        place = workspace(made, *([inner] if inner else []))
        self.flow = inlined_flow(made.flow, inner)
        self.steps = steps = tuple(steps_of(made, place))
        self.search = Search(build_machine(made, place), Alphabet(steps, ((),), {}))
        self.sequences = [np.asarray([*(steps.index(s) for s in trace), len(steps)], np.int32) for trace in traces]
        self.walks: list[Walk] = self.search.explain(self.sequences, closed=True)
        self.stories: list[Story] = [tell(self.search, s, w) for s, w in zip(self.sequences, self.walks, strict=True)]


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    dice = random.Random(2026)
    found = []
    for number in range(DEFINITIONS):
        flow, inner = random_flow(dice, dice.randint(2, 7), (f"s{i}" for i in range(99))), None
        if number % 3 == 0:
            inner = replace(process(random_flow(dice, dice.randint(1, 3), (f"r{i}" for i in range(99)))), id="inner")
            flow = with_run(dice, flow)
        whole = inlined_flow(flow, inner)
        traces = [play(dice, whole)[:LONGEST]]
        traces += [disturb(dice, play(dice, whole), steps_in(whole))[:LONGEST] for _ in range(TRACES - 1)]
        found.append(Judged(process(flow), traces, inner))
    return found


def with_run(dice: random.Random, flow: Item) -> Item:
    """Return the flow with a run of process `inner` in the place of one step."""
    return changed(flow, dice.choice(steps_in(flow)), Run("inner", "", NOWHERE))


def inlined_flow(flow: Item, inner: Process | None) -> Item:
    """Return the flow with the flow of `inner` where it is run."""
    return flow if inner is None else changed(flow, None, inner.flow)


def changed(flow: Item, step: str | None, by: Item) -> Item:
    """Return the flow with another item for a step, or for what is run if `step` is ``None``."""
    match flow:
        case Task():
            return by if flow.step == step else flow
        case Run():
            return by if step is None else flow
        case Sequence() | AnyOf():
            return replace(flow, items=tuple(changed(item, step, by) for item in flow.items))
        case Parallel():
            return replace(flow, branches=tuple(changed(item, step, by) for item in flow.branches))
        case May():
            return replace(flow, item=changed(flow.item, step, by))
        case Repeat():
            redo = None if flow.redo is None else changed(flow.redo, step, by)
            return replace(flow, do=changed(flow.do, step, by), redo=redo)
    raise AssertionError(flow)


def tree_of(item: Item) -> Any:
    """Return an item as a pm4py process tree (definitions.md 3.1), built from the item, not from our net."""
    from pm4py.objects.process_tree.obj import Operator, ProcessTree

    def node(operator: Operator, *children: Any) -> Any:
        parent = ProcessTree(operator=operator)
        for child in children:
            child.parent = parent
            parent.children.append(child)
        return parent

    match item:
        case Task():
            return ProcessTree(label=item.step)
        case Sequence():
            return node(Operator.SEQUENCE, *map(tree_of, item.items))
        case Parallel():
            return node(Operator.PARALLEL, *map(tree_of, item.branches))
        case AnyOf():
            return node(Operator.XOR, *map(tree_of, item.items))
        case May():
            return node(Operator.XOR, tree_of(item.item), ProcessTree())
        case Repeat():
            return node(Operator.LOOP, tree_of(item.do), tree_of(item.redo) if item.redo else ProcessTree())
    raise AssertionError(item)


def optimal_costs(flow: Item, traces: list[list[str]]) -> list[int]:
    """Return pm4py's optimal alignment costs: 1 for each visible move on one side, nothing for silent ones."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pm4py
        from pm4py.algo.conformance.alignments.petri_net import algorithm
        from pm4py.objects.log.obj import Event, Trace

        net, start, end = pm4py.convert_to_petri_net(tree_of(flow))
        results = [
            algorithm.apply(
                Trace([Event({"concept:name": step}) for step in trace]), net, start, end,
                variant=algorithm.Variants.VERSION_DIJKSTRA_NO_HEURISTICS,
            )
            for trace in traces
        ]  # fmt: skip
    return [result["cost"] // 10_000 for result in results]


def test_costs_equal_the_optimal_alignments_of_pm4py(judged: list[Judged]) -> None:
    pairs = 0
    for one in judged:
        costs = optimal_costs(one.flow, one.traces)
        for trace, walk, cost in zip(one.traces, one.walks, costs, strict=True):
            assert walk.cost == cost, (one.flow, trace)
            pairs += 1
    assert pairs >= 1_000
    assert len({walk.cost for one in judged for walk in one.walks}) > 5, "the traces are of many kinds"


def test_costs_alone_are_those_of_the_explanations(judged: list[Judged]) -> None:
    for one in judged:
        alone = Search(one.search.machine, one.search.alphabet)
        assert alone.costs(one.sequences, closed=True) == [walk.cost for walk in one.walks]
        assert alone.costs(one.sequences) == [walk.cost for walk in one.search.explain(one.sequences)]


def test_the_random_definitions_have_every_operator(judged: list[Judged]) -> None:
    text = " ".join(repr(one.process.flow) for one in judged)
    for kind in ("Parallel(", "AnyOf(", "May(", "Repeat(", "Run(", "redo=Task", "redo=None"):
        assert text.count(kind) > 20, kind


def test_the_cost_is_the_sum_of_what_the_story_tells(judged: list[Judged]) -> None:
    price = {"D101": 1, "D102": 1, "D103": 1, "D104": 2, "D106": 1}
    for one in judged:
        for story in one.stories:
            assert sum(price.get(d.code, 0) for d in story.departures) == story.cost


def test_every_event_has_one_move_and_keeps_its_step(judged: list[Judged]) -> None:
    for one in judged:
        steps = list(one.steps)
        for trace, story in zip(one.traces, one.stories, strict=True):
            shown = [(m.position, steps[m.step]) for m in story.moves if m.kind != Move.SKIP]
            assert shown == list(enumerate(trace))


def test_a_played_trace_fits(judged: list[Judged]) -> None:
    for one in judged:
        trace = one.traces[0]
        if len(trace) < LONGEST:
            assert one.stories[0].cost == 0
            codes = {d.code for d in one.stories[0].departures}
            assert codes <= {"D105"}, "playing pays no heed to `max`"


def test_a_step_is_enabled_by_an_earlier_event(judged: list[Judged]) -> None:
    for one in judged:
        for story in one.stories:
            for move in story.moves:
                assert move.kind != Move.SYNC or 0 <= move.enabled <= move.position


HELPDESK = Path(__file__).parents[3] / "shared" / "logs" / "helpdesk.csv"
WORKSPACES = Path(__file__).parents[1] / "workspaces"


@pytest.mark.skipif(not HELPDESK.exists(), reason="the public logs are not here")
def test_costs_of_every_variant_of_a_real_log_equal_those_of_pm4py() -> None:
    from svcflow.definitions import load
    from svcflow.definitions.net import Net, compile_net
    from svcflow.eventlog import read_log
    from svcflow.execution import execute

    loaded = load(WORKSPACES / "helpdesk")
    (name,) = loaded.processes
    runs = execute(loaded, read_log(HELPDESK), guards=False)
    run = runs[name]
    net: Net = compile_net(loaded.processes[name], loaded)
    variants: dict[tuple[str, ...], int] = {}
    moves = run.moves
    shown = np.flatnonzero(moves["row"] >= 0)
    anytime = {a.step for a in loaded.processes[name].anytime}
    by_case: dict[int, list[str]] = {}
    for i in shown.tolist():
        by_case.setdefault(int(moves["index"][i]), []).append(moves["step"].get(i))
    for case, steps in by_case.items():
        if run.cases["closed"][case] and not anytime & set(steps):
            variants[tuple(steps)] = int(run.cases["cost"][case])
    assert len(variants) > 50
    costs = petri_costs(net, list(variants))
    assert costs == list(variants.values())


def petri_costs(net: Any, traces: list[tuple[str, ...]]) -> list[int]:
    """Return pm4py's optimal costs on a net of ours, transition by transition."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pm4py.algo.conformance.alignments.petri_net import algorithm
        from pm4py.objects.log.obj import Event, Trace
        from pm4py.objects.petri_net.obj import Marking, PetriNet
        from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

        made = PetriNet("net")
        places = [PetriNet.Place(f"p{i}") for i in range(net.places)]
        made.places.update(places)
        for i, transition in enumerate(net.transitions):
            visible = PetriNet.Transition(f"t{i}", transition.step)
            made.transitions.add(visible)
            for place in transition.consumes:
                add_arc_from_to(places[place], visible, made)
            for place in transition.produces:
                add_arc_from_to(visible, places[place], made)
        start, end = Marking({places[net.source]: 1}), Marking({places[net.sink]: 1})
        return [
            algorithm.apply(
                Trace([Event({"concept:name": step}) for step in trace]), made, start, end,
                variant=algorithm.Variants.VERSION_DIJKSTRA_NO_HEURISTICS,
            )["cost"]
            // 10_000
            for trace in traces
        ]  # fmt: skip
