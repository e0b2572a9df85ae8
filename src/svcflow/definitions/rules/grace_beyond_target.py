"""A rung with its grace is later than the target: who is told in time may still be told too late.

The grace is how long after a rung the escalation still counts as kept, 30m if it is not given. This is judged of
ladders with a ``step``: others are notices, and have no grace.

Wrong::

    slas:
      resolution:
        {from: register, to: work, target: 4h, objective: 90%, escalate: {step: review, grace: 1h, 80%: lead}}

Right::

    slas:
      resolution:
        {from: register, to: work, target: 4h, objective: 90%, escalate: {step: review, grace: 30m, 80%: lead}}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.durations import write_duration
from svcflow.definitions.model import Process, Sla
from svcflow.definitions.places import is_written, place_of
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC509"
SEVERITY = "warning"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield the first rung of each ladder that its grace carries beyond the target."""
    for process in survey.sound:
        for sla in process.slas.values():
            yield from _judge(survey, process, sla)


def _judge(survey: Survey, process: Process, sla: Sla) -> Iterator[Remark]:
    ladder = sla.escalation
    if ladder is None or ladder.step is None:
        return
    targets = [("", sla.target.constant), *sla.target.values, ("else", sla.target.otherwise)]
    for rung in ladder.rungs:
        for value, target in targets:
            if target and rung.percent < 100 and target * rung.percent / 100 + ladder.grace_s > target:
                case = f" ({sla.target.by} = {value})" if value not in ("", "else") else ""
                message = (
                    f"{rung.percent}% + {write_duration(ladder.grace_s)} grace is later than the target, "
                    f"{write_duration(target)}{case}"
                )
                path = (process.file, "slas", sla.id, "escalate", "grace")
                given = is_written(survey, *path)
                yield Remark(message, place_of(survey, *path, value=True) if given else rung.position)
                return
