"""A case can get to where it can never end.

The flow is run through in all its ways, with every decision that some case can take. Where no way leads on to an end,
the shortest sequence of steps into the trap is told.

Wrong::

    flow:
      - register
      - work
      - choose:
          - {when: claim > 500 and claim < 100, do: review}
      - close

Right::

    flow:
      - register
      - work
      - choose:
          - {when: claim > 500, do: review}
          - else: []
      - close
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import End, Parallel, Process, Repeat
from svcflow.definitions.net import MarkingGraph, walk
from svcflow.definitions.reading import Remark
from svcflow.definitions.regions import is_possible, regions
from svcflow.definitions.soundness import route, traps
from svcflow.definitions.survey import Survey

CODE = "SVC304"
SEVERITY = "error"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield the first trap of each process, unless a rule of its own tells why it is one."""
    for process in survey.sound:
        graph = survey.graphs.get(process.id)
        if graph is None or _has_own_rule(process):
            continue
        impossible = _impossible(graph)
        caught = traps(graph, impossible)
        if caught:
            steps = " → ".join(route(graph, caught[0], impossible)) or "the start"
            yield Remark(f"after {steps} the case can never end", process.flow.position)


def _impossible(graph: MarkingGraph) -> frozenset[int]:
    """Return the transitions that no case can pass."""
    net = graph.net
    decided = ((n, t.decision) for n, t in enumerate(net.transitions) if t.decision is not None)
    return frozenset(number for number, decision in decided if not is_possible(decision, net.guards))


def _has_own_rule(process: Process) -> bool:
    for item in walk(process.flow):
        if isinstance(item, Parallel) and any(isinstance(inner, End) for inner in walk(item)):
            return True
        if isinstance(item, Repeat) and item.guard is not None:
            samples = regions((item.guard,))
            if samples is not None and all(item.guard.evaluate(data) for data in samples):
                return True
    return False
