"""A process has no SLA: nothing is promised to the one who waits.

A process that only others run is measured by theirs.

Wrong::

    slas: {}

Right::

    slas: {resolution: {from: register, to: close, target: 8h, objective: 90%, escalate: {80%: lead}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.net import inlined
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC705"
SEVERITY = "warning"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every process without an SLA that no process with one runs, as far as all are known."""
    if survey.blind or len(survey.sound) < len(survey.processes):
        return
    run = {part.id for process in survey.processes for part in inlined(process, survey.by_id) if process.slas}
    for process in survey.sound:
        if not process.slas and process.id not in run:
            yield Remark("process has no SLA", process.position)
