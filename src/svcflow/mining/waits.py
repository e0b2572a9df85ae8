"""Every wait of a log with what decides whether somebody here can shorten it: its side, its timer, its clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Codes, Log, Millis, Vocabulary
from svcflow.findings import Side
from svcflow.mining.owners import NOBODY, PROVIDER, find_idle
from svcflow.mining.timers import WAITS, Timer, judge, measure_resolution
from svcflow.mining.transitions import BusinessClock, business_waiting, follow

__all__ = ["PROVIDER", "Waits", "gather_waits", "name_finding", "own"]


@dataclass(frozen=True, slots=True)
class Waits:
    """One entry for each directly-follows step of the log, in its order.

    `row` is the later instance, `case` its case, `pair` an index into `source`, `target`, `sides` and `timers`,
    which describe the pairs of activities that occur (ascending codes). `elapsed` and `counted` are milliseconds:
    on the wall clock, and on the clock that costs are measured on (open hours where a calendar was given).
    The wait at the end of the log, after a case's last instance, is not among them: nobody knows its end.
    """

    row: NDArray[np.int64]
    case: NDArray[np.int64]
    pair: NDArray[np.int64]
    elapsed: Millis
    counted: Millis
    business: bool
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    sides: tuple[Side, ...]
    timers: tuple[Timer | None, ...]
    machines: frozenset[int]
    done: Codes | None = field(default=None, compare=False)
    """The codes of the activities that settle a case, where they are known."""

    @property
    def machines_array(self) -> Codes:
        """Return the codes of the machines, ascending."""
        return np.array(sorted(self.machines), np.int32)

    @property
    def total(self) -> int:
        """Return all time between events, in milliseconds of the clock that costs are measured on."""
        return int(self.counted.sum())

    @property
    def addressable_pairs(self) -> NDArray[np.bool_]:
        """Return for each pair whether the provider owns its waits and no timer makes them."""
        owned = (side == PROVIDER and timer is None for side, timer in zip(self.sides, self.timers, strict=True))
        return np.fromiter(owned, np.bool_, len(self.sides))

    @property
    def addressable(self) -> NDArray[np.bool_]:
        """Return for each wait whether the provider owns it and no timer makes it."""
        return self.addressable_pairs[self.pair]

    def with_sides(self, log: Log, sides: Mapping[str, Side]) -> Waits:
        """Return the same waits, owned as `sides` (by activity) say; the log's own word goes first."""
        pairs = zip(self.source.tolist(), self.target.tolist(), strict=True)
        return replace(self, sides=own(log, pairs, {**sides, **log.sides}, self.done))


def gather_waits(
    log: Log, machines: frozenset[int], clock: BusinessClock | None = None, done: Codes | None = None
) -> Waits:
    """Return the waits of `log`; `machines` are resource codes, `done` codes of activities that settle a case.

    Costs are counted in the open hours of a `clock`.
    """
    whole = log.batch(0, log.cases)
    width = len(log.activities)
    steps = follow(whole, width)
    codes, pair = np.unique(steps.pair, return_inverse=True)
    source, target = np.divmod(codes, max(width, 1))
    counted = business_waiting(whole, steps, clock) if clock else steps.waiting
    return Waits(
        steps.row,
        steps.case,
        pair,
        steps.waiting,
        counted,
        clock is not None,
        source,
        target,
        own(log, zip(source.tolist(), target.tolist(), strict=True), log.sides, done),
        _judge_pairs(log, steps.row, pair, machines),
        machines,
        done,
    )


class Owned(Protocol):
    """What says who owns waits: a log, or the setting of one."""

    @property
    def activities(self) -> Vocabulary:
        """Return the vocabulary of the activities."""
        ...

    @property
    def states(self) -> Mapping[str, str]:
        """Return who owns the wait after an activity that is a state."""
        ...


def own(log: Owned, pairs: Iterable[tuple[int, int]], sides: Mapping[str, str], done: Codes | None) -> tuple[Side, ...]:
    """Return who owns the waits between activities; `done` are the codes of those that settle a case.

    It is who owns the state before, else the activity after; else nobody where the case is settled, else us.
    """
    idle = find_idle(log.activities, done)
    return tuple(
        cast(
            "Side",
            log.states.get(log.activities[pair[0]])
            or sides.get(log.activities[pair[1]])
            or (NOBODY if pair in idle else PROVIDER),
        )
        for pair in pairs
    )


def name_finding(detector: str, names: Sequence[str]) -> str:
    """Return a stable id for a finding about these names: no text of the log stands in it."""
    digest = hashlib.sha256("\0".join(names).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{detector}-{digest[:8]}"


def _judge_pairs(
    log: Log, row: NDArray[np.int64], pair: NDArray[np.int64], machines: frozenset[int]
) -> tuple[Timer | None, ...]:
    """Return the timer of each pair, or ``None``."""
    if not len(pair):
        return ()
    resolution = measure_resolution(log.time)
    order = np.argsort(pair, kind="stable")
    bounds = np.append(0, np.cumsum(np.bincount(pair)))
    found: list[Timer | None] = []
    for low, high in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        if high - low < WAITS:
            found.append(None)
            continue
        rows = row[order[low:high]]
        found.append(
            judge(
                log.time[rows - 1],
                log.start[rows],
                log.resource[rows],
                log=log,
                resolution=resolution,
                machines=machines,
            )
        )
    return tuple(found)
