"""Counts, sums and exact percentiles of durations by group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_SAFE = 1 << 53
"""Whole numbers up to here are added as floats without error."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Values of each key, sorted: group `g` has key ``keys[g]`` and ``values[bounds[g]:bounds[g + 1]]``."""

    keys: Ints
    bounds: Ints
    values: Ints

    @property
    def counts(self) -> Ints:
        """Return the number of values of each group."""
        return np.diff(self.bounds)

    @property
    def totals(self) -> Ints:
        """Return the sum of each group."""
        return np.add.reduceat(self.values, self.bounds[:-1]) if len(self.keys) else np.empty(0, np.int64)

    @property
    def means(self) -> Floats:
        """Return the mean of each group."""
        return self.totals / self.counts

    def quantile(self, q: float) -> Floats:
        """Return the `q` quantile of each group, interpolated linearly between neighbouring order statistics."""
        position = (self.counts - 1) * q
        below = np.floor(position).astype(np.int64)
        low = self.values[self.bounds[:-1] + below]
        high = self.values[self.bounds[:-1] + np.minimum(below + 1, self.counts - 1)]
        result: Floats = low + (high - low) * (position - below)
        return result

    def of(self, group: int) -> Ints:
        """Return the sorted values of one group."""
        return self.values[self.bounds[group] : self.bounds[group + 1]]


def group(keys: NDArray[np.integer], values: Ints, *, runs: bool = False) -> Groups:
    """Return `values` (not negative) grouped by `keys` (not negative).

    Key and value are sorted as one integer where both fit, which is several times faster than sorting by two keys.
    `runs` says that they are a few sorted ones end to end, which is faster again.
    """
    if not len(keys):
        return Groups(np.empty(0, np.int64), np.zeros(1, np.int64), np.empty(0, np.int64))
    bits = int(values.max()).bit_length()
    if int(keys.max()).bit_length() + bits < 63:
        both = np.sort((keys.astype(np.int64) << bits) | values, kind="stable" if runs else None)
        sorted_keys, sorted_values = both >> bits, both & ((1 << bits) - 1)
    else:
        order = np.lexsort((values, keys))
        sorted_keys, sorted_values = keys[order].astype(np.int64), values[order]
    starts = _first_of_runs(sorted_keys)
    return Groups(sorted_keys[starts], np.append(starts, len(keys)), sorted_values)


def count(keys: NDArray[np.integer]) -> tuple[Ints, Ints]:
    """Return the distinct keys, ascending, and how often each occurs."""
    ordered = np.sort(keys).astype(np.int64)
    starts = _first_of_runs(ordered)
    return ordered[starts], np.diff(np.append(starts, len(ordered)))


def distinct(keys: NDArray[np.integer]) -> Ints:
    """Return the distinct keys, ascending."""
    return count(keys)[0]


def join_keys(left: Ints, right: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the distinct keys of two ascending lists, ascending, and where the keys of each stand among them."""
    both = np.concatenate([left, right])
    order = np.argsort(both, kind="stable")  # two runs are merged, not sorted
    ordered = both[order]
    new = np.ones(len(both), np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    place = np.empty(len(both), np.int64)
    place[order] = np.cumsum(new) - 1
    return ordered[new], place[: len(left)], place[len(left) :]


def count_runs(ordered: NDArray[np.integer]) -> int:
    """Return how many distinct values there are among ordered ones."""
    return int((ordered[1:] != ordered[:-1]).sum()) + 1 if len(ordered) else 0


def add_up(keys: Ints, values: Ints, space: int) -> Ints:
    """Return the exact sum of the values of each key below `space`."""
    if not len(values):
        return np.zeros(space, np.int64)
    if int(values.max()) * len(values) < _SAFE and int(values.min()) >= 0:
        return np.bincount(keys, weights=values, minlength=space).astype(np.int64)
    high, low = values >> 24, values & 0xFFFFFF
    sums = (np.bincount(keys, weights=part, minlength=space).astype(np.int64) for part in (high, low))
    more, less = sums
    return (more << 24) + less


def invert(order: Ints) -> Ints:
    """Return the place that each number has in an order of all of them.

    >>> invert(np.array([2, 0, 1])).tolist()
    [1, 2, 0]
    """
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    return places


def mark(codes: NDArray[np.integer], width: int) -> NDArray[np.bool_]:
    """Return for each code below `width` whether it is among `codes`."""
    marked = np.zeros(width, np.bool_)
    marked[codes[codes < width]] = True
    return marked


def is_among(codes: NDArray[np.integer], wanted: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Return for each code (not negative) whether it is one of `wanted`.

    >>> is_among(np.array([3, 0, 5]), np.array([5, 9])).tolist()
    [False, False, True]
    """
    among: NDArray[np.bool_] = mark(wanted, int(codes.max(initial=0)) + 1).take(codes)
    return among


def look_up(wanted: Ints, keys: Ints, values: NDArray[Number]) -> NDArray[Number]:
    """Return the value of each wanted key, 0 for those that are not among the ascending `keys`."""
    found = np.zeros(len(wanted), values.dtype)
    if len(keys):
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        hit = keys[place] == wanted
        found[hit] = values[place[hit]]
    return found


def describe(values: Ints) -> dict[str, float] | None:
    """Return mean, median, P90, P95 and maximum in seconds of durations in milliseconds, ``None`` of none."""
    if not len(values):
        return None
    one = group(np.zeros(len(values), np.int64), values)
    quantiles = {name: seconds(one.quantile(q)[0]) for name, q in QUANTILES.items()}
    return {"mean_s": seconds(one.means[0]), **quantiles, "max_s": seconds(one.values[-1])}


QUANTILES = {"median_s": 0.5, "p90_s": 0.9, "p95_s": 0.95}


def seconds(millis: float | np.generic) -> float:
    """Return milliseconds as seconds, to the millisecond."""
    return round(float(millis), 0) / 1000


def all_seconds(millis: NDArray[np.generic]) -> list[float]:
    """Return milliseconds as a list of seconds, to the millisecond."""
    rounded: list[float] = (np.round(millis.astype(np.float64)) / 1000).tolist()
    return rounded


def say_known(millis: NDArray[np.float64]) -> list[float | None]:
    """Return milliseconds as seconds, ``None`` for NaN."""
    said: list[float | None] = [*all_seconds(millis)]
    for place in np.flatnonzero(np.isnan(millis)).tolist():
        said[place] = None
    return said


def _first_of_runs(ordered: Ints) -> Ints:
    if not len(ordered):
        return np.empty(0, np.int64)
    return np.append(0, np.flatnonzero(ordered[1:] != ordered[:-1]) + 1)
