"""A graver case may take longer than one that is less grave.

The values of a field are listed from the lowest to the highest. This is judged of fields whose order means something:
a condition compares them (``severity >= high``), or every other target gets shorter with them. A channel has no order.

Wrong::

    slas:
      reply:
        {from: register, to: work, target: {by: severity, low: 2h, high: 3h}, objective: 90%, escalate: {80%: lead}}
    rules: {checked: {different: [work, review], when: severity >= high}}

Right::

    slas:
      reply:
        {from: register, to: work, target: {by: severity, low: 3h, high: 2h}, objective: 90%, escalate: {80%: lead}}
    rules: {checked: {different: [work, review], when: severity >= high}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from svcflow.definitions.conditions import conditions_of
from svcflow.definitions.durations import say_hours
from svcflow.definitions.model import Process, Target
from svcflow.definitions.places import place_of
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey
from svcflow.guards import Field

CODE = "SVC505"
SEVERITY = "warning"
_Entry = tuple[str, int]


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every target that gets longer as cases get graver."""
    targets = [(process, path, target) for process in survey.sound for path, target in _targets(process)]
    compared = {of for process in survey.sound for of in _compared(survey, process)}
    falls: dict[Field, list[bool]] = {}
    for process, _, target in targets:
        of = process.fields.get(target.by or "")
        listed = _listed(target, of) if of else []
        if of is not None and len({seconds for _, seconds in listed}) > 1:
            falls.setdefault(of, []).append(_falls(listed))
    for process, path, target in targets:
        of = process.fields.get(target.by or "")
        if of is None:
            continue
        listed = _listed(target, of)
        others = falls.get(of, [])
        if not _falls(listed) and (of in compared or (len(others) > 1 and others.count(False) == 1)):
            for low, high in pairwise(listed):
                if high[1] > low[1]:
                    message = f"{high[0]} ({say_hours(high[1])}) is slower than {low[0]} ({say_hours(low[1])})"
                    entry = high[0] if high[0] in dict(target.values) else "else"
                    yield Remark(message, place_of(survey, process.file, *path, entry, value=True))
                    break


def _targets(process: Process) -> Iterator[tuple[tuple[str, ...], Target]]:
    for step in process.steps.values():
        if step.within is not None and step.within.by is not None:
            yield ("steps", step.id, "within"), step.within
    for sla in process.slas.values():
        if sla.target.by is not None:
            yield ("slas", sla.id, "target"), sla.target


def _listed(target: Target, of: Field) -> list[_Entry]:
    """Return the values of an enum that have a target, the lowest first."""
    if of.kind != "enum":
        return []
    known = dict(target.values)
    found = [(value, known.get(value, target.otherwise)) for value in of.values]
    return [(value, seconds) for value, seconds in found if seconds is not None]


def _falls(listed: list[_Entry]) -> bool:
    return all(low[1] >= high[1] for low, high in pairwise(listed))


def _compared(survey: Survey, process: Process) -> Iterator[Field]:
    """Yield the enums that a condition compares by rank."""
    for condition in conditions_of(survey, process):
        for of in condition.guard.types:
            name = rf"(?<!\w){re.escape(of.name)}(?!\w)`?"
            ranked = rf"{name}\s*[<>]|[<>]=?\s*`?{name}"
            if of.kind == "enum" and re.search(ranked, condition.guard.text):
                yield of
