"""A ``choose`` without ``else`` has no branch for some case.

The conditions are tried on every kind of case there can be: all values of the fields they read, and numbers below, at,
between and above each constant. What was decided just before, with no step in between, is taken into account.
Conditions that compare two numeric fields with each other are not judged.

Wrong::

    flow:
      - register
      - choose:
          - {when: claim < 100, do: work}
          - {when: claim > 100, do: review}
      - close

Right::

    flow:
      - register
      - choose:
          - {when: claim < 100, do: work}
          - {when: claim >= 100, do: review}
      - close
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.contexts import Context, allows, contexts
from svcflow.definitions.model import Choose
from svcflow.definitions.reading import Remark
from svcflow.definitions.samples import Data, samples, say
from svcflow.definitions.survey import Survey

CODE = "SVC402"
SEVERITY = "error"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every choice that leaves a case without a branch, with such a case."""
    for process in survey.sound:
        for context in contexts(process.flow).values():
            gap = _gap(context)
            if gap is not None:
                assert isinstance(context.item, Choose)
                read = {f for branch in context.item.branches if branch.guard for f in branch.guard.fields}
                case = f" when {say(gap, [f for f in process.fields if f in read])}" if read else ""
                yield Remark(f"no branch is taken{case}; add an else", context.item.position)


def _gap(context: Context) -> Data | None:
    """Return a case that no branch takes; ``None`` also where no branch takes any, which cannot end."""
    if not isinstance(context.item, Choose):
        return None
    guards = [branch.guard for branch in context.item.branches if branch.guard is not None]
    if len(guards) < len(context.item.branches):
        return None
    cases = samples([*guards, *(guard for guard, _ in context.known)]) or samples(guards)
    gap, taken = None, False
    for data in cases or ():
        if any(guard.evaluate(data) for guard in guards):
            taken = True
        elif gap is None and allows(context.known, data):
            gap = data
    return gap if taken else None
