"""Steps without start, without end, or the wrong way round."""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.log import MISSING_TIME, Log, Quality
from svcflow.eventlog.quality.facts import Facts


def no_start(log: Log, _: Facts) -> Quality | None:
    """Count instances of which only one time is known."""
    count = int((~log.has_start).sum())
    share = count / log.instances
    if not count:
        return None
    if count == log.instances:
        text = "one time per step: processing time cannot be measured, gaps between steps are waiting and work together"
        return Quality("no-start", count, 1.0, text)
    text = f"{count:,} steps ({share:.1%}) have no start: their processing time is unknown, not zero"
    return Quality("no-start", count, share, text)


def open_instances(log: Log, facts: Facts) -> Quality | None:
    """Count starts that were never completed: they are no instances."""
    count = facts.pairs.open_starts
    if not count:
        return None
    share = count / (count + log.instances)
    text = f"{count:,} steps were started and not completed; they are left out of all figures"
    return Quality("open-instances", count, share, text)


def cases_without_steps(log: Log, facts: Facts) -> Quality | None:
    """Count cases in which nothing was completed: they are not in the log."""
    count = len(np.unique(facts.events.case.codes)) - log.cases
    if not count:
        return None
    share = count / (count + log.cases)
    return Quality("cases-without-steps", count, share, f"{count:,} cases have no completed step and are left out")


def negative_durations(_: Log, facts: Facts) -> Quality | None:
    """Count rows whose start lies after their end: the start is not believed."""
    if facts.events.start is None or facts.events.transition is not None:
        return None
    start, time = facts.events.start.values, facts.events.time.values
    count = int(((time != MISSING_TIME) & (start > time)).sum())
    if not count:
        return None
    text = f"{count:,} rows start after they end; their start is taken as unknown"
    return Quality("negative-durations", count, count / len(time), text)
