"""A measure has no target: nobody can tell whether its value is good.

Wrong::

    kpis: {reworked: {measure: share(count(work) > 1)}}

Right::

    kpis: {reworked: {measure: share(count(work) > 1), target: "<= 5%"}}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC706"
SEVERITY = "error"
FATAL = True


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every measure without a target."""
    for process in survey.sound:
        for kpi in process.kpis.values():
            if not kpi.target:
                yield Remark(f"kpi '{kpi.id}' needs 'target'", kpi.position)
