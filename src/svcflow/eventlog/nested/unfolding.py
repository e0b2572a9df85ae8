"""Records that hold the events of a case in an inner list: one row per inner element, outer fields on each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from svcflow.eventlog.fitness import NAMED
from svcflow.eventlog.nested.flattening import Flattener, find_label
from svcflow.eventlog.roles.lexicon import weigh, words

HISTORY = (
    "history histories changelog changelogs change changes event events audit audits activity activities log logs step "
    "steps transition transitions journal journals timeline trail lifecycle states items details flow flows verlauf "
    "historie historia storia stappen 历史 流转记录 处理记录 操作记录 日志 步骤"
)
"""What lists of events are called."""

CHANGES = (
    "field field_name fieldname attribute property from to fromstring tostring old new old_value new_value oldvalue "
    "newvalue previous_value value before after added removed previous current type action event"
)
"""What the parts of a change are called that has no time of its own."""

_HISTORY, _CHANGES = frozenset(HISTORY.split()), frozenset(CHANGES.split())
OFTEN = 0.2
"""The share of records in which the inner list must hold something."""

NESTED = 4
"""Objects between a record and its list."""


@dataclass(frozen=True, slots=True)
class Unfolding:
    """The lists to unfold, outermost first: for each, the keys that lead to it. `others` are lists left folded.

    `timed` says that the elements have times of their own: then the record around them is the case.
    """

    lists: tuple[tuple[str, ...], ...] = ()
    others: tuple[str, ...] = ()
    timed: bool = False

    def rows(self, record: Mapping[str, Any], flattener: Flattener) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
        """Yield the fields of the case and those of the event for each event of a record."""
        if not self.lists:
            yield {}, flattener.flatten(record)
            return
        outer = flattener.flatten(record, ".".join(self.lists[0]))
        for row in self._inner(record, 0, flattener):
            yield outer, row

    def _inner(self, record: Mapping[str, Any], level: int, flattener: Flattener) -> Iterator[dict[str, str]]:
        last = level + 1 == len(self.lists)
        label = self.lists[level][-1]
        for element in find_list(record, self.lists[level]):
            if not isinstance(element, dict):
                yield {label: flattener.flatten({"": element}).popitem()[1]}
                continue
            flat = flattener.flatten(element, "" if last else ".".join(self.lists[level + 1]))
            if last:
                yield flat
                continue
            below = 0
            for row in self._inner(element, level + 1, flattener):
                below += 1
                yield {**flat, **{(f"{self.lists[level + 1][-1]}.{k}" if k in flat else k): v for k, v in row.items()}}
            if not below:
                yield flat


def find_list(record: Mapping[str, Any], keys: tuple[str, ...]) -> list[Any]:
    """Return the list that keys lead to; an empty one where there is none."""
    value: Any = record
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, list) else []


def choose(records: Sequence[Mapping[str, Any]]) -> Unfolding:
    """Return what is to be unfolded, judged by a sample of records."""
    found: list[tuple[str, ...]] = []
    others: list[str] = []
    timed = False
    while records and len(found) < 3:
        lists = _find_lists(records)
        scored = sorted(((_score(records, keys, found), keys) for keys in lists), reverse=True)
        chosen = scored[0][1] if scored and scored[0][0] > 0 else None
        others += [".".join(keys) for _, keys in scored if keys != chosen and not _is_pairs(records, keys)]
        if chosen is None:
            break
        found.append(chosen)
        records = [e for record in records for e in find_list(record, chosen) if isinstance(e, dict)][:2_000]
        timed = timed or (len(found) == 1 and _best(_names(records[:500]), "time") >= NAMED)
    return Unfolding(tuple(found), tuple(others), timed)


def _find_lists(records: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Return the keys of the lists that hold objects."""
    found: dict[tuple[str, ...], None] = {}

    def look(value: Any, keys: tuple[str, ...]) -> None:
        for key, inner in value.items():
            if isinstance(inner, dict) and len(keys) < NESTED:
                look(inner, (*keys, key))
            elif isinstance(inner, list) and any(isinstance(element, dict) for element in inner):
                found[(*keys, key)] = None

    for record in records:
        look(record, ())
    return list(found)


def _score(records: Sequence[Mapping[str, Any]], keys: tuple[str, ...], outer: list[tuple[str, ...]]) -> float:
    """Return how strongly a list looks like the events of its record; not above zero where it does not."""
    lists = [find_list(record, keys) for record in records]
    elements = [e for inner in lists for e in inner if isinstance(e, dict)][:500]
    if sum(map(bool, lists)) < OFTEN * len(lists) or not elements:
        return 0.0
    inside, around = _names(elements), _names(records[:100], ".".join(keys))
    called = any(word in _HISTORY for key in keys for word in (*words(key), key.lower()))
    timed = _best(inside, "time") >= NAMED
    changes = sum(name.lower().rpartition(".")[2] in _CHANGES for name in inside)
    if not timed and (not _best(around, "time") >= NAMED or changes < 2 or not (called or outer)):
        return 0.0
    if called:
        return 2 + _best(inside, "activity") / 100
    if outer:
        return 0.0
    within, without = (_best(names, "activity") + _best(names, "time") for names in (inside, around))
    return within / 200 if within >= max(without, 2 * NAMED) else 0.0


def _names(records: Sequence[Mapping[str, Any]], skip: str = "") -> set[str]:
    flattener = Flattener()
    return {name for record in records for name in flattener.flatten(record, skip)}


def _is_pairs(records: Sequence[Mapping[str, Any]], keys: tuple[str, ...]) -> bool:
    """Return whether a list holds labels with values, which become columns."""
    return all(bool(find_label(inner)) for record in records if (inner := find_list(record, keys)))


def _best(names: set[str], role: str) -> float:
    return max((weigh(name, role)[0] for name in names), default=0.0)
