"""Nothing says how long a step may take, and nothing measures it.

Give it ``within``, or let an SLA begin or end with it, or a measure or a rule with a time read it.

Wrong::

    steps:
      register: {name: Register, owner: agent, within: 1h, labels: [Opened]}
      work:     {name: Work, owner: agent, labels: [Worked on]}
      review:   {name: Review, owner: lead, within: 1h, labels: [Reviewed]}
      close:    {name: Close, owner: lead, within: 1h, labels: [Closed]}

Right::

    steps:
      register: {name: Register, owner: agent, within: 1h, labels: [Opened]}
      work:     {name: Work, owner: agent, labels: [Worked on]}
      review:   {name: Review, owner: lead, within: 1h, labels: [Reviewed]}
      close:    {name: Close, owner: lead, within: 1h, labels: [Closed]}
    kpis: {work_time: {measure: "p90(elapsed(register, work))", target: "<= 4h"}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from svcflow.definitions.model import Process
from svcflow.definitions.net import inlined
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC701"
SEVERITY = "warning"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every step that can happen and that nothing measures, in its process or in one that runs it."""
    measured: dict[str, set[str]] = {}
    texts: dict[str, list[str]] = {}
    placed: set[str] = set()
    for process in survey.processes:
        parts = inlined(process, survey.by_id)
        for part in parts:
            measured.setdefault(part.id, set()).update(_measured(process))
            texts.setdefault(part.id, []).extend(kpi.measure for kpi in process.kpis.values())
    for process in survey.sound:
        placed = _placed(survey, process)
        for step in process.steps.values():
            if step.id not in placed or step.within is not None or step.id in measured[process.id]:
                continue
            pattern = re.compile(rf"(?<!\w){re.escape(step.id)}(?!\w)")
            if not any(pattern.search(text) for text in texts[process.id]):
                message = f"step '{step.id}' has no target: add 'within' or measure it in an SLA or KPI"
                yield Remark(message, step.position)


def _measured(process: Process) -> Iterator[str]:
    """Yield the steps at which a clock of the process starts or stops."""
    for sla in process.slas.values():
        yield from (*sla.start, *sla.stop)
        if sla.escalation is not None and sla.escalation.step is not None:
            yield sla.escalation.step
    for rule in process.rules.values():
        if rule.within_s is not None:
            yield from (*rule.steps, *rule.others)
    for wait in process.waiting:
        yield from (wait.since, *wait.until)


def _placed(survey: Survey, process: Process) -> set[str]:
    """Return the steps that can happen; one that cannot has a rule of its own."""
    net = survey.nets.get(process.id)
    flow = {t.step for t in net.transitions if t.step is not None} if net is not None else set(process.steps)
    return flow | {item.step for item in process.anytime}
