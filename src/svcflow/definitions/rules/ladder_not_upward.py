"""A later rung of an escalation ladder tells someone below the one told before.

The lower one cannot do what the higher one could not. Who is above whom is told by the reporting lines of the teams.

Wrong::

    slas:
      resolution: {from: register, to: close, target: 8h, objective: 90%, escalate: {50%: lead, 80%: agent}}

Right::

    slas:
      resolution: {from: register, to: close, target: 8h, objective: 90%, escalate: {50%: agent, 80%: lead}}
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from svcflow.definitions.reading import Remark
from svcflow.definitions.reporting import Reporting
from svcflow.definitions.survey import Survey

CODE = "SVC607"
SEVERITY = "warning"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every rung that goes down the line."""
    reporting = Reporting.of(survey)
    if reporting is None or reporting.cycles():
        return
    for process in survey.sound:
        for sla in process.slas.values():
            rungs = sla.escalation.rungs if sla.escalation else ()
            for one, other in pairwise(sorted(rungs, key=lambda rung: rung.percent)):
                if one.role in reporting.above(other.role) and other.role not in reporting.above(one.role):
                    message = f"{one.role} ({one.percent}%) then {other.role} ({other.percent}%) goes down the line"
                    yield Remark(message, other.position, (("told before", one.position),))
