"""Conditions weigh four steps: costs against a plain shortest-path search that knows nothing of tries or signatures."""

from __future__ import annotations

import heapq
import random

from tests.execution.definitions import (
    choose,
    disturb,
    guard,
    log,
    process,
    repeat,
    seq,
    steps_in,
    task,
    when,
    workspace,
)

from svcflow.definitions.model import Item, Process
from svcflow.definitions.net import Net, Transition, compile_net
from svcflow.execution import execute
from svcflow.guards import Field

FIELDS = {name: Field(name, "boolean") for name in ("x", "y")}
GUARDS = tuple(guard(text, **FIELDS) for text in ("x", "not y", "x and y", "x or y"))


def random_guarded(dice: random.Random, budget: int) -> Item:
    """Return a random flow of decisions; each step is used once, the last one is free of conditions."""
    names = iter(f"s{i}" for i in range(99))

    def grow(size: int) -> Item:
        if size <= 1:
            return task(next(names))
        cut = dice.randint(1, size - 1)
        kind = dice.choice(("seq", "choose", "when", "repeat"))
        if kind == "choose":
            return choose((dice.choice(GUARDS), grow(cut)), (None, grow(size - cut)))
        if kind == "when":
            return seq(when(dice.choice(GUARDS), grow(cut)), grow(size - cut))
        if kind == "repeat":
            return seq(repeat(grow(cut), guard=dice.choice(GUARDS)), grow(size - cut))
        return seq(grow(cut), grow(size - cut))

    return seq(grow(budget), task("last"))


def shortest(net: Net, trace: list[str], data: list[dict[str, object]]) -> int:
    """Return the cost of the cheapest way to the sink: 1 a skip, 1 an extra, 4 a decision known to be false.

    `data[k]` is what is known before event `k`, the last entry what is known in the end. Decisions are taken just
    before an event that is used (or at the end), so an unobserved move is never followed by an extra event.
    """
    truths = [[g.evaluate(known) for g in net.guards] for known in data]
    waiting: list[tuple[int, int, tuple[int, ...], bool]] = [(0, 0, (net.source,), False)]
    best: dict[tuple[int, tuple[int, ...], bool], int] = {}
    while waiting:
        cost, k, marking, moving = heapq.heappop(waiting)
        if best.setdefault((k, marking, moving), cost) < cost:
            continue
        if k == len(trace) and marking == (net.sink,):
            return cost
        options = [(cost + 1, k + 1, marking, False)] if k < len(trace) and not moving else []
        for transition in net.transitions:
            then = fired(marking, transition)
            if then is None:
                continue
            if transition.step is not None:
                options.append((cost + 1, k, then, True))
                if k < len(trace) and trace[k] == transition.step:
                    options.append((cost, k + 1, then, False))
                continue
            literals = transition.decision.literals if transition.decision else ()
            false = any(truths[k][g] is not None and truths[k][g] is not holds for g, holds in literals)
            options.append((cost + 4 * false, k, then, True))
        for option in options:
            if option[0] < best.get(option[1:], 1 << 30):
                best[option[1:]] = option[0]
                heapq.heappush(waiting, option)
    raise AssertionError("no way to the end")


def fired(marking: tuple[int, ...], transition: Transition) -> tuple[int, ...] | None:
    rest = list(marking)
    for place in transition.consumes:
        if place not in rest:
            return None
        rest.remove(place)
    return tuple(sorted((*rest, *transition.produces)))


def test_costs_with_conditions_equal_a_plain_shortest_path() -> None:
    dice = random.Random(99)
    kinds: set[int] = set()
    for _ in range(150):
        made: Process = process(random_guarded(dice, dice.randint(2, 7)), fields=FIELDS)
        steps = steps_in(made.flow)
        trace = [s for s in disturb(dice, [s for s in steps if dice.random() < 0.8], steps) if s != "last"][:10]
        trace.append("last")
        given = {name: dice.choice(("true", "false", "")) for name in FIELDS}
        sets = [{name: dice.choice(("true", "false", "", "", "")) for name in FIELDS} for _ in trace]
        data = [dict(given)]
        for told in sets:
            data.append(data[-1] | {name: value for name, value in told.items() if value})
        events = [{"step": s, "at": i} | sets[i] for i, s in enumerate(trace)]
        run = execute(workspace(made), log({"a": events}, {"a": dict(given)}))["p"]
        assert bool(run.cases["closed"][0]), "the last step closes the case"
        expected = shortest(compile_net(made, workspace(made)), trace, [dict(known) for known in data])
        assert int(run.cases["cost"][0]) == expected, (made.flow, trace, data)
        kinds |= {expected}
    assert len(kinds) > 5
