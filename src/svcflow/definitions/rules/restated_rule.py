"""A rule says what the flow already implies: whoever breaks it is told twice.

Rules are for what must hold wherever it happens, beside the flow: across branches, for steps under ``anytime``, within
a time, between people.

Wrong::

    rules: {looked_at: {before: close, need: review}}

Right::

    flow: [register, work, {when: claim > 100, do: review}, close]
    rules: {looked_at: {before: close, need: review, when: severity == high}}
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import inf

from svcflow.definitions.model import Item, Process, Repeat, Rule, Task
from svcflow.definitions.net import MarkingGraph, inlined, items_of
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey
from svcflow.definitions.ways import exclude_each_other, is_followed, is_preceded

CODE = "SVC407"
SEVERITY = "info"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every rule that no case which follows the flow can break."""
    for process in survey.sound:
        graph = survey.graphs.get(process.id)
        if graph is None or not process.rules or graph.final < 0:
            continue
        loose = {item.step for item in process.anytime}
        may_stop = any(item.outcome is not None for item in process.anytime)
        known = {step for part in inlined(process, survey.by_id) for step in part.steps}
        for rule in process.rules.values():
            named = {*rule.steps, *rule.others}
            if not named & loose and named <= known and rule.within_s is None:
                told = _implied(rule, graph, process, may_stop=may_stop)
                if told:
                    yield Remark(f"the flow already implies '{told}'", rule.position)


def _implied(rule: Rule, graph: MarkingGraph, process: Process, *, may_stop: bool) -> str:
    """Return a rule as text if the flow implies it, else ''."""
    match rule.kind:
        case "before" if all(is_preceded(graph, step, need) for step in rule.steps for need in rule.others):
            return f"before {_listed(rule.steps)} need {_listed(rule.others)}"
        case "after" if not may_stop and all(is_followed(graph, step, rule.others) for step in rule.steps):
            return f"after {_listed(rule.steps)} then {_listed(rule.others)}"
        case "never" if all(exclude_each_other(graph, *pair) for pair in combinations(rule.steps, 2)):
            return f"never {_listed(rule.steps)}"
        case "at_most":
            most = _most(process.flow)
            if all(most.get(step, inf) <= limit for step, limit in rule.limits):
                return "at most " + ", ".join(f"{limit} {step}" for step, limit in rule.limits)
    return ""


def _most(item: Item, rounds: float = 1) -> dict[str, float]:
    """Return how often each step of a flow can be done."""
    if isinstance(item, Task):
        return {item.step: rounds}
    if isinstance(item, Repeat):
        rounds *= inf if item.most is None else item.most
    return {step: most for inner in items_of(item) for step, most in _most(inner, rounds).items()}


def _listed(steps: tuple[str, ...]) -> str:
    return ", ".join(steps)
