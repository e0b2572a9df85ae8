"""The data of cases as far as conditions can tell them apart: which truths occur together, each with one sample.

Conditions that share a field form a group; groups are independent of each other. A condition that compares two numeric
fields, or whose group has too many regions, is opaque: it may hold or fail whatever the others say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod

from svcflow.definitions.regions import CAP, sample_values
from svcflow.errors import DefinitionError
from svcflow.guards import Field, Guard

Data = dict[str, object]
Truth = bool | None
MOST_TOGETHER = 4_096


@dataclass(frozen=True, slots=True)
class _Group:
    """Conditions by number, and every combination of their truths with a sample of data for it."""

    guards: tuple[int, ...]
    rows: tuple[tuple[tuple[Truth, ...], Data], ...]


class Cases:
    """All cases there can be, for conditions numbered by their place in `guards`; without `data` nothing is known."""

    def __init__(self, guards: tuple[Guard, ...], *, data: bool = True) -> None:
        self.guards = guards
        self._opaque: set[int] = set()
        self._groups = tuple(group for members in _connected(guards) for group in self._group(members)) if data else ()
        self._combinations: dict[frozenset[int], tuple[dict[int, Truth], ...]] = {}

    def combinations(self, asked: frozenset[int]) -> tuple[dict[int, Truth], ...]:
        """Return the truths that the conditions `asked` can have together; raise `DefinitionError` if too many."""
        if asked not in self._combinations:
            parts = [self._project(group, asked) for group in self._groups]
            parts = [part for part in parts if part]
            if prod(map(len, parts)) > MOST_TOGETHER:
                texts = ", ".join(f"'{self.guards[g].text}'" for g in sorted(asked)[:3])
                raise DefinitionError(
                    f"too many conditions meet at one place ({texts}, …)", "compare without data: --no-data"
                )
            self._combinations[asked] = tuple(
                {guard: truth for part in chosen for guard, truth in part.items()} for chosen in product(*parts)
            )
        return self._combinations[asked]

    def choose(self, truths: Mapping[int, Truth], last: Mapping[str, object]) -> Data:
        """Return data that give these truths, as near to `last` as they can be."""
        data: Data = {}
        for group in self._groups:
            wanted = [(place, truths[guard]) for place, guard in enumerate(group.guards) if guard in truths]
            if not wanted:
                continue
            fitting = (row for found, row in group.rows if all(found[place] is truth for place, truth in wanted))
            nearest: Data = min(fitting, key=lambda row: _count_changes(row, last))
            data |= nearest
        return data

    def judge(self, data: Mapping[str, object]) -> dict[int, Truth]:
        """Return the truth of every condition for data; what they leave out is unknown."""
        truths: dict[int, Truth] = {}
        for number, guard in enumerate(self.guards):
            if number in self._opaque:
                known = data.get(guard.text)
                truths[number] = known if isinstance(known, bool) else None
            else:
                truths[number] = guard.evaluate(data)
        return truths

    def _project(self, group: _Group, asked: frozenset[int]) -> list[dict[int, Truth]]:
        places = [(place, guard) for place, guard in enumerate(group.guards) if guard in asked]
        if not places:
            return []
        found = dict.fromkeys(tuple(truths[place] for place, _ in places) for truths, _ in group.rows)
        return [{guard: truth for (_, guard), truth in zip(places, row, strict=True)} for row in found]

    def _group(self, members: tuple[int, ...]) -> Iterator[_Group]:
        samples = _samples([self.guards[number] for number in members])
        if samples is None or prod(len(values) for values in samples.values()) > CAP:
            self._opaque |= {*members}
            for number in members:
                yield _Group((number,), tuple(((truth,), {self.guards[number].text: truth}) for truth in (True, False)))
            return
        found: dict[tuple[Truth, ...], Data] = {}
        for values in product(*samples.values()):
            data = dict(zip(samples, values, strict=True))
            found.setdefault(tuple(self.guards[number].evaluate(data) for number in members), data)
        yield _Group(members, tuple(found.items()))


def _count_changes(row: Data, last: Mapping[str, object]) -> int:
    return sum(last.get(name, value) != value for name, value in row.items())


def mean_same(one: Guard | None, other: Guard | None) -> bool:
    """Return whether two conditions hold for the same cases; where that cannot be told, whether they read the same."""
    if one is None or other is None:
        return one is other
    if one.text.split() == other.text.split():
        return True
    if one.relates or other.relates or not (one.types and other.types):
        return False
    return all(row[0] is row[1] for row in Cases((one, other)).combinations(frozenset({0, 1})))


def _connected(guards: tuple[Guard, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the numbers of guards in groups that share fields; one that relates fields stands alone."""
    groups: list[tuple[set[str], list[int]]] = []
    for number, guard in enumerate(guards):
        if guard.relates:
            yield (number,)
            continue
        fields, members = set(guard.fields), [number]
        for group in [group for group in groups if group[0] & fields]:
            fields |= group[0]
            members += group[1]
            groups.remove(group)
        groups.append((fields, members))
    yield from (tuple(sorted(members)) for _, members in groups)


def _samples(guards: Iterable[Guard]) -> dict[str, list[object]] | None:
    """Return the values to try of each field; ``None`` where a guard compares fields or could not be compiled.

    A field may be of two kinds, one in each definition: the values of both are tried.
    """
    kinds: dict[str, dict[Field, set[object]]] = {}
    for guard in guards:
        if guard.relates:
            return None
        for of in guard.types:
            kinds.setdefault(of.name, {}).setdefault(of, set())
        for name, value in guard.literals:
            for points in kinds[name].values():
                points.add(value)
    return {
        name: list(dict.fromkeys(value for of, points in found.items() for value in sample_values(of, points)))
        for name, found in kinds.items()
    }
