"""Rows left out, repeated, or at the same time as others."""

from __future__ import annotations

from svcflow.eventlog.log import Quality
from svcflow.eventlog.quality.catalogue import found
from svcflow.eventlog.quality.context import Context


def dropped_rows(context: Context) -> Quality | None:
    """Count rows left out because they are no events, and say why."""
    tally = context.tally
    left = tally.left_out
    if not left.count:
        return None
    reasons = ", ".join(f"{rows.count:,} {why}" for why, rows in tally.dropped.items())
    text = f"{left.count:,} rows were left out of all figures ({reasons}); {tally.reason[1]}"
    return found("dropped-rows", left.count, left.count / tally.rows, text, left.first)


def ties(context: Context) -> Quality | None:
    """Count events at the same time as the one before them in their case."""
    tied = context.tally.ties
    if not tied.count:
        return None
    share = tied.count / context.tally.events
    text = f"{tied.count:,} events ({share:.1%}) have the same time as the event before them: the order of the file"
    text += " decides which comes first in variants and directly-follows pairs"
    return found("ties", tied.count, share, text, tied.first)


def duplicate_rows(context: Context) -> Quality | None:
    """Count rows that equal another one in every column."""
    rows = context.tally.duplicates
    if not rows.count:
        return None
    share = rows.count / context.tally.rows
    text = f"{rows.count:,} rows ({share:.1%}) repeat another row in every column; they are counted as events of their"
    return found("duplicate-rows", rows.count, share, text + " own and show up as repetitions", rows.first)
