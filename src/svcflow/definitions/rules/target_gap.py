"""A target that depends on a field has no value for some case.

Wrong::

    slas:
      resolution: {from: register, to: work, target: {by: severity, high: 2h}, objective: 90%, escalate: {80%: lead}}

Right::

    slas:
      resolution:
        {from: register, to: work, target: {by: severity, high: 2h, else: 5h}, objective: 90%, escalate: {80%: lead}}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.contexts import Known, allows, contexts
from svcflow.definitions.model import Process, Target, Task
from svcflow.definitions.places import place_of
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC506"
SEVERITY = "error"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every target that some case has no part in; cases that never get there need none."""
    for process in survey.sound:
        around = {c.item.step: c.around for c in contexts(process.flow).values() if isinstance(c.item, Task)}
        for step in process.steps.values():
            for message in _judge(process, step.within, around.get(step.id, frozenset())):
                yield Remark(message, place_of(survey, process.file, "steps", step.id, "within"))
        for sla in process.slas.values():
            known: Known = frozenset() if sla.when is None else frozenset({(sla.when, True)})
            for message in _judge(process, sla.target, known):
                yield Remark(message, place_of(survey, process.file, "slas", sla.id, "target"))


def _judge(process: Process, target: Target | None, known: Known) -> Iterator[str]:
    if target is None or target.by is None or target.otherwise is not None or target.by not in process.fields:
        return
    of = process.fields[target.by]
    given = {value for value, _ in target.values}
    values = {"enum": of.values, "boolean": ("true", "false")}.get(of.kind)
    if values is None:
        yield f"no target for other values of {of.name}; add an else"
        return
    missing = [value for value in values if value not in given and allows(known, {of.name: value})]
    if missing:
        yield f"no target when {of.name} = {' or '.join(missing)}; add it or an else"
