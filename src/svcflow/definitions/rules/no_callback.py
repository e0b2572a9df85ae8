"""A case can end without a call-back to the customer. This rule is off unless it is selected.

Who solved a problem learns whether it is solved from the one who had it. Select the rule with ``--select SVC707``, or
in ``pyproject.toml``, where every case is to end with a step named ``callback``, or a process of that name.

Wrong::

    flow: [register, work, review, close]

Right::

    steps:
      register: {name: Register, owner: agent, within: 1h, labels: [Opened]}
      work:     {name: Work, owner: agent, within: 1h, labels: [Worked on]}
      callback: {name: Call back, owner: lead, within: 1h, labels: [Called back]}
      close:    {name: Close, owner: lead, within: 1h, labels: [Closed]}
    flow: [register, work, callback, close]
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import Process
from svcflow.definitions.net import MarkingGraph, inlined
from svcflow.definitions.places import place_of
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey
from svcflow.definitions.ways import reach
from svcflow.findings import Position

CODE = "SVC707"
SEVERITY = "warning"
OPT_IN = True


def check(survey: Survey, *, step: str = "callback") -> Iterator[Remark]:
    """Yield every end of a flow that is reached without `step`, or a step of a process of that name."""
    run = {part.id for process in survey.processes for part in inlined(process, survey.by_id)[1:]}
    for process in survey.sound:
        graph = survey.graphs.get(process.id)
        if graph is None or process.id in (*run, step):
            continue
        called = {step} | {name for p in inlined(process, survey.by_id) if p.id == step for name in p.steps}
        for outcome, path in _ends(graph, called):
            yield Remark(f"the end '{outcome}' is reached without '{step}'", _place(survey, process, path))


def _ends(graph: MarkingGraph, called: set[str]) -> Iterator[tuple[str, str]]:
    reached = reach(graph, [0], without=called)
    ends = {t: graph.net.transitions[t] for before, t, _ in graph.edges if before in reached}
    for _, transition in sorted(ends.items()):
        if transition.outcome is not None:
            yield transition.outcome, transition.path


def _place(survey: Survey, process: Process, path: str) -> Position:
    return place_of(survey, process.file, path, value=path != "flow")
