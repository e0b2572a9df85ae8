"""Which list of a JSON document holds the records: stated, or found by the names of their fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from svcflow.errors import InputError, MappingError
from svcflow.eventlog.fitness import NAMED, weigh_names
from svcflow.eventlog.mapping import suggest
from svcflow.eventlog.nested import unfolding
from svcflow.eventlog.nested.flattening import Flattener
from svcflow.eventlog.nested.walking import Element, Keys
from svcflow.eventlog.records import MOST_COLUMNS
from svcflow.eventlog.roles.lexicon import weigh

SAMPLE = 300
MOST_LISTS = 1_000
_HINT = "state where they stand in a mapping file (source: records: data.items), or give JSON Lines"


@dataclass(slots=True)
class Survey:
    """The lists of a document: how many elements each has, and its first records."""

    counts: dict[Keys, int] = field(default_factory=dict)
    samples: dict[Keys, list[Mapping[str, Any]]] = field(default_factory=dict)
    single: dict[str, Any] = field(default_factory=dict)

    def note(self, path: Path, element: Element) -> None:
        """Count an element."""
        if element.single:
            if len(self.single) < MOST_LISTS:
                self.single[".".join(element.keys)] = element.value
            return
        self.counts[element.keys] = self.counts.get(element.keys, 0) + 1
        if len(self.counts) > MOST_LISTS:
            raise InputError(f"{path.name} holds more than {MOST_LISTS:,} lists: the records are not in one", _HINT)
        sample = self.samples.setdefault(element.keys, [])
        if len(sample) < SAMPLE and isinstance(element.value, dict):
            sample.append(element.value)


@dataclass(frozen=True, slots=True)
class Choice:
    """The list of records, or (`whole`) the document as one record; what is unfolded; what to say."""

    keys: Keys
    unfold: unfolding.Unfolding
    facts: tuple[str, ...]
    whole: bool = False


def survey(path: Path, elements: Iterable[Element]) -> Survey:
    """Count all elements of a document."""
    found = Survey()
    for element in elements:
        found.note(path, element)
    return found


def choose(path: Path, found: Survey, stated: str) -> Choice:
    """Return the list that holds the records. Raises MappingError or InputError where none does."""
    lists = [keys for keys, sample in found.samples.items() if sample]
    if stated:
        keys = _find_stated(path, found, stated)
        return _finish(found.samples[keys], keys, f"records under {stated!r}, as stated", [])
    if not lists:
        if any(_weigh_case([name]) >= NAMED for name in found.single):
            return Choice((), unfolding.Unfolding(), ("the document is one record",), whole=True)
        raise InputError(f"{path.name} holds no list of records", "it should hold one object per event or case")
    best = max(lists, key=lambda keys: (_fitness(found.samples[keys]), found.counts[keys]))
    names = _names(found.samples[best])
    if best and _weigh_case(names) < NAMED <= _weigh_case(found.single):
        unfold = unfolding.Unfolding((best,), timed=True)
        return Choice((), unfold, (f"the document is one case; its events stand under {_say(best)}",), whole=True)
    others = [keys for keys in lists if keys != best]
    return _finish(
        found.samples[best], best, f"{found.counts[best]:,} records under {_say(best)}" if best else "", others
    )


def _finish(sample: list[Mapping[str, Any]], keys: Keys, told: str, others: list[Keys]) -> Choice:
    unfold = unfolding.choose(sample)
    facts = [told] if told else []
    if others:
        facts.append(f"lists not read: {', '.join(_say(other) for other in others[:10])}")
    return Choice(keys, unfold, (*facts, *say_unfolding(unfold)))


def say_unfolding(unfold: unfolding.Unfolding) -> list[str]:
    """Say which inner lists are unfolded and which are not."""
    facts = []
    if unfold.lists:
        path = " and in it ".join(_say(keys) for keys in unfold.lists)
        facts.append(
            f"one row per element of {path}" + ("; the other fields are those of the case" if unfold.timed else "")
        )
    if unfold.others:
        facts.append(f"inner lists that are only counted: {', '.join(repr(name) for name in unfold.others[:10])}")
    return facts


def _fitness(sample: list[Mapping[str, Any]]) -> float:
    names = _names(sample)
    inner = unfolding.choose(sample)
    for keys in inner.lists[:1]:
        names |= _names([e for record in sample for e in unfolding.find_list(record, keys) if isinstance(e, dict)])
    return round(weigh_names(names), 1)


def _names(sample: list[Mapping[str, Any]]) -> set[str]:
    flattener = Flattener()
    return {name for record in sample[:100] for name in islice(flattener.flatten(record), MOST_COLUMNS)}


def _weigh_case(names: Iterable[str]) -> float:
    return max((weigh(name, "case")[0] for name in names), default=0.0)


def _find_stated(path: Path, found: Survey, stated: str) -> Keys:
    lists = {".".join(keys): keys for keys, sample in found.samples.items() if sample}
    if stated in lists:
        return lists[stated]
    names = tuple(name for name in lists if name)
    raise MappingError(
        f"{path.name} has no list of records under {stated!r}{suggest(stated, names)}",
        f"lists of records: {', '.join(names[:20])}" if names else "the records are the document itself",
    )


def _say(keys: Keys) -> str:
    return repr(".".join(keys)) if keys else "the top"
