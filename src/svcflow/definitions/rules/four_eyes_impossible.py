"""A rule asks for different people, but there are not so many who may do these steps.

Counted are the people in the roles that own the steps: those listed by name, or the members of teams and their leads.

Wrong::

    steps:
      register: {name: Register, owner: agent, within: 1h, labels: [Opened]}
      work:     {name: Work, owner: lead, within: 1h, labels: [Worked on]}
      review:   {name: Review, owner: lead, within: 1h, labels: [Reviewed]}
      close:    {name: Close, owner: lead, within: 1h, labels: [Closed]}
    rules: {four_eyes: {different: [work, review]}}

Right::

    rules: {four_eyes: {different: [work, review]}}
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from svcflow.definitions.model import Rule, Step
from svcflow.definitions.net import inlined
from svcflow.definitions.reading import Remark
from svcflow.definitions.reporting import Reporting
from svcflow.definitions.survey import Survey

CODE = "SVC608"
SEVERITY = "error"
MOST_STEPS = 8


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every rule whose steps cannot all be done by different people."""
    reporting = Reporting.of(survey)
    if reporting is None or not reporting.organisation.teams:
        return
    for process in survey.sound:
        steps = {name: step for part in inlined(process, survey.by_id) for name, step in part.steps.items()}
        for rule in process.rules.values():
            if rule.kind == "different":
                short = _short(reporting, steps, rule)
                if short is not None:
                    yield Remark(short, rule.position)


def _short(reporting: Reporting, steps: dict[str, Step], rule: Rule) -> str | None:
    """Return the fewest steps that have too few people, as a message (Hall's condition)."""
    named = [steps[name] for name in dict.fromkeys(rule.steps) if name in steps][:MOST_STEPS]
    for size in range(2, len(named) + 1):
        for some in combinations(named, size):
            owners = [owner for step in some for owner in step.owners]
            people = reporting.people(owners)
            # A role that nobody has is another mistake.
            if 0 < people < size and all(reporting.people([owner]) > 0 for owner in owners):
                ids = [step.id for step in some]
                count = "one person" if people == 1 else f"{people:g} people"
                return f"{', '.join(ids[:-1])} and {ids[-1]} can only be done by {count}"
    return None
