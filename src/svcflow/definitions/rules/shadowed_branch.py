"""A branch of a ``choose`` is never taken: every case that fits it is taken by a branch above.

The first branch whose condition holds is taken. Put the narrow condition above the wide one, or make the wide one
narrower.

Wrong::

    flow:
      - register
      - choose:
          - {when: claim > 100, do: work}
          - {when: claim > 500, do: review}
          - else: []
      - close

Right::

    flow:
      - register
      - choose:
          - {when: claim > 500, do: review}
          - {when: claim > 100, do: work}
          - else: []
      - close
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import Branch, Choose, Sequence
from svcflow.definitions.net import walk
from svcflow.definitions.reading import Remark
from svcflow.definitions.samples import samples, say
from svcflow.definitions.survey import Survey
from svcflow.guards import Guard

CODE = "SVC403"
SEVERITY = "warning"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every branch that comes too late, with a case that fits it."""
    for process in survey.sound:
        for item in walk(process.flow):
            if isinstance(item, Choose):
                yield from _judge(item)


def _judge(item: Choose) -> Iterator[Remark]:
    above: list[tuple[Branch, Guard]] = []
    for branch in item.branches:
        if branch.guard is not None:
            if not branch.guard.relates:
                yield from _shadowed(branch, branch.guard, above)
                above.append((branch, branch.guard))
        elif branch.item != Sequence((), branch.item.path, branch.item.position):  # an empty else is a safety net
            yield from _superfluous(branch, [guard for _, guard in above])


def _shadowed(branch: Branch, guard: Guard, above: list[tuple[Branch, Guard]]) -> Iterator[Remark]:
    cases = samples([guard, *(other for _, other in above)])
    fitting = [data for data in cases or () if guard.evaluate(data)]
    takers: dict[int, None] = {}
    for data in fitting:
        taker = next((n for n, (_, other) in enumerate(above) if other.evaluate(data)), None)
        if taker is None:
            return
        takers[taker] = None
    if fitting and not any(_always(above[n][1]) for n in takers):
        case = say(fitting[0], guard.fields)
        message = f"every case that fits '{guard.text}' is taken by an earlier branch, as when {case}"
        yield Remark(message, branch.position, tuple(("taken here", above[n][0].position) for n in sorted(takers)))


def _superfluous(branch: Branch, guards: list[Guard]) -> Iterator[Remark]:
    cases = samples(guards)
    if cases is None or not guards or any(_always(guard) for guard in guards):
        return
    if all(any(guard.evaluate(data) for guard in guards) for data in cases):
        yield Remark("every case is taken by an earlier branch; this else is never taken", branch.position)


def _always(guard: Guard) -> bool:
    """Return whether a guard always holds, which has its own rule."""
    cases = samples([guard])
    return cases is not None and all(guard.evaluate(data) for data in cases)
