"""A step is in the flow and under ``anytime``.

An event of such a step would have two meanings: the work that was due, or an interruption. Give one of them its own
name.

Wrong::

    anytime: [review]

Right::

    anytime: []
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import Task
from svcflow.definitions.net import walk
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC309"
SEVERITY = "error"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every step under anytime that the flow has as well."""
    for process in survey.processes:
        places = {item.step: item.position for item in walk(process.flow) if isinstance(item, Task)}
        for other in process.anytime:
            if other.step in places:
                related = (("in the flow", places[other.step]),)
                yield Remark(f"'{other.step}' is in the flow and under anytime", other.position, related)
