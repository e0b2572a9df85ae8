"""An SLA does not say what share of cases must meet its target.

Without a share nobody can tell whether the SLA is kept: one late case breaks it, or none does.

Wrong::

    slas:
      resolution: {from: register, to: close, target: 8h, escalate: {80%: lead}}

Right::

    slas:
      resolution: {from: register, to: close, target: 8h, objective: 90%, escalate: {80%: lead}}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC508"
SEVERITY = "warning"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every SLA without an objective."""
    for process in survey.sound:
        for sla in process.slas.values():
            if sla.objective is None:
                yield Remark(f"what share must meet '{sla.id}'? add 'objective'", sla.position)
