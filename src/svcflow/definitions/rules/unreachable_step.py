"""A step of the register is neither in the flow nor under ``anytime``.

Wrong::

    flow: [register, work, close]

Right::

    flow: [register, work, review, close]
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import Process, Task
from svcflow.definitions.net import walk
from svcflow.definitions.reading import Remark
from svcflow.definitions.references import suggestions
from svcflow.definitions.survey import Survey

CODE = "SVC301"
SEVERITY = "error"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every step that no case reaches; one that a misspelt name means is left to the misspelling."""
    for process in survey.sound:
        placed = {item.step for item in walk(process.flow) if isinstance(item, Task)}
        placed |= {item.step for item in process.anytime}
        placed |= {step for wait in process.waiting for step in (wait.since, *wait.until)}  # has a rule of its own
        meant = _meant(process, survey)
        for step in process.steps.values():
            if step.id not in placed and step.id not in meant:
                message = f"step '{step.id}' is never reached: it is neither in the flow nor under anytime"
                yield Remark(message, step.position)


def _meant(process: Process, survey: Survey) -> set[str]:
    """Return the steps that unknown names in this process are suggested to be."""
    known = survey.steps_for(process.id)
    registered = frozenset(known)
    names = [r.name for r in survey.references if r.kind == "step" and r.process == process.id]
    hints = suggestions((name for name in names if name not in registered), known).values()
    return {step for step in known if any(f"'{step}'" in hint for hint in hints)}
