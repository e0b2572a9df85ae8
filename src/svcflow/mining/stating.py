"""Filters as people state them: each function returns the mapping that `selections.select` takes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from svcflow.definitions.durations import parse_duration
from svcflow.errors import UsageError
from svcflow.eventlog.selection import Moment

Stated = dict[str, Any]
Duration = str | float | dt.timedelta
Names = str | Sequence[str]

_SECONDS = re.compile(r"(\d{1,12}(?:\.\d{1,3})?)s", re.ASCII)
_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?)\s?%", re.ASCII)


def state_condition(where: str) -> Stated:
    """Return the filter of a condition of the guard language."""
    return {"kind": "attribute", "where": where}


def state_period(since: Moment | None = None, until: Moment | None = None) -> Stated:
    """Return the filter of cases that begin from `since` on and before `until`."""
    given = {"since": since, "until": until}
    return {"kind": "period"} | {
        name: moment if isinstance(moment, str) else moment.isoformat() for name, moment in given.items() if moment
    }


def state_duration(at_least: Duration | None = None, at_most: Duration | None = None) -> Stated:
    """Return the filter of cases by cycle time; both limits are included."""
    limits = {"min_s": at_least, "max_s": at_most}
    return {"kind": "performance"} | {name: read_duration(limit) for name, limit in limits.items() if limit is not None}


def state_ends(first: Names = (), last: Names = ()) -> Stated:
    """Return the filter of cases that begin with one of `first` and end with one of `last`."""
    found: Stated = {"kind": "endpoint"}
    for name, given in (("first", first), ("last", last)):
        if given:
            found[name] = [given] if isinstance(given, str) else [*given]
    return found


def state_order(
    first: str, then: str, *, within: Duration | None = None, directly: bool = False, never: bool = False
) -> Stated:
    """Return the filter of cases in which `then` follows `first`, `within` so long; with `never`, of all others."""
    found: Stated = {"kind": "follower", "first": first, "then": then}
    found |= {"directly": True} if directly else {}
    found |= {"within_s": read_duration(within)} if within is not None else {}
    return found | ({"not": True} if never else {})


def state_variants(*chosen: int | str | Sequence[str], coverage: float | None = None) -> Stated:
    """Return the filter of cases by variant.

    A number is the place of a variant in the whole log (1 the most common), a text such as ``"80%"`` the most common
    ones that make so much of the log, as `coverage` 0.8 does, and a list of activities a variant itself.

    >>> state_variants(1, 3), state_variants("80%")
    ({'kind': 'variant', 'ranks': [1, 3]}, {'kind': 'variant', 'coverage': 0.8})
    """
    found: Stated = {"kind": "variant"}
    ranks, sequences = [], []
    for one in chosen:
        if isinstance(one, str):
            share = _SHARE.fullmatch(one.strip())
            if one.strip().isdecimal():
                ranks.append(int(one))
            elif share:
                coverage = float(share[1]) / 100
            else:
                raise UsageError(f"{one!r} names no variant", "give its place (1 is the most common) or a share (80%)")
        elif isinstance(one, int):
            ranks.append(one)
        else:
            sequences.append([*one])
    found |= {"ranks": ranks} if ranks else {}
    found |= {"variants": sequences} if sequences else {}
    return found | ({"coverage": coverage} if coverage is not None else {})


def read_duration(given: Duration) -> float:
    """Return a duration in seconds: a number of them, a `timedelta`, or a text such as 30s, 90m, 36h, 5d or 2w.

    >>> read_duration("5d"), read_duration("1.5s"), read_duration(60)
    (432000.0, 1.5, 60.0)
    """
    if isinstance(given, dt.timedelta):
        return given.total_seconds()
    if not isinstance(given, str):
        return float(given)
    seconds = parse_duration(given.strip())
    if seconds is None and (found := _SECONDS.fullmatch(given.strip())):
        return float(found[1])
    if seconds is None:
        raise UsageError(f"{given!r} is no duration", "write 30s, 90m, 36h, 5d or 2w")
    return float(seconds)
