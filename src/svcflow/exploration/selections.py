"""Selections: which whole cases several filters leave, every filter judged on the whole log."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow import plugins
from svcflow.errors import UsageError
from svcflow.eventlog.log import Log
from svcflow.eventlog.selection import take_cases
from svcflow.exploration import filters as package
from svcflow.exploration.opened import Opened
from svcflow.mining.directly_follows import DirectlyFollows

Filter = Mapping[str, Any]
MOST_FILTERS = 40
MOST_TEXTS = 5_000
LONGEST = 20_000
"""Limits of what one selection may state: so many filters, texts in a list, characters of a text."""


def select(log: Log, filters: Sequence[Filter]) -> Log:
    """Return the log of the cases that pass all `filters`, with all their events.

    Each filter is a mapping with its ``kind`` (a module of `exploration.filters`, whose manual says what it states);
    ``"not": True`` turns it round. Raises UsageError for a filter that cannot be, and where nothing is left.
    """
    chosen = Selections(Opened(log)).choose(filters).chosen
    if not chosen.any():
        raise UsageError(f"none of the {log.cases:,} cases is left", "loosen a filter")
    return log if chosen.all() else take_cases(log, np.flatnonzero(chosen))


@dataclass(frozen=True)
class Selection:
    """The cases that filters leave of an opened log. `key` names the selection among all of the log."""

    opened: Opened
    key: str
    chosen: NDArray[np.bool_]

    @cached_property
    def cases(self) -> int:
        """Return how many cases are left."""
        return int(self.chosen.sum())

    @cached_property
    def rows(self) -> NDArray[np.bool_]:
        """Return the instances of the cases."""
        return self.chosen[self.opened.case]

    @cached_property
    def links(self) -> DirectlyFollows:
        """Return the directly-follows pairs of the cases."""
        return self.opened.links.measure(self.chosen)

    @cached_property
    def log(self) -> Log:
        """Return the log of the cases."""
        return self.opened.log if self.chosen.all() else take_cases(self.opened.log, np.flatnonzero(self.chosen))


class Selections:
    """Computes selections of one log and keeps the last ones."""

    def __init__(self, opened: Opened, most: int = 64) -> None:
        self._opened = opened
        self._most = most
        self._masks: dict[str, NDArray[np.bool_]] = {}
        self._known: dict[str, Selection] = {}

    def choose(self, filters: Sequence[Filter]) -> Selection:
        """Return the cases that pass all filters. Raises UsageError for a filter that cannot be."""
        stated = [check(one) for one in filters]
        if len(stated) > MOST_FILTERS:
            raise UsageError(f"more than {MOST_FILTERS} filters", "put several into one condition")
        texts = [json.dumps(one, sort_keys=True, ensure_ascii=False) for one in stated]
        key = json.dumps(sorted(set(texts)), ensure_ascii=False)
        if key not in self._known:
            chosen = np.ones(self._opened.log.cases, bool)
            for text, one in zip(texts, stated, strict=True):
                chosen &= self._judge(text, one)
            _remember(self._known, key, Selection(self._opened, key, chosen), self._most)
        return self._known[key]

    def _judge(self, text: str, stated: Filter) -> NDArray[np.bool_]:
        if text not in self._masks:
            given = {name: value for name, value in stated.items() if name not in {"kind", "not"}}
            kept = find_filters()[stated["kind"]].keep(self._opened, **given)
            _remember(self._masks, text, ~kept if stated.get("not") else kept, self._most)
        return self._masks[text]


def _remember(known: dict[str, Any], key: str, value: Any, most: int) -> None:
    while len(known) >= most:
        known.pop(next(iter(known)))
    known[key] = value


@cache
def find_filters() -> dict[str, ModuleType]:
    """Return the filters by kind."""
    return plugins.find(package)


def check(stated: object) -> dict[str, Any]:
    """Return a filter if it is one; what is ``None`` or empty in it is left out. Raises UsageError otherwise."""
    if not isinstance(stated, Mapping) or stated.get("kind") not in find_filters():
        raise UsageError("a filter without a known kind", f"kinds are {', '.join(find_filters())}")
    known = inspect.signature(find_filters()[stated["kind"]].keep).parameters
    found: dict[str, Any] = {"kind": stated["kind"]}
    for name, value in stated.items():
        if name == "kind" or value is None or value in ("", []):
            continue
        if name == "not" and isinstance(value, bool):
            found |= {"not": True} if value else {}
        elif name in known and name != "opened":
            found[name] = _check_value(name, value, str(known[name].annotation))
        else:
            raise UsageError(f"a {stated['kind']} filter does not know {str(name)[:40]!r}", "see its manual")
    for name, parameter in known.items():
        if name != "opened" and parameter.default is inspect.Parameter.empty and name not in found:
            raise UsageError(f"a {stated['kind']} filter needs {name!r}", "state it")
    if not set(found) - {"kind", "not"}:
        raise UsageError(f"an empty {stated['kind']} filter", "state a limit")
    return found


def _check_value(name: str, value: object, annotation: str) -> object:
    """Return a value if it is of the kind that a filter's parameter is annotated with."""
    number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
    good = {
        "bool": isinstance(value, bool),
        "str": _is_text(value),
        "float": number,
        "list[str]": _is_list(value) and all(map(_is_text, value)),  # type: ignore[call-overload]
        "list[list[str]]": _is_list(value) and all(_is_list(v) and all(map(_is_text, v)) for v in value),  # type: ignore[attr-defined]
    }
    wanted = annotation.removesuffix(" | None")
    if not good[wanted]:
        raise UsageError(f"{name} is no {wanted} that a filter can take", "see the filter's manual")
    return float(value) if wanted == "float" else value  # type: ignore[arg-type]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST


def _is_list(value: object) -> bool:
    return isinstance(value, list) and len(value) <= MOST_TEXTS
