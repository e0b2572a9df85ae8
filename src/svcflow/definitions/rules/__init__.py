"""The rules of `svcflow validate`, one a file; the module is the plug-in, its docstring the manual.

A rule has a `CODE`, a `SEVERITY` (``error``, ``warning``, ``info``), and usually ``check(survey)``, which yields
remarks. A rule without `check` is one that reading itself notes, under the rule's id. `FATAL = True` says that a file
that breaks the rule cannot be built into values; such a problem cannot be ignored by a comment. `BY_TEST = True` marks
a rule that only `svcflow test` judges, by executing scenarios; `OPT_IN = True` one that is off unless it is selected by
its own code or name. The manual's *Wrong* and *Right* are its tests.
"""

from __future__ import annotations

import sys
from functools import cache
from types import ModuleType

from svcflow import plugins
from svcflow.findings import Problem

LAST_BASIC = "SVC401"


@cache
def catalogue() -> dict[str, ModuleType]:
    """Return the rules by id, in the order of their codes."""
    found = plugins.find(sys.modules[__name__])
    return dict(sorted(found.items(), key=lambda item: item[1].CODE))


def is_fatal(rule: str) -> bool:
    """Return whether the rule of that id must be kept for a file to have a value."""
    return bool(getattr(catalogue().get(rule), "FATAL", False))


def is_basic(problem: Problem) -> bool:
    """Return whether a problem keeps the rules after `LAST_BASIC` from judging its file: they would tell it again."""
    return problem.severity == "error" and problem.code <= LAST_BASIC


def is_opt_in(rule: str) -> bool:
    """Return whether the rule of that id is off unless it is selected by its own code or name."""
    return bool(getattr(catalogue().get(rule), "OPT_IN", False))


def name_of(rule: ModuleType) -> str:
    """Return the name of a rule: its id, unless a module cannot be called so."""
    return str(getattr(rule, "NAME", plugins.identify(rule)))
