"""Quantities of a log, one a file; see `svcflow.mining.quantity` for what such a file holds."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from svcflow import plugins
from svcflow.engines.fold import Fold
from svcflow.errors import UsageError
from svcflow.eventlog.log import Log
from svcflow.eventlog.store.stored import Stored
from svcflow.mining.quantity import Measured, Setting

if TYPE_CHECKING:
    from svcflow.mining.mined import Mined
    from svcflow.mining.surveyed import Surveyed

__all__ = ["add_needed", "begin", "choose", "derive", "go_on", "measure_whole", "prepare"]

PREFIX = "quantity:"
"""How the name of a quantity's fold begins among all folds of one pass."""

Chosen = dict[str, ModuleType]


def choose(names: Iterable[str] | None) -> Chosen:
    """Return the quantities of these names, all of them for ``None``. Raises UsageError for one that does not exist."""
    wanted = None if names is None else list(names)
    if wanted == []:
        return {}  # that costs no import
    known = plugins.find(sys.modules[__name__])
    if wanted is None:
        return known
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise UsageError(f"unknown quantity {unknown[0]!r}", f"there are {', '.join(known)}")
    return {name: known[name] for name in wanted}


def add_needed(chosen: Chosen) -> Chosen:
    """Return the chosen quantities and those that they follow from (``NEEDS`` of a module), which come first."""
    needed = [name for module in chosen.values() for name in getattr(module, "NEEDS", ())]
    return choose(needed) | chosen


def prepare(chosen: Chosen, setting: Setting) -> dict[str, Fold[Any, Any]]:
    """Return the folds of those quantities that are folds, by `PREFIX` and id."""
    return {PREFIX + name: module.prepare(setting) for name, module in chosen.items() if hasattr(module, "prepare")}


def begin(chosen: Chosen, log: Stored, setting: Setting) -> dict[str, Fold[Any, Any]]:
    """Return the folds that quantities of the whole log want in the one pass over a file."""
    wanted = (module.begin(log, setting) for module in chosen.values() if hasattr(module, "begin"))
    return {name: fold for folds in wanted for name, fold in folds.items()}


def go_on(chosen: Chosen, found: Surveyed) -> dict[str, Fold[Any, Any]]:
    """Return the folds that they want in a second pass."""
    wanted = (module.go_on(found) for module in chosen.values() if hasattr(module, "go_on"))
    return {name: fold for folds in wanted for name, fold in folds.items()}


def measure_whole(chosen: Chosen, log: Log, setting: Setting) -> dict[str, Measured]:
    """Return the quantities that need the whole log at once."""
    return {name: module.measure(log, setting) for name, module in chosen.items() if hasattr(module, "measure")}


def derive(chosen: Chosen, mined: Mined, setting: Setting) -> dict[str, Measured]:
    """Return the quantities that follow from what is mined already."""
    return {name: module.derive(mined, setting) for name, module in chosen.items() if hasattr(module, "derive")}
