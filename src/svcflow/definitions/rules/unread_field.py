"""Nothing reads a field of the case: no condition, target, authority, measure or step.

It may be left over from an earlier version, or be misspelt where it should be read. Fields that only people and
reports look at need not be declared.

Wrong::

    case: {severity: [low, high], claim: number, valid: boolean, chanel: [phone, mail]}
    flow: [register, {when: severity == high and claim > 100 and valid, do: work}, review, close]

Right::

    case: {severity: [low, high], claim: number, valid: boolean}
    flow: [register, {when: severity == high and claim > 100 and valid, do: work}, review, close]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from svcflow.definitions.conditions import conditions_of
from svcflow.definitions.model import Process, Target
from svcflow.definitions.net import inlined
from svcflow.definitions.places import place_of
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey
from svcflow.documents import Scalar, walk

CODE = "SVC405"
SEVERITY = "info"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every field that neither its process nor one that runs with it reads."""
    company = _company(survey)
    spoken = list(_agreed(survey))
    for process in survey.sound:
        parts = [survey.by_id[name] for name in company[process.id]] if process.fields else []
        read = {name for part in parts for name in _read_by(survey, part)}
        words = [*spoken, *(kpi.measure for part in parts for kpi in part.kpis.values())]
        for name in process.fields:
            pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
            if name not in read and not any(pattern.search(text) for text in words):
                yield Remark(f"nothing reads '{name}'", place_of(survey, process.file, "case", name))


def _read_by(survey: Survey, process: Process) -> Iterator[str]:
    for condition in conditions_of(survey, process):
        yield from condition.guard.fields
    targets: list[Target | None] = [step.within for step in process.steps.values()]
    targets += [sla.target for sla in process.slas.values()]
    yield from (target.by for target in targets if target is not None and target.by is not None)
    yield from (step.spends for step in process.steps.values() if step.spends is not None)
    yield from (name for step in process.steps.values() for name in step.needs)


def _agreed(survey: Survey) -> Iterator[str]:
    """Yield every text of the files of agreed deviations and of changes, whose conditions read fields too."""
    for source in survey.sources:
        if source.kind in ("allow", "whatif"):
            yield from (node.text for node in walk(source.root) if isinstance(node, Scalar))


def _company(survey: Survey) -> dict[str, set[str]]:
    """Return for each process itself, those that it runs and those that run it, with all that they run."""
    company: dict[str, set[str]] = {process.id: {process.id} for process in survey.processes}
    for process in survey.processes:
        parts = {part.id for part in inlined(process, survey.by_id)}
        for part in parts:
            company[part] |= parts
    return company
