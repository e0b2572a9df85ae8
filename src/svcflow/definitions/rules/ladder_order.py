"""A rung of an escalation ladder comes after a later one: the ladder must climb.

Wrong::

    slas:
      resolution: {from: register, to: close, target: 8h, objective: 90%, escalate: {50%: lead, 40%: agent}}

Right::

    slas:
      resolution: {from: register, to: close, target: 8h, objective: 90%, escalate: {40%: agent, 50%: lead}}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC504"
SEVERITY = "error"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every rung that is written below a later one."""
    for process in survey.sound:
        for sla in process.slas.values():
            last = None
            for rung in sla.escalation.rungs if sla.escalation else ():
                if last is not None and rung.percent <= last.percent:
                    message = f"escalation at {rung.percent}% comes after {last.percent}%: the ladder must climb"
                    yield Remark(message, rung.position, ((f"{last.percent}%", last.position),))
                else:
                    last = rung
