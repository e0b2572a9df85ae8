"""Nobody who owns a step may decide all that it can be asked to spend.

The step ``spends`` a field, and the authority of every owner over that field ends below what a case can ask for, given
the branches the step stands in. Let someone with the authority own it too, or send larger cases elsewhere.

Wrong::

    roles: {agent: {authority: {claim: 100}}, lead: {authority: {claim: 2000}}}
    # file: request.svcflow.yaml
    steps:
      register: {name: Register, owner: agent, within: 1h, labels: [Opened]}
      work:     {name: Work, owner: agent, within: 1h, labels: [Worked on]}
      review:   {name: Review, owner: lead, within: 1h, spends: claim, labels: [Reviewed]}
      close:    {name: Close, owner: lead, within: 1h, labels: [Closed]}

Right::

    roles: {agent: {authority: {claim: 100}}, lead: {authority: {claim: any}}}
    # file: request.svcflow.yaml
    steps:
      register: {name: Register, owner: agent, within: 1h, labels: [Opened]}
      work:     {name: Work, owner: agent, within: 1h, labels: [Worked on]}
      review:   {name: Review, owner: lead, within: 1h, spends: claim, labels: [Reviewed]}
      close:    {name: Close, owner: lead, within: 1h, labels: [Closed]}
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from svcflow.definitions.contexts import Known, allows, contexts
from svcflow.definitions.model import Process, Step, Task
from svcflow.definitions.places import place_of
from svcflow.definitions.reading import Remark
from svcflow.definitions.reporting import Reporting
from svcflow.definitions.samples import values_by_field
from svcflow.definitions.survey import Survey

CODE = "SVC604"
SEVERITY = "error"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every step that can be asked for more than its owners may decide."""
    reporting = Reporting.of(survey)
    if reporting is None:
        return
    for process in survey.sound:
        around = {c.item.step: c.around for c in contexts(process.flow).values() if isinstance(c.item, Task)}
        for step in process.steps.values():
            limit = _limit(reporting, step)
            if step.spends and limit < inf and _may_exceed(process, step, limit, around.get(step.id, frozenset())):
                amount = f"a {step.spends} above {limit:.15g}" if limit > 0 else f"any {step.spends}"
                place = place_of(survey, process.file, "steps", step.id, "spends", value=True)
                yield Remark(f"nobody who owns '{step.id}' may decide {amount}", place)


def _limit(reporting: Reporting, step: Step) -> float:
    """Return the most that an owner may decide; infinite if only people outside own the step."""
    inside = [owner for owner in step.owners if not reporting.is_external(owner)]
    roles = [reporting.organisation.roles[owner] for owner in inside if owner in reporting.organisation.roles]
    limits = [role.authority.get(step.spends or "", 0.0) for role in roles]
    return max((inf if limit is None else limit for limit in limits), default=inf)


def _may_exceed(process: Process, step: Step, limit: float, around: Known) -> bool:
    """Return whether a case above the limit can get to the step, as far as conditions on that field alone tell."""
    guards = [(guard, value) for guard, value in around if step.spends in guard.fields and not guard.relates]
    values = values_by_field([guard for guard, _ in guards]) or {}
    amounts = [float(value) for value in values.get(step.spends or "", []) if isinstance(value, int | float)]
    whole = (of := process.fields.get(step.spends or "")) is not None and of.kind == "integer"
    tried = [*(amount for amount in amounts if amount > limit), limit + (1 if whole else 0.01)]
    return any(allows(frozenset(guards), {step.spends or "": amount}) for amount in tried)
