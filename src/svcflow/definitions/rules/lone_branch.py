"""A ``parallel`` or an ``any`` with a single branch.

Nothing runs beside it; a list says the same with less.

Wrong::

    flow: [register, {parallel: [work]}, review, close]

Right::

    flow: [register, work, review, close]
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import AnyOf, Parallel
from svcflow.definitions.net import walk
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC310"
SEVERITY = "warning"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every split into one."""
    for process in survey.sound:
        for item in walk(process.flow):
            if isinstance(item, Parallel) and len(item.branches) == 1:
                yield Remark("parallel with one branch", item.position)
            elif isinstance(item, AnyOf) and len(item.items) == 1:
                yield Remark("any with one branch", item.position)
