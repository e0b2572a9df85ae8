"""What the times cannot tell."""

from __future__ import annotations

from svcflow.eventlog.log import Log, Quality
from svcflow.eventlog.quality.facts import Facts, take_moments

OUR_TIMES = (631_152_000_000, 4_102_444_800_000)
"""1990 to 2100."""


def dates_only(log: Log, facts: Facts) -> Quality | None:
    """Say that no time has a time of day."""
    if not facts.events.time.dates_only:
        return None
    text = (
        "times are dates only: durations are whole days; hours, business hours and the order within a day are unknown"
    )
    return Quality("dates-only", log.events, 1.0, text)


def naive_zone(log: Log, facts: Facts) -> Quality | None:
    """Say that the times name no zone."""
    if not facts.events.time.naive:
        return None
    text = "times name no zone and are taken as they stand; across a change of summer time durations may be an hour off"
    return Quality("naive-zone", log.events, 1.0, text + "; state `timezone:` in a mapping")


def finer_times(log: Log, facts: Facts) -> Quality | None:
    """Count times with digits below the millisecond, which are cut off."""
    count = facts.events.time.finer + (facts.events.start.finer if facts.events.start else 0)
    if not count:
        return None
    text = f"{count:,} times have digits below the millisecond, which were cut off"
    return Quality("finer-times", count, min(1.0, count / log.events), text)


def strange_clock(log: Log, facts: Facts) -> Quality | None:
    """Count times outside 1990 to 2100: a clock that was never set, a default, a simulation."""
    time = take_moments(facts.events)
    count = int(((time < OUR_TIMES[0]) | (time >= OUR_TIMES[1])).sum())
    if not count:
        return None
    year = 1970 + int(time.min() if time.min() < OUR_TIMES[0] else time.max()) // 31_556_952_000
    text = f"{count:,} times lie outside 1990 to 2100 (for example in {year}): a default or a simulated clock"
    return Quality("strange-clock", count, count / log.events, text + "; durations between them hold, dates do not")
