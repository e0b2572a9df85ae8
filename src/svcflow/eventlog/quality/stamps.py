"""Times that a batch run or a date without time of day wrote, not the work itself."""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.inspection import say_time
from svcflow.eventlog.log import Batch, Log, Quality
from svcflow.eventlog.quality.catalogue import found
from svcflow.eventlog.quality.context import Context
from svcflow.eventlog.quality.selection import Hits, Mask, Selection
from svcflow.eventlog.quality.survey import MINUTE, hash_times

FEW = 20
"""Events at one stamp below which no batch is seen, and cases among them."""
SHARE = 0.001
"""Of all events of the log at one stamp."""
CROWD = 10.0
"""A minute of the day is crowded that holds so many times the events of a usual one."""


def batch_stamps(context: Context) -> Selection | None:
    """Count steps at a time that many cases share to the millisecond."""
    log, least = context.log, max(FEW, int(SHARE * context.log.instances))
    crowded = context.survey.stamps >= least
    if context.tally.dates_only or not crowded.any():
        return None
    times = _find_crowded(log, crowded, least)
    if not len(times):
        return None

    def tell(hits: Hits) -> Quality | None:
        share = hits.count / log.instances
        text = f"{hits.count:,} steps ({share:.1%}) stand at {len(times):,} times that at least {least:,} steps share"
        text += f", for example {say_time(int(times[0]), log.zone)}"
        return found("batch-stamps", hits.count, share, text, context.rows(hits.first))

    return Selection("instance", lambda batch: np.isin(batch.time, times), tell)


def round_times(context: Context) -> Selection | None:
    """Count steps at a minute of the day that is crowded beyond chance, such as midnight."""
    minutes, total = context.survey.minutes, context.log.instances
    top = int(np.argmax(minutes))
    others = (int(minutes.sum()) - int(minutes[top])) / 1439
    if context.tally.dates_only or minutes[top] < max(FEW, 0.02 * total) or minutes[top] < CROWD * others * 2:
        return None

    def choose(batch: Batch) -> Mask:
        chosen: Mask = (batch.time % MINUTE == 0) & (batch.time // MINUTE % 1440 == top)
        return chosen

    def tell(hits: Hits) -> Quality | None:
        share = hits.count / total
        clock = say_time(int(context.log.time[hits.first[0]]), context.log.zone)[11:16]
        text = (
            f"{hits.count:,} steps ({share:.1%}) stand at exactly {clock}: dates without a time of day among full times"
        )
        return found("round-times", hits.count, share, text, context.rows(hits.first))

    return Selection("instance", choose, tell)


def _find_crowded(log: Log, crowded: Mask, least: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the times at which at least so many steps of several cases stand."""
    found_times: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = []
    found_cases: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = []
    for batch in log.batches():
        rows = np.flatnonzero(crowded[hash_times(batch.time)])
        case = np.searchsorted(batch.offsets, rows, side="right") - 1 + batch.first_case
        found_times.append(batch.time[rows])
        found_cases.append(case)
    times, cases = np.concatenate(found_times), np.concatenate(found_cases)
    order = np.lexsort((cases, times))
    times, cases = times[order], cases[order]
    stamps, firsts, counts = np.unique(times, return_index=True, return_counts=True)
    fresh = np.r_[True, (np.diff(times) != 0) | (np.diff(cases) != 0)].astype(np.int64)
    several = np.add.reduceat(fresh, firsts) >= FEW // 2
    crowd: np.ndarray[tuple[int], np.dtype[np.int64]] = stamps[(counts >= least) & several]
    return crowd
