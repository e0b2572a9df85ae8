"""Steps without start, without end, or the wrong way round."""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.log import Quality
from svcflow.eventlog.quality.catalogue import found
from svcflow.eventlog.quality.context import Context


def no_start(context: Context) -> Quality | None:
    """Count instances of which only one time is known."""
    instances = context.log.instances
    count = instances - int(context.survey.started.sum())
    share = count / instances
    if not count:
        return None
    if count == instances:
        text = "one time per step: processing time cannot be measured, gaps between steps are waiting and work together"
        return found("no-start", count, 1.0, text)
    text = f"{count:,} steps ({share:.1%}) have no start: their processing time is unknown, not zero"
    return found("no-start", count, share, text)


def lifecycle_halves(context: Context) -> Quality | None:
    """Count completions without a start, of activities that have starts elsewhere."""
    done, started = context.survey.done_by, context.survey.started
    halves = np.where((started > 0) & (started < done), done - started, 0)
    count = int(halves.sum())
    if not context.tally.lifecycle or not count:
        return None
    paired = int(done[started > 0].sum())
    names = [context.log.activities[code] for code in np.argsort(-halves)[:2].tolist() if halves[code]]
    text = f"{count:,} of {paired:,} completions have no start, though other steps of the same activity do"
    text += f" (mostly {' and '.join(map(repr, names))})"
    return found("lifecycle-halves", count, count / paired, text)


def open_instances(context: Context) -> Quality | None:
    """Count starts that were never completed: they are no instances."""
    count = context.tally.open_starts
    if not count:
        return None
    share = count / (count + context.log.instances)
    text = f"{count:,} steps were started and not completed; they are left out of all figures"
    return found("open-instances", count, share, text)


def cases_without_steps(context: Context) -> Quality | None:
    """Count cases in which nothing was completed: they are not in the log."""
    cases = context.log.cases
    count = context.tally.cases - cases
    if count <= 0:
        return None
    text = f"{count:,} cases have no completed step and are left out"
    return found("cases-without-steps", count, count / (count + cases), text)


def negative_durations(context: Context) -> Quality | None:
    """Count rows whose start lies after their end: the start is not believed."""
    rows = context.tally.backwards
    if not rows.count:
        return None
    text = f"{rows.count:,} rows start after they end; their start is taken as unknown"
    return found("negative-durations", rows.count, rows.count / context.tally.events, text, rows.first)
