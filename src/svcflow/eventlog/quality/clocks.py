"""What the times cannot tell, and times that cannot be."""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.log import Batch, Quality
from svcflow.eventlog.quality.catalogue import found
from svcflow.eventlog.quality.context import Context
from svcflow.eventlog.quality.counting import DAY, OUR_TIMES
from svcflow.eventlog.quality.selection import Hits, Mask, Selection

EMPTY_DAYS = 30
"""Stray times lie beyond at least so many days without any event, and a tenth of the length of the log."""


def dates_only(context: Context) -> Quality | None:
    """Say that no time has a time of day."""
    if not context.tally.dates_only:
        return None
    text = (
        "times are dates only: durations are whole days; hours, business hours and the order within a day are unknown"
    )
    return found("dates-only", context.tally.events, 1.0, text)


def naive_zone(context: Context) -> Quality | None:
    """Say that the times name no zone."""
    if not context.tally.naive:
        return None
    text = "times name no zone and are taken as they stand; across a change of summer time durations may be an hour off"
    return found("naive-zone", context.tally.events, 1.0, text + "; state `timezone:` in a mapping")


def mixed_zones(context: Context) -> Quality | None:
    """Count times without zone where others name theirs."""
    zoned, plain = context.tally.zoned, context.tally.plain
    if not zoned or not plain:
        return None
    zone = context.log.zone or "UTC"
    text = f"{plain:,} of {zoned + plain:,} times name no zone and are read as {zone}, while the others name theirs"
    return found("mixed-zones", plain, plain / (zoned + plain), text)


def finer_times(context: Context) -> Quality | None:
    """Count times with digits below the millisecond, which are cut off."""
    count = context.tally.finer
    if not count:
        return None
    text = f"{count:,} times have digits below the millisecond, which were cut off"
    return found("finer-times", count, min(1.0, count / context.tally.events), text)


def strange_clock(context: Context) -> Quality | None:
    """Count times outside 1990 to 2100: a clock that was never set, a simulation."""
    tally = context.tally
    rows = tally.strange + tally.defaults if _is_simulated(context) else tally.strange
    if not rows.count:
        return None
    many = "1 step lies" if rows.count == 1 else f"{rows.count:,} steps lie"
    text = f"{many} outside 1990 to 2100 (for example in {tally.strange_year or 1970}): "
    if 2 * rows.count > tally.events:
        text += "a simulated clock, or one never set; durations between them hold, dates do not"
    else:
        text += "typing errors, a default or a clock never set; durations of their cases cannot be true"
    return found("strange-clock", rows.count, rows.count / tally.events, text, rows.first)


def default_dates(context: Context) -> Quality | None:
    """Count times that are exactly a day that systems write where they know none."""
    rows = context.tally.defaults
    if not rows.count or _is_simulated(context):
        return None
    text = f"{rows.count:,} times are exactly a date that systems write where they know none (1900-01-01, 1970-01-01, "
    return found("default-dates", rows.count, rows.count / context.tally.events, text + "9999-12-31, …)", rows.first)


def early_times(context: Context) -> Selection | None:
    """Count the few times that lie far before all others."""
    return _stray(context, late=False)


def future_times(context: Context) -> Selection | None:
    """Count times after the day on which the log was exported, or the few that lie far after all others."""
    return _stray(context, late=True)


def _is_simulated(context: Context) -> bool:
    """Return whether a clock runs outside our times, so that a round date there is one among many."""
    return context.tally.strange.count > context.tally.defaults.count


def _stray(context: Context, *, late: bool) -> Selection | None:
    as_of = context.as_of if late else None
    border = as_of if as_of is not None else find_border(context.survey.days, late=late)
    if border is None:
        return None

    def choose(batch: Batch) -> Mask:
        return batch.time > border if late else (batch.time < border) & (batch.time >= OUR_TIMES[0])

    def tell(hits: Hits) -> Quality | None:
        if not hits.count:
            return None
        where = f"far {'after' if late else 'before'} all others, with an empty stretch between"
        where = "after the time given with --as-of" if as_of is not None else where
        text = f"{hits.count:,} steps lie {where}"
        kind, rows = "future-times" if late else "early-times", context.rows(hits.first)
        return found(kind, hits.count, hits.count / context.log.instances, text, rows)

    return Selection("instance", choose, tell)


def find_border(counted: dict[int, int], *, late: bool) -> int | None:
    """Return the time after (or before) which a few stray times lie, ``None`` where there are none.

    Times outside 1990 to 2100 are left to `strange_clock`. Strays are at most a thousandth of all times (in small logs
    up to three, and a twentieth).
    """
    days = np.array([day for day in sorted(counted) if OUR_TIMES[0] <= day * DAY < OUR_TIMES[1]], np.int64)
    counts = np.array([counted[day] for day in days.tolist()], np.int64)
    if len(days) < 2:
        return None
    total = int(counts.sum())
    most = max(total // 1000, min(3, total // 20))
    beyond = np.cumsum(counts[::-1])[::-1][1:] if late else np.cumsum(counts)[:-1]
    widths = np.diff(days)
    bulk = days[beyond[::-1].searchsorted(most, side="right") * -1 - 1] - days[0] if late else 0
    if not late:
        bulk = days[-1] - days[int(beyond.searchsorted(most, side="right"))]
    strays = np.flatnonzero((beyond <= most) & (widths >= max(EMPTY_DAYS, int(bulk) // 10)))
    if not len(strays):
        return None
    return int(days[strays[0] + 1]) * DAY - 1 if late else int(days[strays[-1] + 1]) * DAY
