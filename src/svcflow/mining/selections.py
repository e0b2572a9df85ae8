"""Whole cases of a log, chosen by filters of every kind, each judged on the whole log."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow import plugins
from svcflow.errors import UsageError
from svcflow.eventlog.log import Log
from svcflow.eventlog.selection import take_cases
from svcflow.mining import filters as package
from svcflow.mining.facts import Facts

Filter = Mapping[str, Any]
MOST_FILTERS = 40
MOST_TEXTS = 5_000
LONGEST = 20_000
"""Limits of what one selection may state: so many filters, texts in a list, characters of a text."""


def select(log: Log, filters: Sequence[Filter]) -> Log:
    """Return the log of the cases that pass all `filters`, with all their events; see `choose`.

    Raises UsageError for a filter that cannot be, one that names an activity which never occurs, and where nothing is
    left.
    """
    refuse_unknown(log, filters)
    chosen = choose(Facts(log), filters)
    if log.cases and not chosen.any():
        raise UsageError(f"none of the {log.cases:,} cases is left", "loosen a filter")
    return log if chosen.all() else take_cases(log, np.flatnonzero(chosen))


def refuse_unknown(log: Log, filters: Sequence[Filter]) -> None:
    """Raise UsageError where a filter names an activity that the log does not have."""
    for one in check_all(filters):
        for name in _list_activities(one):
            if log.activities.find(name) is None:
                known = {text.casefold(): text for text in log.activities.texts}
                near = difflib.get_close_matches(name.casefold(), known, n=1)
                hint = f"did you mean {known[near[0]]!r}?" if near else "see `svcflow mine LOG --what map`"
                raise UsageError(f"the log has no activity {name!r}", hint)


def _list_activities(stated: Filter) -> list[str]:
    """Return the activities that a filter names."""
    if stated["kind"] == "follower":
        return [stated["first"], stated["then"]]
    if stated["kind"] == "endpoint":
        return [*stated.get("first", ()), *stated.get("last", ())]
    return [name for variant in stated.get("variants", ()) for name in variant]


def choose(facts: Facts, filters: Sequence[Filter]) -> NDArray[np.bool_]:
    """Return which cases pass all `filters`.

    Each filter is a mapping with its ``kind`` (a module of `mining.filters`, whose manual says what it states);
    ``"not": True`` turns it round. Raises UsageError for a filter that cannot be.
    """
    stated = check_all(filters)
    chosen = np.ones(facts.log.cases, np.bool_)
    for one in stated:
        chosen &= keep(facts, one)
    return chosen


def keep(facts: Facts, stated: Filter) -> NDArray[np.bool_]:
    """Return which cases pass one filter that `check` returned."""
    given = {name: value for name, value in stated.items() if name not in {"kind", "not"}}
    kept: NDArray[np.bool_] = find_filters()[stated["kind"]].keep(facts, **given)
    return ~kept if stated.get("not") else kept


def check_all(filters: Sequence[object]) -> list[dict[str, Any]]:
    """Return filters if they are such, and not too many. Raises UsageError otherwise."""
    stated = [check(one) for one in filters]
    if len(stated) > MOST_FILTERS:
        raise UsageError(f"more than {MOST_FILTERS} filters", "put several into one condition")
    return stated


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
        elif name in known and name != "facts":
            found[name] = _check_value(name, value, str(known[name].annotation))
        else:
            raise UsageError(f"a {stated['kind']} filter does not know {str(name)[:40]!r}", "see its manual")
    for name, parameter in known.items():
        if name != "facts" and parameter.default is inspect.Parameter.empty and name not in found:
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
        "list[int]": _is_list(value) and all(map(_is_rank, value)),  # type: ignore[call-overload]
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


def _is_rank(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1e15
