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
from svcflow.definitions.references import remark_unknown
from svcflow.definitions.survey import Survey

CODE = "SVC201"
SEVERITY = "error"
FATAL = True


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every reference to a step that its process does not know."""
    for process in survey.by_id.values():
        references = (r for r in survey.references if r.kind == "step" and r.process == process.id)
        if process.steps and not _runs_unknown(process, survey):
            whole = not any(part.file in survey.broken for part in inlined(process, survey.by_id))
            yield from remark_unknown(references, survey.steps_for(process.id), whole=whole)


def _runs_unknown(process: Process, survey: Survey) -> bool:
    """Return whether a process is run that is not defined, so that some steps are not known."""
    parts = inlined(process, survey.by_id)
    return any(isinstance(item, Run) and item.process not in survey.by_id for part in parts for item in walk(part.flow))
