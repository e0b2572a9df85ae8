"""Which type of object is the case: stated, or the one whose objects go through several events each, one at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.errors import InputError, MappingError
from svcflow.eventlog.mapping import suggest
from svcflow.eventlog.objects.model import ObjectLog
from svcflow.eventlog.roles.lexicon import weigh

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of objects: how many have events, how many events each, and how well it serves as the case (0 to 1)."""

    name: str
    objects: int
    events: float
    fitness: float

    def describe(self) -> str:
        """Return the type with its figures."""
        return f"{self.name} ({self.objects:,} objects with {self.events:.1f} events each)"


def choose(log: ObjectLog, stated: str, name: str) -> tuple[Kind, tuple[str, ...]]:
    """Return the type that is the case, and what to say. `name` is that of the file.

    Raises MappingError where the stated type does not exist, InputError where no object has an event.
    """
    kinds = measure(log)
    if stated:
        found = next((kind for kind in kinds if kind.name == stated), None)
        known = tuple(sorted(set(log.object_types) - {""}))
        if found is None and stated in known:
            raise InputError(f"{name}: no event belongs to an object of the type {stated!r}", _list(kinds))
        if found is None:
            raise MappingError(f"{name} has no objects of the type {stated!r}{suggest(stated, known)}", _list(kinds))
        return found, (f"cases are the objects of the type {found.describe()}, as stated",)
    if not kinds:
        raise InputError(f"{name}: no event belongs to any object", "export it again as OCEL 2.0")
    best = kinds[0]
    others = ", ".join(kind.describe() for kind in kinds[1:8])
    facts = [f"cases are the objects of the type {best.describe()}"]
    facts += [f"other types, to be stated with --objects: {others}"] if others else []
    return best, tuple(facts)


def measure(log: ObjectLog) -> list[Kind]:
    """Return the types of objects that have events, the fittest first.

    A fit type has many objects (they are not the few that all events share), each with several events, and hardly an
    event that belongs to two of them.
    """
    names = sorted(set(log.object_types) - {""})
    place = {name: number for number, name in enumerate(names)}
    kind_of = np.array([place.get(kind, -1) for kind in log.object_types], np.int64)
    pairs = distinct_pairs(log)
    found = []
    for number, name in enumerate(names):
        events, objects = pairs[kind_of[pairs[:, 1]] == number].T
        if not len(events):
            continue
        per_event = np.unique(events, return_counts=True)[1]
        per_object = np.unique(objects, return_counts=True)[1]
        alone = float((per_event == 1).sum()) / len(log.ids)
        several = float((per_object > 1).mean())
        spread = min(1.0, len(per_object) / max(1.0, len(log.ids) ** 0.5))
        fitness = 0.8 * alone * several * spread + 0.2 * weigh(name.rstrip("s"), "case")[0] / 100
        found.append(Kind(name, len(per_object), float(per_object.mean()), fitness))
    return sorted(found, key=lambda kind: (-kind.fitness, kind.name))


def distinct_pairs(log: ObjectLog) -> Numbers:
    """Return which event belongs to which object, each pair once, by event and then by object."""
    if not log.relations:
        return np.empty((0, 2), np.int64)
    flat = np.fromiter((number for event, thing, _ in log.relations for number in (event, thing)), np.int64)
    pairs: Numbers = np.unique(flat.reshape(-1, 2), axis=0)
    return pairs


def _list(kinds: list[Kind]) -> str:
    return "types of objects: " + ", ".join(kind.name for kind in kinds[:20])
