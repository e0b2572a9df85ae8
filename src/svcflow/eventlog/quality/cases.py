"""Cases that are open, cut off by the ends of the log, or two cases under one id."""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.log import Batch, Quality
from svcflow.eventlog.quality.catalogue import found
from svcflow.eventlog.quality.context import Context
from svcflow.eventlog.quality.selection import Hits, Mask, Selection, is_any
from svcflow.eventlog.quality.survey import DAY, Counts, read_quantile

USUAL = 0.9
"""The most frequent activities that begin (or end) so many of the cases are the usual ones."""
FEW = 3
OFTEN = 2.0
"""A stretch is cut where cases are odd there at least so many times as often as elsewhere."""
DOUBTFUL = 0.9
"""Where more cases than that seem open, the done activities are the wrong ones rather."""
SILENCE = 30 * DAY


def open_cases(context: Context) -> Selection | None:
    """Count cases that do not end in a done activity."""
    done, log = context.done, context.log
    if not done:
        return None

    def tell(hits: Hits) -> Quality | None:
        share = hits.count / log.cases
        text = f"{hits.count:,} of {log.cases:,} cases ({share:.1%}) do not end in a done activity and count as open"
        text += "; is another activity the done one? State `done:` in a mapping" if share > DOUBTFUL else ""
        return found("open-cases", hits.count, share, text, context.rows(hits.first)) if hits.count else None

    return Selection("case", lambda batch: ~_ends_in(batch, done, len(log.activities)), tell)


def cut_at_start(context: Context) -> Selection | None:
    """Count cases near the beginning of the log that do not begin as cases do."""
    usual, activities = _find_usual(context.survey.opening), len(context.log.activities)
    begin, border = _stretch(context, at_end=False)

    def odd(batch: Batch) -> Mask:
        return ~is_any(batch.activity[batch.offsets[:-1]], usual, activities)

    def near(batch: Batch) -> Mask:
        return batch.time[batch.offsets[:-1]] <= border

    def tell(hits: Hits) -> Quality | None:
        if not _stands_out(hits):
            return None
        text = (
            f"{hits.count:,} of the {hits.beside[0]:,} cases that begin in the first {_say(border - begin)} of the log"
        )
        text += " begin with an activity that cases do not usually begin with: their beginning lies before the export"
        return found("cut-at-start", hits.count, hits.count / context.log.cases, text, context.rows(hits.first))

    return Selection(
        "case", lambda batch: odd(batch) & near(batch), tell, lambda batch: _count(odd(batch), near(batch))
    )


def cut_at_end(context: Context) -> Selection | None:
    """Count cases that were still moving when the log ends."""
    activities = len(context.log.activities)
    ending = context.done or _find_usual(context.survey.closing)
    border, end = _stretch(context, at_end=True)

    def odd(batch: Batch) -> Mask:
        return ~_ends_in(batch, ending, activities)

    def near(batch: Batch) -> Mask:
        return batch.time[batch.offsets[1:] - 1] >= border

    def tell(hits: Hits) -> Quality | None:
        if not _stands_out(hits):
            return None
        how = "are not done" if context.done else "do not end as cases usually do"
        text = f"{hits.count:,} of the {hits.beside[0]:,} cases with an event in the last {_say(end - border)} {how}:"
        text += " the export ends in the middle of them"
        return found("cut-at-end", hits.count, hits.count / context.log.cases, text, context.rows(hits.first))

    return Selection(
        "case", lambda batch: odd(batch) & near(batch), tell, lambda batch: _count(odd(batch), near(batch))
    )


def reused_cases(context: Context) -> Selection | None:
    """Count cases that are done, silent for very long, and begin again as they began."""
    done, log = context.done, context.log
    if not done:
        return None
    silence = max(SILENCE, 3 * read_quantile(context.survey.gaps, 0.99))

    def choose(batch: Batch) -> Mask:
        case = np.repeat(np.arange(len(batch.offsets) - 1), np.diff(batch.offsets))
        again = np.zeros(len(batch.time), bool)
        again[1:] = (np.diff(batch.time) > silence) & (case[1:] == case[:-1])
        again[1:] &= is_any(batch.activity[:-1], done, len(log.activities))
        again &= batch.activity == batch.activity[batch.offsets[:-1]][case]
        chosen: Mask = np.bincount(case[again], minlength=len(batch.offsets) - 1) > 0
        return chosen

    def tell(hits: Hits) -> Quality | None:
        text = f"{hits.count:,} cases are done, silent for more than {_say(silence)}, and begin again like a new case"
        return (
            found("reused-cases", hits.count, hits.count / log.cases, text, context.rows(hits.first))
            if hits.count
            else None
        )

    return Selection("case", choose, tell)


def _ends_in(batch: Batch, wanted: tuple[int, ...], activities: int) -> Mask:
    return is_any(batch.activity[batch.offsets[1:] - 1], wanted, activities)


def _find_usual(counts: Counts) -> tuple[int, ...]:
    """Return the most frequent codes that together cover `USUAL` of the count."""
    order = np.argsort(-counts, kind="stable")
    covered = np.cumsum(counts[order])
    enough = int(np.searchsorted(covered, USUAL * covered[-1])) + 1
    return tuple(order[:enough].tolist())


def _stretch(context: Context, *, at_end: bool) -> tuple[int, int]:
    """Return the first or last stretch of the log: as long as most cases last, at most a quarter of the bulk of it.

    The bulk begins and ends with whole days, so that the stretch is one day longer.
    """
    begin, end = find_bulk(context.survey.days)
    length = min(read_quantile(context.survey.cycles, 0.9), (end - begin) // 4) + DAY
    return (end - length, end) if at_end else (begin, begin + length)


def find_bulk(days: dict[int, int]) -> tuple[int, int]:
    """Return when the log begins and ends, a thousandth of its times at either end left out."""
    order = np.array(sorted(days), np.int64)
    covered = np.cumsum([days[day] for day in order.tolist()])
    low = int(np.searchsorted(covered, 0.001 * covered[-1], side="right"))
    high = int(np.searchsorted(covered, 0.999 * covered[-1]))
    return int(order[min(low, len(order) - 1)]) * DAY, (int(order[min(high, len(order) - 1)]) + 1) * DAY


def _count(odd: Mask, near: Mask) -> tuple[int, int, int]:
    """Return how many cases are near the end, how many are not, and how many of those are odd."""
    return int(near.sum()), int((~near).sum()), int((odd & ~near).sum())


def _stands_out(hits: Hits) -> bool:
    near, far, odd_far = hits.beside.tolist()
    return (
        hits.count >= FEW and hits.count * max(1, far) >= OFTEN * max(1, odd_far) * near and hits.count >= 0.05 * near
    )


def _say(millis: int) -> str:
    days = millis / DAY
    return (
        f"{days:,.0f} days"
        if days >= 2
        else f"{days * 24:,.0f} hours"
        if days * 24 >= 2
        else f"{days * 1440:,.0f} minutes"
    )
