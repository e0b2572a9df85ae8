"""The steps between the start and the stop of an SLA may together take longer than the SLA allows.

Every step can be on its own target while the SLA is breached: the targets contradict each other. What counts is the
longest straight path, each loop once: steps in a row add up, of parallel branches and choices the longest counts,
branches that end before the stop do not. It is measured for each value that a target depends on. Steps on another
calendar than the SLA's are left to `sla-too-tight-on-the-wall`.

Wrong::

    steps:
      register: {name: Register, owner: agent, within: 10m, labels: [Opened]}
      work:     {name: Work, owner: agent, within: 5h, labels: [Worked on]}
      review:   {name: Review, owner: lead, within: 2h, labels: [Reviewed]}
      close:    {name: Close, owner: lead, within: 30m, labels: [Closed]}
    slas:
      resolution:
        {from: register, to: close, target: {by: severity, high: 6h, low: 8h}, objective: 90%, escalate: {80%: lead}}

Right::

    steps:
      register: {name: Register, owner: agent, within: 10m, labels: [Opened]}
      work:     {name: Work, owner: agent, within: {by: severity, high: 3h, else: 5h}, labels: [Worked on]}
      review:   {name: Review, owner: lead, within: 2h, labels: [Reviewed]}
      close:    {name: Close, owner: lead, within: 30m, labels: [Closed]}
    slas:
      resolution:
        {from: register, to: close, target: {by: severity, high: 6h, low: 8h}, objective: 90%, escalate: {80%: lead}}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.budgets import Budget, budgets, place_of_entry
from svcflow.definitions.durations import say_hours
from svcflow.definitions.model import Sla
from svcflow.definitions.reading import Remark
from svcflow.definitions.routes import Stretch
from svcflow.definitions.samples import say
from svcflow.definitions.survey import Survey

CODE = "SVC502"
SEVERITY = "error"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every entry of an SLA's target that is shorter than its steps may take, with the worst case."""
    for process in survey.sound:
        for sla in process.slas.values():
            worst: dict[str, tuple[int, Budget, Stretch]] = {}
            for budget in budgets(survey, process, sla):
                for way in budget.ways:
                    over = _spent(budget, way) - budget.allowed_s
                    if over > worst.get(budget.entry, (0,))[0]:
                        worst[budget.entry] = over, budget, way
            for entry, (_, budget, way) in worst.items():
                yield Remark(_tell(sla, budget, way), place_of_entry(survey, process, sla, entry))


def _spent(budget: Budget, way: Stretch) -> int:
    return sum(seconds for calendar, seconds in way.chain if calendar == budget.calendar)


def _tell(sla: Sla, budget: Budget, way: Stretch) -> str:
    case = f" ({say(dict(budget.data))})" if budget.data else ""
    return (
        f"the steps from {' or '.join(sla.start)} to {way.stop} may take {say_hours(_spent(budget, way))} on their own "
        f"targets, but '{sla.id}' allows {say_hours(budget.allowed_s)}{case}"
    )
