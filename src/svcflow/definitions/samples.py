"""Samples of case data that stand for every case there can be, for guards of one process or of several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import product
from math import prod

from svcflow.definitions.regions import CAP, sample_values
from svcflow.guards import Field, Guard

Data = dict[str, object]


def samples(guards: Iterable[Guard], others: Iterable[Field] = (), *, cap: int = CAP) -> Iterator[Data] | None:
    """Return data for every region of `guards`, and every value of `others`; ``None`` if they are more than `cap`.

    A field that two processes declare differently takes the values of both. Guards that relate two fields to each
    other are opaque: there are no samples for them.
    """
    values = values_by_field(guards, others)
    if values is None or prod(len(listed) for listed in values.values()) > cap:
        return None
    return (dict(zip(values, chosen, strict=True)) for chosen in product(*values.values()))


def values_by_field(guards: Iterable[Guard], others: Iterable[Field] = ()) -> dict[str, list[object]] | None:
    """Return the values that stand for all a field can have, by field; ``None`` if a guard is opaque."""
    guards = tuple(guards)
    if any(guard.relates for guard in guards):
        return None
    points: dict[str, set[object]] = {}
    for guard in guards:
        for name, value in guard.literals:
            points.setdefault(name, set()).add(value)
    values: dict[str, list[object]] = {}
    for of in dict.fromkeys((*(of for guard in guards for of in guard.types), *others)):
        known = values.setdefault(of.name, [])
        known.extend(value for value in sample_values(of, points.get(of.name, set())) if value not in known)
    return values


def say(data: Data, fields: Iterable[str] | None = None) -> str:
    """Return data as one would tell a case.

    >>> say({"severity": "high", "claim": 499.0, "valid": True}, ["severity", "claim"])
    'severity = high, claim = 499'
    """
    names = data if fields is None else [name for name in fields if name in data]
    return ", ".join(f"{name} = {_say_value(data[name])}" for name in names)


def _say_value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.15g}"
    return value.isoformat() if isinstance(value, datetime) else str(value)
