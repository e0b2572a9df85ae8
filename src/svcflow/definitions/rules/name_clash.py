"""A step has the same name as one of a process that is run here, or two processes have the same name.

A run is inlined, so that its steps and these stand side by side; a diagnosis must have one place in one file. Versions
of one process may share its name if no day is in both: ``valid_from`` and ``valid_until`` tell them apart.

Wrong::

    # file: payment.svcflow.yaml
    svcflow: 1
    process: payment
    owner: lead
    calendar: office
    steps: {work: {owner: agent, labels: [Paid]}}
    flow: [work]
    # file: request.svcflow.yaml
    flow: [register, work, review, run: payment, close]

Right::

    # file: payment.svcflow.yaml
    svcflow: 1
    process: payment
    owner: lead
    calendar: office
    steps: {pay: {owner: agent, labels: [Paid]}}
    flow: [pay]
    # file: request.svcflow.yaml
    flow: [register, work, review, run: payment, close]
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import Process, Run
from svcflow.definitions.net import inlined, walk
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey
from svcflow.definitions.versions import describe, overlap

CODE = "SVC206"
SEVERITY = "error"
FATAL = True


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every second use of a name."""
    for i, process in enumerate(survey.editions):
        first = next((p for p in survey.editions[:i] if p.id == process.id and overlap(p, process)), None)
        if first is not None:
            days = describe(first) or describe(process)
            shared = f" ({days}): valid_from and valid_until tell versions apart" if days else ""
            message = f"process '{process.id}' is already defined in {first.file}{shared}"
            yield Remark(message, process.position, (("the first one", first.position),))
    for process in survey.processes:
        yield from _clashes(process, survey)


def _clashes(process: Process, survey: Survey) -> Iterator[Remark]:
    owners = dict.fromkeys(process.steps, process)
    for run in (item for item in walk(process.flow) if isinstance(item, Run)):
        called = survey.by_id.get(run.process)
        for part in inlined(called, survey.by_id) if called and called is not process else ():
            for step in part.steps.values():
                owner = owners.setdefault(step.id, part)
                if owner is not part:
                    here = f"step '{step.id}' is also a step of process '{part.id}', which is run here"
                    yield Remark(here, run.position, (("the other one", step.position),))
