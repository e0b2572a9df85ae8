"""Rows left out, repeated, or at the same time as others."""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.log import Log, Quality
from svcflow.eventlog.quality.facts import Facts


def dropped_rows(_: Log, facts: Facts) -> Quality | None:
    """Count rows left out because they are no events."""
    table = facts.source.table
    numbers = [row.row for row in table.bad] + [table.number(int(row)) for row in np.flatnonzero(facts.faults.bad)]
    if not numbers:
        return None
    count, first = len(numbers), tuple(sorted(numbers)[:5])
    reason = facts.faults.first or f"{table.say(table.bad[0].row)}: {table.bad[0].reason}"
    total = table.rows + len(table.bad)
    return Quality(
        "dropped-rows", count, count / total, f"{count:,} rows were left out of all figures; {reason}", first
    )


def ties(_: Log, facts: Facts) -> Quality | None:
    """Count events at the same time as the one before them in their case."""
    tied, _rows = facts.tied
    if not tied:
        return None
    share = tied / len(facts.events.rows)
    text = f"{tied:,} events ({share:.1%}) have the same time as the event before them: the order of the file decides"
    return Quality("ties", tied, share, text + " which comes first in variants and directly-follows pairs")


def duplicate_rows(_: Log, facts: Facts) -> Quality | None:
    """Count rows that equal another one in every column; only rows with the same case and time can."""
    _count, tied = facts.tied
    if not len(tied):
        return None
    rows = facts.events.rows[tied]
    codes = [facts.source.encode_rows(name, rows).codes for name in facts.source.table.names]
    count = len(rows) - len(np.unique(np.stack(codes, axis=1), axis=0))
    if not count:
        return None
    share = count / facts.source.table.rows
    text = f"{count:,} rows ({share:.1%}) repeat another row in every column; they are counted as events of their own"
    return Quality("duplicate-rows", count, share, text + " and show up as repetitions")
