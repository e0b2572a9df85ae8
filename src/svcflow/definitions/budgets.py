"""What the steps may take against what an SLA allows: one entry of its target at a time, for every case it holds for.

The cases are all values of the fields that targets depend on, and of those that more than one decision reads: two
conditions on the same field must not be taken both ways at once. Data are taken as constant along the way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from svcflow.definitions.chains import Data, entry_of
from svcflow.definitions.model import Choose, Process, Sla, Target, Task, When
from svcflow.definitions.net import inlined, walk
from svcflow.definitions.places import place_of
from svcflow.definitions.routes import Routes, Stretch
from svcflow.definitions.samples import samples
from svcflow.definitions.survey import Survey
from svcflow.findings import Position
from svcflow.guards import Field, Guard

MOST_CASES = 512


@dataclass(frozen=True, slots=True)
class Budget:
    """One case: the seconds an SLA allows it, on its calendar, and the longest ways its steps may take."""

    entry: str
    allowed_s: int
    calendar: str
    data: Data
    ways: tuple[Stretch, ...]


def budgets(survey: Survey, process: Process, sla: Sla) -> list[Budget]:
    """Return a budget for every kind of case that an SLA holds for and that can stop its clock.

    None where even the longest of all ways, on the calendar of the SLA alone, is within the shortest of its targets.
    """
    key = ("budgets", process.file, sla.id)
    if key not in survey.memo:
        survey.memo[key] = [*_budgets(survey, process, sla)]
    found: list[Budget] = survey.memo[key]
    return found


def _budgets(survey: Survey, process: Process, sla: Sla) -> Iterator[Budget]:
    routes = Routes(process, survey.by_id, sla)
    if _is_ample(routes, sla, sla.calendar or process.calendar):
        return
    for data in _cases(survey, process, sla):
        if sla.when is not None and sla.when.evaluate(data) is False:
            continue
        entry = entry_of(sla.target, data) if sla.target.by is not None else ""
        allowed = _allowed(sla.target, entry)
        if allowed is not None:
            ways = routes.find(data)
            if ways:
                yield Budget(entry, allowed, sla.calendar or process.calendar, data, ways)


def place_of_entry(survey: Survey, process: Process, sla: Sla, entry: str) -> Position:
    """Return where an entry of an SLA's target stands."""
    return place_of(survey, process.file, "slas", sla.id, "target", *([entry] if entry else []), value=True)


def _is_ample(routes: Routes, sla: Sla, calendar: str) -> bool:
    targets = (sla.target.constant, sla.target.otherwise, *(seconds for _, seconds in sla.target.values))
    least = min((seconds for seconds in targets if seconds is not None), default=0)
    spells = [way.chain for way in routes.find({})]
    return all(own == calendar and seconds <= least for chain in spells for own, seconds in chain)


def _allowed(target: Target, entry: str) -> int | None:
    if target.by is None:
        return target.constant
    return dict(target.values).get(entry, target.otherwise)


def _cases(survey: Survey, process: Process, sla: Sla) -> list[Data]:
    """Return the cases to look at, with as many of the fields that matter as there is room for."""
    own = _fields(process, [sla.target])
    targets = _targets(survey, process)
    shared = _shared(survey, process, sla, {of.name for of in (*own, *_fields(process, targets))})
    for guards, fields in ((shared, [*own, *_fields(process, targets)]), ([], [*own, *_fields(process, targets)])):
        found = samples(guards, fields, cap=MOST_CASES)
        if found is not None:
            return list(found)
    return list(samples([], own, cap=MOST_CASES) or [{}])


def _targets(survey: Survey, process: Process) -> list[Target]:
    placed = {i.step for part in inlined(process, survey.by_id) for i in walk(part.flow) if isinstance(i, Task)}
    steps = [step for part in inlined(process, survey.by_id) for step in part.steps.values()]
    return [step.within for step in steps if step.id in placed and step.within is not None]


def _fields(process: Process, targets: list[Target]) -> list[Field]:
    """Return the fields that targets depend on, with every value that they name."""
    named: dict[str, list[str]] = {}
    for target in targets:
        if target.by is not None:
            named.setdefault(target.by, []).extend(value for value, _ in target.values)
    fields = []
    for name, values in named.items():
        of = process.fields.get(name)
        known = of is not None and of.kind in ("enum", "boolean")
        fields.append(of if of is not None and known else Field(name, "enum", (*dict.fromkeys(values), "other")))
    return fields


def _shared(survey: Survey, process: Process, sla: Sla, decisive: set[str]) -> list[Guard]:
    """Return the conditions on the way whose fields another decision, or a target, depends on as well."""
    guards: list[Guard] = [] if sla.when is None else [sla.when]
    for part in inlined(process, survey.by_id):
        for item in walk(part.flow):
            if isinstance(item, When):
                guards.append(item.guard)
            elif isinstance(item, Choose):
                guards += (branch.guard for branch in item.branches if branch.guard is not None)
    counts = Counter(name for guard in guards for name in set(guard.fields))
    often = {name for name, count in counts.items() if count > 1} | decisive
    return [guard for guard in guards if not guard.relates and often & {*guard.fields}]
