"""Two processes apply to the same case; only the first, in the order of the files, judges it.

Versions of a process that are valid at different times do not overlap.

Wrong::

    applies_to: severity == high
    # file: second.svcflow.yaml
    process: second
    applies_to: claim > 500

Right::

    applies_to: severity == high
    # file: second.svcflow.yaml
    process: second
    applies_to: severity == low and claim > 500
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from svcflow.definitions.model import Process
from svcflow.definitions.places import place_of
from svcflow.definitions.reading import Remark
from svcflow.definitions.samples import Data, samples, say
from svcflow.definitions.survey import Survey

CODE = "SVC406"
SEVERITY = "warning"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every pair of processes that both apply to some case, with such a case."""
    for first, second in combinations(survey.sound, 2):
        if first.id == second.id or not _share_a_day(first, second):
            continue
        case = _shared(first, second)
        if case is not None:
            here = place_of(survey, second.file, "applies_to", value=True)
            there = place_of(survey, first.file, "applies_to", value=True)
            told = f" when {say(case)}" if case else ""
            yield Remark(f"{first.id} and {second.id} both apply{told}", here, ((f"{first.id} judges it", there),))


def _shared(first: Process, second: Process) -> Data | None:
    one, other = first.applies_to, second.applies_to
    if one is None or other is None:
        return None  # a process that says nothing takes what the others leave
    cases = samples([one, other])
    return next((data for data in cases or () if one.evaluate(data) and other.evaluate(data)), None)


def _share_a_day(first: Process, second: Process) -> bool:
    starts = max(first.valid_from or "", second.valid_from or "")
    ends = min(first.valid_until or "9999-12-31", second.valid_until or "9999-12-31")
    return starts <= ends
