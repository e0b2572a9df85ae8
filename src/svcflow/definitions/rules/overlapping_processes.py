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
from svcflow.guards import Guard

CODE = "SVC406"
SEVERITY = "warning"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every pair of processes that both apply to some case, with such a case."""
    # A process that says nothing takes what the others leave.
    claims = [(process, process.applies_to) for process in survey.sound if process.applies_to is not None]
    for first, second, case in _shared(claims):
        if first.id != second.id and _share_a_day(first, second):
            here = place_of(survey, second.file, "applies_to", value=True)
            there = place_of(survey, first.file, "applies_to", value=True)
            told = f" when {say(case, sorted({*_fields(first), *_fields(second)}))}" if case else ""
            yield Remark(f"{first.id} and {second.id} both apply{told}", here, ((f"{first.id} judges it", there),))


def _shared(claims: list[tuple[Process, Guard]]) -> Iterator[tuple[Process, Process, Data]]:
    """Yield the pairs that share a case, each once; all are tried on the same cases, if these are not too many."""
    cases = samples([guard for _, guard in claims])
    if cases is None:
        for pair in combinations(claims, 2):
            yield from () if samples([guard for _, guard in pair]) is None else _shared([*pair])
        return
    told: set[tuple[str, str]] = set()
    for case in cases:
        taken = [process for process, guard in claims if guard.evaluate(case)]
        for first, second in combinations(taken, 2):
            if (first.file, second.file) not in told:
                told.add((first.file, second.file))
                yield first, second, case


def _fields(process: Process) -> tuple[str, ...]:
    return () if process.applies_to is None else process.applies_to.fields


def _share_a_day(first: Process, second: Process) -> bool:
    starts = max(first.valid_from or "", second.valid_from or "")
    ends = min(first.valid_until or "9999-12-31", second.valid_until or "9999-12-31")
    return starts <= ends
