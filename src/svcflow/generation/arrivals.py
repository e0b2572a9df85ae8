"""When cases come in: by hour of the day and day of the week, within the open hours of the process."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from svcflow.calendars import HOUR_MS, Clock
from svcflow.errors import UsageError
from svcflow.generation.draws import Draws

_WEEKDAYS = (1.25, 1.15, 1.0, 1.0, 1.05, 0.7, 0.6)
_HOURS = (
    0.05, 0.04, 0.03, 0.03, 0.04, 0.1, 0.25, 0.5, 0.9, 1.4, 1.6, 1.3,
    0.8, 1.0, 1.4, 1.5, 1.2, 0.9, 0.7, 0.8, 0.9, 0.6, 0.3, 0.1,
)  # fmt: skip


def draw_arrivals(clock: Clock, zone: ZoneInfo, start: date, weeks: int, *, cases: int, seed: int) -> list[int]:
    """Return the opening times of `cases` cases in order: milliseconds since 1970 UTC, whole seconds."""
    slots, weights = _open_hours(clock, zone, start, weeks)
    if not slots:
        raise UsageError("the process is never open in this period", "choose another start or more weeks")
    bounds = [*accumulate(weights)]
    draws = Draws(seed, "arrivals")
    times = []
    for case in range(cases):
        slot = slots[min(bisect_right(bounds, draws.uniform(f"{case}/hour") * bounds[-1]), len(slots) - 1)]
        at = slot + int(draws.uniform(f"{case}/within") * 3600) * 1000
        times.append(at if clock.open_at(at) else clock.deadline(at, 1000))
    return sorted(times)


def local_midnight(day: date, zone: ZoneInfo) -> int:
    """Return the instant (ms) at which a day begins in a zone."""
    moment = datetime.combine(day, time(), zone).astimezone(UTC)
    return round((moment - datetime.fromtimestamp(0, UTC)).total_seconds()) * 1000


def _open_hours(clock: Clock, zone: ZoneInfo, start: date, weeks: int) -> tuple[list[int], list[float]]:
    slots, weights = [], []
    for day in (start + timedelta(days=n) for n in range(7 * weeks)):
        midnight = local_midnight(day, zone)
        for hour, weight in enumerate(_HOURS):
            at = midnight + hour * HOUR_MS
            if clock.elapsed(at, at + HOUR_MS) > 0:
                slots.append(at)
                weights.append(weight * _WEEKDAYS[day.weekday()])
    return slots, weights
