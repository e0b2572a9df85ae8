"""The condition of a ``repeat`` holds in every case, so that it never stops.

Wrong::

    flow: [register, {repeat: {do: [work, review], while: claim > 10 or claim <= 10}}, close]

Right::

    flow: [register, {repeat: {do: [work, review], while: claim > 10}}, close]
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import Repeat
from svcflow.definitions.net import walk
from svcflow.definitions.reading import Remark
from svcflow.definitions.regions import regions
from svcflow.definitions.survey import Survey

CODE = "SVC306"
SEVERITY = "error"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every repeat whose condition no case makes false."""
    for process in survey.processes:
        for item in walk(process.flow):
            if isinstance(item, Repeat) and item.guard is not None:
                samples = regions((item.guard,))
                if samples is not None and all(item.guard.evaluate(data) for data in samples):
                    yield Remark(f"'while' is always true: '{item.guard.text}'", item.position)
