"""Options that choose cases by how they went: variant, cycle time, first and last activity, what follows what."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any, TypeVar, cast

import click

from svcflow.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "--variant",
        {"multiple": True, "metavar": "N|SHARE", "help": "Only the N-th most common variant, or those that make 80%."},
    ),
    ("--slower-than", {"metavar": "DURATION", "help": "Only cases that took at least so long: 36h, 5d."}),
    ("--faster-than", {"metavar": "DURATION", "help": "Only cases that took at most so long."}),
    ("--starts-with", {"multiple": True, "metavar": "ACTIVITY", "help": "Only cases that begin with it."}),
    ("--ends-with", {"multiple": True, "metavar": "ACTIVITY", "help": "Only cases that end with it."}),
    (
        "--follows",
        {"nargs": 2, "multiple": True, "metavar": "A B", "help": "Only cases in which B comes at some time after A."},
    ),
    ("--within", {"metavar": "DURATION", "help": "With --follows: at most so long after."}),
    (
        "--never-follows",
        {"nargs": 2, "multiple": True, "metavar": "A B", "help": "Only cases in which B never comes after A."},
    ),
    (
        "--filter",
        {"multiple": True, "metavar": "JSON", "help": "A filter of any kind, as `svcflow explore` writes it."},
    ),
)


def filters(function: F) -> F:
    """Add the options; the command gets them as the list `filters`, as `mining.selections` takes it."""

    @functools.wraps(function)
    def gather(*arguments: Any, **given: Any) -> Any:
        own = {name: given.pop(name) for name in ("variant", "slower_than", "faster_than", "starts_with", "ends_with",
                                                  "follows", "within", "never_follows", "filter")}  # fmt: skip
        return function(*arguments, filters=state(own), **given)

    wrapped: Any = gather
    for name, settings in reversed(_OPTIONS):
        wrapped = click.option(name, **settings)(wrapped)
    return cast("F", wrapped)


def state(given: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the filters that the options are. Raises UsageError for what is none."""
    if not any(value for value in given.values()):
        return []
    from svcflow.mining import stating
    from svcflow.mining.selections import check_all

    if given["within"] is not None and not given["follows"]:
        raise UsageError("--within needs --follows", "say what is to follow what: --follows A B")
    found: list[dict[str, Any]] = []
    if given["variant"]:
        found.append(stating.state_variants(*given["variant"]))
    if given["slower_than"] or given["faster_than"]:
        found.append(stating.state_duration(given["slower_than"], given["faster_than"]))
    if given["starts_with"] or given["ends_with"]:
        found.append(stating.state_ends(given["starts_with"], given["ends_with"]))
    found += [stating.state_order(*pair, within=given["within"]) for pair in given["follows"]]
    found += [stating.state_order(*pair, never=True) for pair in given["never_follows"]]
    found += [_read(text) for text in given["filter"]]
    return check_all(found)


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise UsageError(
            f"--filter {text[:80]!r} is no JSON", """write {"kind": "follower", "first": "A", "then": "B"}"""
        ) from None
