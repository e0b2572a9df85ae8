"""Load and how waiting follows it, day by day: measured on the log itself, before any model.

The backlog that work meets is what could have been begun when it becomes ready, and was not; the people of a day are
the distinct resources that completed something for the team. Source: advice.md 4, "Load response".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.calendars import DAY_MS, HOUR_MS
from svcflow.estimation.bootstrap import WEEK_MS
from svcflow.estimation.distances import correlate_ranks, to_wall
from svcflow.estimation.evidence import Extent, Response, Stability
from svcflow.estimation.traces import Traces
from svcflow.eventlog.log import UNKNOWN, Codes, Log, Millis

FEWEST_DAYS = 20
LATE_WEEKS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """What one team did: when each instance could begin, when it was taken and done (milliseconds), and by whom."""

    ready: Millis
    taken: Millis
    done: Millis
    resource: Codes


def measure_extent(log: Log, team: Codes, names: dict[int, str]) -> Extent:
    """Return how much of a log there is; `team` is the team of each row, `names` those to count."""
    opened = np.minimum.reduceat(log.start, log.offsets[:-1]) if log.instances else log.start
    weeks = float(opened.max() - opened.min()) / WEEK_MS if len(opened) else 0.0
    rows = {name: team == code for code, name in names.items()}
    return Extent(
        weeks,
        log.cases,
        {name: int(mine.sum()) for name, mine in rows.items()},
        {name: float((log.resource[mine] != UNKNOWN).mean()) if mine.any() else 0.0 for name, mine in rows.items()},
    )


def measure_response(visits: Visits, zone: str = "UTC") -> Response | None:
    """Return how the wait of what became ready on a day follows the backlog per person that it met, by day.

    ``None`` below twenty working days. Without resources the backlog itself is taken.
    """
    ready, taken, done = (to_wall(times, zone) for times in (visits.ready, visits.taken, visits.done))
    if not len(ready):
        return None
    first = int(ready.min()) // DAY_MS
    days = int(max(done.max(), ready.max())) // DAY_MS - first + 1
    open_from, open_to = _find_open(done, first, days)
    people = _count_people(done // DAY_MS - first, visits.resource, days)
    inside = (ready >= open_from[ready // DAY_MS - first]) & (ready <= open_to[ready // DAY_MS - first])
    day = ready[inside] // DAY_MS - first
    became = np.bincount(day, minlength=days)
    wait = np.bincount(day, weights=np.maximum(taken - ready, 0)[inside], minlength=days)
    met = np.searchsorted(np.sort(ready), ready[inside]) - np.searchsorted(np.sort(taken), ready[inside], side="right")
    backlog = np.bincount(day, weights=np.maximum(met, 0), minlength=days) / np.maximum(became, 1)
    counted = (became > 0) & (people > 0)
    if counted.sum() < FEWEST_DAYS:
        return None
    rank = correlate_ranks((backlog / np.maximum(people, 1))[counted], (wait / np.maximum(became, 1))[counted])
    if not np.isfinite(rank):
        return None
    return Response(rank, _bound(rank, int(counted.sum())), int(counted.sum()))


def _find_open(done: Millis, first: int, days: int) -> tuple[Millis, Millis]:
    """Return an hour before the first and the last completion of each day; what becomes ready outside waits for hours.

    A day without any is never open.
    """
    low, high = np.full(days, np.iinfo(np.int64).max), np.full(days, np.iinfo(np.int64).min)
    day = done // DAY_MS - first
    np.minimum.at(low, day, done - HOUR_MS)
    np.maximum.at(high, day, done)
    return low, high


def measure_stability(traces: Traces, resource: Codes, tested_from: int) -> Stability | None:
    """Return how the cases from `tested_from` on, and the last four weeks of arrivals and people, compare with before.

    Cases that arrive so late that the log may not see their end are left out of the cycle times. ``None`` where either
    side is empty.
    """
    end = int(traces.end.max())
    seen = traces.arrival <= end - int(np.quantile(traces.cycle, 0.95))
    late = traces.arrival >= tested_from
    early_cycle, late_cycle = traces.cycle[seen & ~late], traces.cycle[seen & late]
    if not len(early_cycle) or not len(late_cycle) or not early_cycle.mean():
        return None
    begin, last = int(traces.arrival.min()), int(traces.arrival.max())
    turn = last - LATE_WEEKS * WEEK_MS
    if turn - begin < LATE_WEEKS * WEEK_MS:
        return None
    before, since = int((traces.arrival < turn).sum()), int((traces.arrival >= turn).sum())
    arrivals = since / (last - turn) / (before / (turn - begin)) if before else float("inf")
    noise = float(np.sqrt(1 / max(since, 1) + 1 / max(before, 1)))
    staff = _compare_people(traces.end, resource, (begin, turn, last))
    scatter = _scatter(traces, seen, late)
    return Stability(float(late_cycle.mean() / early_cycle.mean()), float(arrivals), staff, noise, scatter)


def _scatter(traces: Traces, seen: NDArray[np.bool_], late: NDArray[np.bool_]) -> float:
    """Return the standard error of the ratio of cycle times, late over early: cases of a week share queues."""
    week = (traces.arrival - traces.arrival.min()) // WEEK_MS
    parts = []
    for side in (seen & ~late, seen & late):
        counts = np.bincount(week[side])
        means = np.bincount(week[side], traces.cycle[side])[counts > 0] / counts[counts > 0]
        parts.append(means)
    early, after = parts
    free = len(early) + len(after) - 2
    if free < 2:
        return 0.0
    variance = (((early - early.mean()) ** 2).sum() + ((after - after.mean()) ** 2).sum()) / free
    return float(np.sqrt(variance * (1 / len(early) + 1 / len(after))) / early.mean())


def _compare_people(done: Millis, resource: Codes, marks: tuple[int, int, int]) -> float:
    """Return the mean number of people a working day after the second mark over that before it; 1 where none is known.

    Only days with at least half of the usual number count, so that weekends and holidays do not.
    """
    begin, turn, last = marks
    inside = (done >= begin) & (done < last) & (resource != UNKNOWN)
    if not inside.any():
        return 1.0
    first = begin // DAY_MS
    days = int(last // DAY_MS - first) + 1
    people = _count_people(done[inside] // DAY_MS - first, resource[inside], days)
    working = people >= np.median(people[people > 0]) / 2
    late = np.arange(days) >= turn // DAY_MS - first + 1
    if not (working & late).any() or not (working & ~late).any():
        return 1.0
    return float(people[working & late].mean() / people[working & ~late].mean())


def _count_people(day: NDArray[np.int64], resource: Codes, days: int) -> NDArray[np.int64]:
    """Return the distinct resources of each day; one where something was done and nobody is named."""
    width = int(resource.max(initial=0)) + 1
    pairs = np.unique(day * width + resource)
    named = pairs[pairs % width != UNKNOWN]
    people = np.bincount(named // width, minlength=days)
    return np.asarray(np.maximum(people, np.bincount(day, minlength=days) > 0), dtype=np.int64)


def _bound(rank: float, days: int) -> float:
    """Return the lower 95 % bound of a rank correlation (Fisher's z; variance 1.06 / (n - 3))."""
    return float(np.tanh(np.arctanh(np.clip(rank, -0.9999, 0.9999)) - 1.645 * np.sqrt(1.06 / (days - 3))))
