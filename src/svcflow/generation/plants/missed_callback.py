"""A missed call-back: the step is left out although a rule of the definition says it is owed.

Options: `step` (the call-back), `share` (of the cases that are owed one).

    - {kind: missed-callback, step: callback, share: 0.15}
"""

from __future__ import annotations

from dataclasses import replace

from svcflow.generation.visits import Case, Visit


def alter(visit: Visit, case: Case, *, step: str, share: float = 1.0) -> Visit:
    """Leave the call-back out, in all rounds of a case or in none."""
    if visit.step.id != step or not is_owed(step, case) or not case.draws.chance("missed-callback", share):
        return visit
    return replace(visit, skipped=True)


def is_owed(step: str, case: Case) -> bool:
    """Return whether an ``after ... then`` rule asks for the step in this case; without such a rule it always is."""
    rules = [r for r in case.process.rules.values() if r.kind == "after" and step in r.others]
    return not rules or any(r.when is None or r.when.evaluate(case.facts) is True for r in rules)
