"""The value space of guards as finitely many regions: one sample of case data each (definitions.md 3.2).

Guards read enums, truth values and numbers, so that all values of an enum, and the points below, at, between and above
each constant that a number is compared with, stand for every case there can be.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise, product
from math import ceil, floor, prod

from svcflow.definitions.net import Decision
from svcflow.guards import Field, Guard

CAP = 50_000
_ANY_TIME = datetime(1, 1, 1)  # noqa: DTZ001 - guards compare wall clocks
_OTHER_TEXT = "any other text"


def regions(guards: tuple[Guard, ...]) -> Iterator[dict[str, object]] | None:
    """Return one sample of data per region of `guards`; ``None`` if they are too many or compare fields."""
    fields = {of.name: of for guard in guards for of in guard.types}
    points: dict[str, set[object]] = {name: set() for name in fields}
    for guard in guards:
        if guard.relates:
            return None
        for name, value in guard.literals:
            points[name].add(value)
    samples = [sample_values(fields[name], points[name]) for name in fields]
    if prod(len(values) for values in samples) > CAP:
        return None
    return (dict(zip(fields, values, strict=True)) for values in product(*samples))


def is_possible(decision: Decision, guards: tuple[Guard, ...]) -> bool:
    """Return whether some case can pass a decision; true where that cannot be told."""
    wanted = [(guards[index], value) for index, value in decision.literals]
    samples = regions(tuple(guard for guard, _ in wanted))
    if samples is None:
        return True
    return any(all(guard.evaluate(data) is not (not value) for guard, value in wanted) for data in samples)


def sample_values(of: Field, points: set[object]) -> list[object]:
    """Return values of a field that stand for all there can be, where guards compare it with `points`."""
    if of.kind == "enum":
        return list(of.values)
    if of.kind == "boolean":
        return [True, False]
    if of.kind == "datetime":
        moments = sorted(point for point in points if isinstance(point, datetime))
        steps = (timedelta(seconds=-1), timedelta(), timedelta(seconds=1))
        inner = [moment + step for moment in moments if 1 < moment.year < 9999 for step in steps]
        return [*inner, _ANY_TIME]
    if of.kind == "string":
        return [*sorted(str(point) for point in points), _OTHER_TEXT]
    numbers = sorted(float(point) for point in points if isinstance(point, int | float))
    if of.kind == "integer":
        near = {whole + step for point in numbers for whole in (floor(point), ceil(point)) for step in (-1, 0, 1)}
        return [*sorted(float(whole) for whole in near)] or [0.0]
    between = [(low + high) / 2 for low, high in pairwise(numbers)]
    return [*sorted({*numbers, *between, numbers[0] - 1, numbers[-1] + 1})] if numbers else [0.0]
