"""A step stands twice in the flow.

Steps and their places are one to one, so that every finding points to one line. Two places need two names; work that
comes back belongs in a ``repeat``.

Wrong::

    flow: [register, work, review, work, close]

Right::

    flow: [register, {repeat: {do: [work, review], while: not valid, max: 2}}, close]
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import Task
from svcflow.definitions.net import walk
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey
from svcflow.findings import Position

CODE = "SVC302"
SEVERITY = "error"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every second place of a step."""
    for process in survey.processes:
        places: dict[str, Position] = {}
        for item in walk(process.flow):
            if isinstance(item, Task) and item.step in process.steps:
                first = places.setdefault(item.step, item.position)
                if first is not item.position:
                    message = f"step '{item.step}' is already in the flow at line {first.line}"
                    here = f"{message}; give the second one its own name"
                    yield Remark(here, item.position, (("first place", first),))
        twice: dict[str, Position] = {}
        for other in process.anytime:
            first = twice.setdefault(other.step, other.position)
            if first is not other.position:
                yield Remark(f"'{other.step}' is under anytime twice", other.position, (("first place", first),))
