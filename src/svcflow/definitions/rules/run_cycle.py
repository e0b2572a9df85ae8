"""A process runs itself, directly or through others.

Wrong::

    flow: [register, work, review, run: request, close]

Right::

    flow: [register, repeat: {do: [work, review]}, close]
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import Process, Run
from svcflow.definitions.net import walk
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC207"
SEVERITY = "error"
FATAL = True


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every circle of processes that run each other, once."""
    told: set[frozenset[str]] = set()
    for process in survey.processes:
        for run in _runs(process):
            circle = _way_back(run.process, process.id, survey)
            if circle and frozenset(circle) not in told:
                told.add(frozenset(circle))
                yield Remark(" → ".join([process.id, *circle]), run.position)


def _runs(process: Process) -> list[Run]:
    return [item for item in walk(process.flow) if isinstance(item, Run)]


def _way_back(start: str, goal: str, survey: Survey) -> list[str]:
    """Return the shortest chain of runs from one process to another, both named; empty if there is none."""
    chains = [[start]]
    seen = {start}
    for chain in chains:
        if chain[-1] == goal:
            return chain
        for run in _runs(survey.by_id[chain[-1]]) if chain[-1] in survey.by_id else ():
            if run.process not in seen:
                seen.add(run.process)
                chains.append([*chain, run.process])
    return []
