"""Runs all checks of quality on a finished log."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from svcflow.eventlog.log import Log, Quality
from svcflow.eventlog.quality import cases, clocks, files, names, pairing, rows, stamps
from svcflow.eventlog.quality.context import Context, Numbers
from svcflow.eventlog.quality.selection import Selection, select
from svcflow.eventlog.quality.survey import survey
from svcflow.eventlog.quality.tally import Tally

Check = Callable[[Context], Quality | Selection | None]

CHECKS: tuple[Check, ...] = (
    rows.dropped_rows, clocks.dates_only, clocks.naive_zone, clocks.mixed_zones, clocks.strange_clock,
    clocks.default_dates, clocks.early_times, clocks.future_times, rows.ties, stamps.batch_stamps,
    stamps.round_times, rows.duplicate_rows, names.missing_resource, names.missing_team, pairing.no_start,
    pairing.lifecycle_halves, pairing.open_instances, pairing.cases_without_steps, pairing.negative_durations,
    clocks.finer_times, names.similar_names, files.uneven_files, files.files_apart, cases.open_cases,
    cases.cut_at_start, cases.cut_at_end, cases.reused_cases,
)  # fmt: skip
"""All checks, in the order in which they are told.

A check says a fact at once, or asks for a second look at every case (a `Selection`), or has nothing to say.
"""


def examine(
    log: Log, tally: Tally, numbers: Numbers | None = None, files: tuple[tuple[int, str], ...] = ()
) -> tuple[Quality, ...]:
    """Return everything that is to be said about the quality of a log.

    `tally` is what was counted while it was read, all parts added up; see `Context` for the rest. The log is passed
    over twice, in blocks of whole cases.
    """
    if not log.cases:
        return ()
    context = Context(log, tally, survey(log), numbers, files)
    answers = [check(context) for check in CHECKS]
    asked = [answer for answer in answers if isinstance(answer, Selection)]
    hits = dict(zip(map(id, asked), select(log, asked), strict=True))
    told = (a.tell(hits[id(a)]) if isinstance(a, Selection) else a for a in answers)
    return tuple(fact for fact in told if fact is not None)


def examine_again(log: Log, as_of: int) -> Log:
    """Return a log with its facts, times after `as_of` told as future times."""
    context = Context(log, Tally(), survey(log), as_of=as_of)
    selection = clocks.future_times(context)
    if selection is None:
        return log
    (hits,) = select(log, [selection])
    fact = selection.tell(hits)
    kept = tuple(known for known in log.quality if known.id != "future-times")
    return dataclasses.replace(log, quality=(*kept, fact) if fact else kept)
