"""The register does not list steps in the order of the flow.

Whoever reads the register first should meet the steps as a case does. Steps under ``anytime`` stand where they please.

Wrong::

    flow: [register, review, work, close]

Right::

    flow: [register, work, review, close]
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import Task
from svcflow.definitions.net import walk
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC903"
SEVERITY = "info"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield the first step of each register that stands below one that follows it in the flow."""
    for process in survey.sound:
        order: dict[str, int] = {}
        for item in walk(process.flow):
            if isinstance(item, Task):
                order.setdefault(item.step, len(order))
        listed = [step for step in process.steps.values() if step.id in order]
        last = None
        for step in listed:
            if last is not None and order[step.id] < order[last.id]:
                message = f"list steps in flow order: '{step.id}' comes before '{last.id}'"
                yield Remark(message, step.position, (("below this one", last.position),))
                break
            last = step
