"""No step of ``to`` can come after a step of ``from``: once started, the clock runs for ever.

Usually the two are the wrong way round, or lie in branches that exclude each other.

Wrong::

    slas:
      reaction: {from: review, to: register, target: 4h, objective: 90%, escalate: {80%: lead}}

Right::

    slas:
      reaction: {from: register, to: review, target: 4h, objective: 90%, escalate: {80%: lead}}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import Process, Sla
from svcflow.definitions.net import MarkingGraph
from svcflow.definitions.places import place_of
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey
from svcflow.definitions.ways import can_follow

CODE = "SVC501"
SEVERITY = "error"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every SLA whose clock no case can stop."""
    for process in survey.sound:
        graph = survey.graphs.get(process.id)
        if graph is None:
            continue
        placed = {t.step for t in graph.net.transitions} | {item.step for item in process.anytime}
        for sla in process.slas.values():
            known = placed.issuperset((*sla.start, *sla.stop))  # a step that is never reached has its own rule
            if known and not _can_stop(process, graph, sla):
                position = place_of(survey, process.file, "slas", sla.id, "to")
                message = f"'to' cannot happen after 'from': no {_either(sla.stop)} comes after {_either(sla.start)}"
                yield Remark(message, position)


def _can_stop(process: Process, graph: MarkingGraph, sla: Sla) -> bool:
    endings = {item.step for item in process.anytime if item.outcome is not None}
    loose = {item.step for item in process.anytime}
    if set(sla.stop) & loose:
        return bool(set(sla.start) - endings)
    if set(sla.start) & (loose - endings):
        return True
    return can_follow(graph, sla.start, sla.stop)


def _either(steps: tuple[str, ...]) -> str:
    return " or ".join(steps)
