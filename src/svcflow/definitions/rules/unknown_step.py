"""A step is named that the register does not have.

Steps are defined under ``steps:`` of the process, or of a process that it runs.

Wrong::

    flow: [register, wrok, review, close]

Right::

    flow: [register, work, review, close]
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import Process, Run
from svcflow.definitions.net import inlined, walk
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey
from svcflow.guards import suggest

CODE = "SVC201"
SEVERITY = "error"
FATAL = True


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every reference to a step that its process does not know."""
    for reference in survey.references:
        if reference.kind != "step":
            continue
        known = survey.steps_for(reference.process)
        if known and reference.name not in known and not _is_incomplete(survey.by_id[reference.process], survey):
            near = suggest(reference.name, known)
            yield Remark(f"unknown step '{reference.name}'{near}", reference.position)


def _is_incomplete(process: Process, survey: Survey) -> bool:
    """Return whether steps may be missing: the register was not read, or a process is run that is not defined."""
    parts = inlined(process, survey.by_id)
    runs = {item.process for part in parts for item in walk(part.flow) if isinstance(item, Run)}
    return not process.steps or not runs <= survey.by_id.keys()
