"""What is known of a case when it begins, as a few values each: what an effect may go together with.

Texts that too few cases have become one value, *other*; numbers with many values become quarters. An unknown
value is a value. Moments and texts that nearly every case has to itself say nothing of groups and are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Codes, Column, Log
from svcflow.eventlog.selection import first_values

GROUP = 20
"""Cases that a group must have at least (metrics.md 7)."""
VALUES = 12
"""A number with more values than this is cut into quarters."""
OTHER, NOT_KNOWN = "(other)", "(unknown)"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class Trait:
    """One attribute as it is when a case begins: a code per case, an index into `labels`."""

    name: str
    codes: Codes
    labels: tuple[str, ...]


def list_traits(log: Log, least: int = GROUP) -> Iterator[Trait]:
    """Yield the traits that tell groups of `least` cases apart: attributes, then what the events of a log say."""
    columns = first_values(log)
    for name in columns:
        trait = make_trait(name, columns[name], log.cases, least)
        if trait is not None:
            yield trait
    first = log.offsets[:-1]
    if log.has_teams:
        yield from _keep(_group_texts("first team", (log.team[first], log.teams.texts), least), least)
    activities = (log.activity[first], log.activities.texts)
    yield from _keep(_group_texts("first activity", activities, least, unknown=False), least)
    yield from _keep(_of_weekdays(log, least), least)


def make_trait(name: str, column: Column, cases: int, least: int) -> Trait | None:
    """Return a column of values by case as a trait, ``None`` where it tells no groups apart."""
    if column.kind == "datetime":
        return None
    if column.kind == "text":
        assert column.vocabulary is not None
        if len(column.vocabulary) > max(cases // 4, 2):
            return None
        found = _group_texts(name, (column.values.astype(np.int32), column.vocabulary.texts), least)
    elif column.kind == "boolean":
        found = _group_texts(name, (column.values.astype(np.int32) + 1, ("", "no", "yes")), least)
    else:
        values = column.values.astype(np.float64)
        if _are_numbers_of_things(values, cases):
            return None
        found = _group_numbers(name, values, least)
    return next(_keep(found, least), None)


def same_groups(one: Trait, other: Trait) -> bool:
    """Return whether two traits cut the cases into the same groups, whatever they call them."""
    together = len(np.unique(one.codes.astype(np.int64) * len(other.labels) + other.codes))
    return together == len(np.unique(one.codes)) == len(np.unique(other.codes))


def _are_numbers_of_things(values: NDArray[np.float64], cases: int) -> bool:
    """Return whether whole numbers are nearly all different: they count rows or name things, and measure nothing."""
    known = values[~np.isnan(values)]
    return bool((known == np.round(known)).all()) and 2 * len(np.unique(known)) > cases


def _keep(trait: Trait, least: int) -> Iterator[Trait]:
    """Yield the trait if at least two of its values have enough cases."""
    if int((np.bincount(trait.codes, minlength=len(trait.labels)) >= least).sum()) >= 2:
        yield trait


def _group_texts(name: str, coded: tuple[Codes, tuple[str, ...]], least: int, *, unknown: bool = True) -> Trait:
    """Return codes and their texts as a trait; texts of fewer than `least` cases become one."""
    codes, texts = coded
    sizes = np.bincount(codes, minlength=len(texts))
    kept = np.flatnonzero(sizes >= least)
    place = np.full(len(texts), len(kept), np.int32)
    place[kept] = np.arange(len(kept))
    labels = [NOT_KNOWN if unknown and code == UNKNOWN else texts[code] for code in kept.tolist()]
    return Trait(name, place[codes], (*labels, OTHER))


def _group_numbers(name: str, values: NDArray[np.float64], least: int) -> Trait:
    known = ~np.isnan(values)
    distinct = np.unique(values[known])
    if len(distinct) <= VALUES:
        codes = np.where(known, np.searchsorted(distinct, values) + 1, UNKNOWN).astype(np.int32)
        return _group_texts(name, (codes, ("", *(f"{value:g}" for value in distinct))), least)
    edges = np.unique(np.quantile(values[known], [0.25, 0.5, 0.75], method="inverted_cdf"))
    codes = np.where(known, np.searchsorted(edges, values) + 1, UNKNOWN).astype(np.int32)
    bounds = [f"{edge:g}" for edge in edges]
    labels = [f"up to {bounds[0]}", *(f"{a} to {b}" for a, b in pairwise(bounds))]
    return _group_texts(name, (codes, ("", *labels, f"over {bounds[-1]}")), least)


def _of_weekdays(log: Log, least: int) -> Trait:
    """Return the weekday on which each case begins, in the zone of the log."""
    begin = np.minimum(log.start, log.time)[log.offsets[:-1]]
    zone = ZoneInfo(log.zone) if log.zone else UTC
    hours, of_case = np.unique(begin // HOUR, return_inverse=True)  # no zone changes within an hour of the clock
    days = [datetime.fromtimestamp(hour * HOUR / 1000, tz=zone).weekday() for hour in hours.tolist()]
    return _group_texts("weekday of begin", (np.array(days, np.int32)[of_case], WEEKDAYS), least, unknown=False)
