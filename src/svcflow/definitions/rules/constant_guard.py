"""A condition holds in every case, or in none: it decides nothing.

Either it is a slip (``or`` for ``and``, a number that cannot be met), or what it guards always happens, or never. A
condition that was decided just before, with no step in between, is not decided again.

Wrong::

    flow:
      - register
      - work
      - {when: claim > 500 or claim <= 500, do: review}
      - close

Right::

    flow:
      - register
      - work
      - {when: claim > 500, do: review}
      - close
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.conditions import Condition, conditions_of
from svcflow.definitions.contexts import Known, allows, contexts
from svcflow.definitions.model import Choose, Process, Repeat
from svcflow.definitions.reading import Remark
from svcflow.definitions.samples import samples
from svcflow.definitions.survey import Survey
from svcflow.guards import Guard

CODE = "SVC404"
SEVERITY = "warning"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every condition that has one truth only; those that other rules speak about are left to them."""
    for process in survey.sound:
        found = contexts(process.flow)
        for condition in conditions_of(survey, process):
            if _is_meant(condition, process):
                continue
            truth = _constant(condition.guard, frozenset())
            if truth is not None:
                if not _has_own_rule(condition, always=truth):
                    yield Remark(f"'{condition.guard.text}' is {_often(truth)} true", condition.position)
            elif condition.purpose == "when" and condition.item is not None and condition.item.path in found:
                known = found[condition.item.path].known
                truth = _constant(condition.guard, known) if known else None
                if truth is not None:
                    message = f"'{condition.guard.text}' is {_often(truth)} true here: it was decided just before"
                    yield Remark(message, condition.position)


def _often(truth: bool) -> str:
    return "always" if truth else "never"


def _constant(guard: Guard, known: Known) -> bool | None:
    """Return the one truth a guard has for all cases that can be where `known` holds; ``None`` if it may have both."""
    cases = samples([guard, *(other for other, _ in known)])
    truths: set[bool | None] = set()
    for data in cases or ():
        if allows(known, data):
            truths.add(guard.evaluate(data))
            if len(truths) > 1:
                return None
    return next(iter(truths)) if truths else None


def _is_meant(condition: Condition, process: Process) -> bool:
    """Return whether a constant says what it should: ``applies_to: true``, for a process that takes all cases."""
    return condition.purpose == "applies_to" and not condition.guard.fields and process.applies_to is not None


def _has_own_rule(condition: Condition, *, always: bool) -> bool:
    """Return whether another rule tells it: a repeat that never stops, a choice of which no branch can be taken."""
    if isinstance(condition.item, Repeat):
        return always
    if isinstance(condition.item, Choose):
        guards = [branch.guard for branch in condition.item.branches]
        return all(guard is not None and _constant(guard, frozenset()) is False for guard in guards)
    return False
