"""A step is named that the register does not have.

Steps are defined under ``steps:`` of the process, or of a process that it runs.

Wrong::

    flow: [register, wrok, review, close]

Right::

    flow: [register, work, review, close]
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey
from svcflow.guards import suggest

CODE = "SVC201"
SEVERITY = "error"
FATAL = True


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every reference to a step that its process does not know."""
    for reference in survey.references:
        known = survey.steps_for(reference.process)
        if reference.kind == "step" and known and reference.name not in known:
            near = suggest(reference.name, known)
            yield Remark(f"unknown step '{reference.name}'{near}", reference.position)
