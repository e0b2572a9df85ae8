"""An SLA has no escalation ladder: nobody is told when it is about to be missed.

Wrong::

    slas: {resolution: {from: register, to: close, target: 8h, objective: 90%}}

Right::

    slas: {resolution: {from: register, to: close, target: 8h, objective: 90%, escalate: {80%: lead}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC703"
SEVERITY = "warning"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every SLA without a rung."""
    for process in survey.sound:
        for sla in process.slas.values():
            if sla.escalation is None or not sla.escalation.rungs:
                yield Remark(f"nobody is told when '{sla.id}' is about to be missed; add 'escalate'", sla.position)
