"""How far a simulated log is from an observed one: one number a point of view.

All but the n-grams are Wasserstein distances between histograms of whole hours, so they are read in hours: how far,
on average, an observation must be moved. Definitions: log-distance-measures 2.2.0 (Chapela-Campa et al., "A framework
for measuring the quality of business process simulation models", Information Systems 127, 2025).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.calendars import DAY_MS, HOUR_MS
from svcflow.calendars.wall import list_offsets
from svcflow.estimation.traces import Traces
from svcflow.eventlog.log import Millis

Hours = NDArray[np.int64]

APART = 23.0
"""The distance of a weekday on which only one of the logs does anything: from the first hour to the last."""


def measure_distances(observed: Traces, simulated: Traces, zone: str = "UTC") -> dict[str, float]:
    """Return every distance by its short name; both logs must hold a case."""
    return {
        "CTD": cycle_time(observed, simulated),
        "RED": relative_events(observed, simulated),
        "CED": circadian_events(observed, simulated, zone),
        "AED": absolute_events(observed, simulated),
        "NGD": n_grams(observed, simulated),
        "arrival": arrivals(observed, simulated),
        "RTD": remaining_time(observed, simulated),
    }


def cycle_time(observed: Traces, simulated: Traces) -> float:
    """Return the distance of the cycle times (CTD), in hours from the shortest of both."""
    return _compare_from_least(observed.cycle, simulated.cycle)


def relative_events(observed: Traces, simulated: Traces) -> float:
    """Return the distance of starts and ends, in hours since the case began (RED)."""
    return wasserstein(*(_relate(traces) // HOUR_MS for traces in (observed, simulated)))


def absolute_events(observed: Traces, simulated: Traces) -> float:
    """Return the distance of starts and ends in time (AED), in hours since the hour of the first."""
    first = int(min(observed.start.min(), simulated.start.min())) // HOUR_MS * HOUR_MS
    return wasserstein(*((_stamps(traces) - first) // HOUR_MS for traces in (observed, simulated)))


def circadian_events(observed: Traces, simulated: Traces, zone: str = "UTC") -> float:
    """Return the distance of starts and ends within the day (CED): the mean over weekdays, hours 0 to 23 of `zone`."""
    local = [to_wall(_stamps(traces), zone) for traces in (observed, simulated)]
    hours = [time % DAY_MS // HOUR_MS for time in local]
    days = [(time // DAY_MS + 3) % 7 for time in local]  # 1970 began on a Thursday
    return float(np.mean([_compare_day(*(h[d == day] for h, d in zip(hours, days, strict=True))) for day in range(7)]))


def n_grams(observed: Traces, simulated: Traces, n: int = 3) -> float:
    """Return the share of runs of `n` activities that the logs do not have in common (NGD), 0..1.

    Activities are ordered by start and end; every case has ``n - 1`` empty places before and behind.
    """
    width = int(max(observed.activity.max(initial=0), simulated.activity.max(initial=0))) + 2
    grams = [_list_grams(traces, n, width) for traces in (observed, simulated)]
    names, places = np.unique(np.concatenate(grams), return_inverse=True)
    counts = [np.bincount(part, minlength=len(names)) for part in np.split(places, [len(grams[0])])]
    return float(np.abs(counts[0] - counts[1]).sum() / max(len(places), 1))


def arrivals(observed: Traces, simulated: Traces) -> float:
    """Return the distance of the arrivals in time, in hours since the hour of the first."""
    first = int(min(observed.arrival.min(), simulated.arrival.min())) // HOUR_MS * HOUR_MS
    return wasserstein(*((traces.arrival - first) // HOUR_MS for traces in (observed, simulated)))


def remaining_time(observed: Traces, simulated: Traces) -> float:
    """Return the distance of the ends of cases, in hours from the first of them (RTD); the reference point cancels."""
    return _compare_from_least(observed.finish, simulated.finish)


def wasserstein(first: NDArray[np.int64], second: NDArray[np.int64]) -> float:
    """Return how far the observations of `first` lie from those of `second`, on average; neither may be empty."""
    every = np.sort(np.concatenate([first, second]))
    shares = [np.searchsorted(np.sort(part), every[:-1], side="right") / len(part) for part in (first, second)]
    return float(np.abs(shares[0] - shares[1]) @ np.diff(every))


def count_open(traces: Traces, first: int, days: int) -> NDArray[np.int64]:
    """Return how many cases are open at the end of each of `days` days from the instant `first`."""
    moments = first + DAY_MS * np.arange(1, days + 1)
    begun, gone = (np.searchsorted(np.sort(times), moments, side="right") for times in (traces.arrival, traces.finish))
    return np.asarray(begun - gone, dtype=np.int64)


def correlate_load(observed: Traces, simulated: Traces) -> float:
    """Return the rank correlation of the daily work in progress over the days of the observed arrivals.

    Not a number below ten days, or where one of them never changes.
    """
    first = int(observed.arrival.min())
    days = int((int(observed.arrival.max()) - first) // DAY_MS)
    if days < 10:
        return float("nan")
    return correlate_ranks(*(count_open(traces, first, days) for traces in (observed, simulated)))


def correlate_ranks(first: NDArray[np.generic], second: NDArray[np.generic]) -> float:
    """Return Spearman's rank correlation, ties at their mean rank; not a number where one side is constant."""
    ranks = [_rank(values) for values in (first, second)]
    a, b = (values - values.mean() for values in ranks)
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size else float("nan")


def to_wall(times: Millis, zone: str) -> Millis:
    """Return what the wall clock of `zone` shows, as milliseconds since its 1970 began."""
    if not len(times):
        return times
    since, offsets = np.array(list_offsets(zone, int(times.min()), int(times.max())), dtype=np.int64).T
    return np.asarray(times + offsets[np.searchsorted(since, times, side="right") - 1], dtype=np.int64)


def _compare_from_least(first: Millis, second: Millis) -> float:
    least = min(int(first.min()), int(second.min()))
    return wasserstein((first - least) // HOUR_MS, (second - least) // HOUR_MS)


def _compare_day(first: Hours, second: Hours) -> float:
    if not len(first) or not len(second):
        return 0.0 if len(first) == len(second) else APART
    return wasserstein(first, second)


def _stamps(traces: Traces) -> Millis:
    return np.concatenate([traces.start, traces.end])


def _relate(traces: Traces) -> Millis:
    return _stamps(traces) - np.tile(traces.arrival[traces.case], 2)


def _list_grams(traces: Traces, n: int, width: int) -> NDArray[np.int64]:
    """Return each run of `n` activities as one integer; wide logs have their runs numbered on the way."""
    order = np.lexsort((traces.end, traces.start, traces.case))
    room = np.bincount(traces.case, minlength=traces.cases) + n - 1
    ends = np.cumsum(room)
    row = np.zeros(int(ends[-1]) + n - 1, dtype=np.int64)
    place = np.arange(len(order)) + (traces.case + 1) * (n - 1)
    row[place] = traces.activity[order].astype(np.int64) + 1
    return _join([row[k : k + int(ends[-1])] for k in range(n)], width)


def _join(columns: list[NDArray[np.int64]], width: int) -> NDArray[np.int64]:
    joined = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        joined = joined * width + column
    return joined


def _rank(values: NDArray[np.generic]) -> NDArray[np.float64]:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((last - (count - 1) / 2)[place], dtype=np.float64)
