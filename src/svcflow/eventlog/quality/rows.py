"""Rows left out, repeated, or at the same time as others."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log, Quality
from svcflow.eventlog.quality.facts import Facts, take_moments


def dropped_rows(_: Log, facts: Facts) -> Quality | None:
    """Count rows left out because they are no events."""
    table = facts.source.table
    numbers = [row.row for row in table.bad] + [table.number(int(row)) for row in np.flatnonzero(facts.faults.bad)]
    if not numbers:
        return None
    count, first = len(numbers), tuple(sorted(numbers)[:5])
    reason = facts.faults.first or f"row {table.bad[0].row:,}: {table.bad[0].reason}"
    total = table.rows + len(table.bad)
    return Quality(
        "dropped-rows", count, count / total, f"{count:,} rows were left out of all figures; {reason}", first
    )


def ties(_: Log, facts: Facts) -> Quality | None:
    """Count events at the same time as the one before them in their case."""
    case, time = facts.events.case.codes, take_moments(facts.events)
    order = np.lexsort((time, case))
    tied = int(((np.diff(case[order]) == 0) & (np.diff(time[order]) == 0)).sum())
    if not tied:
        return None
    share = tied / len(time)
    text = f"{tied:,} events ({share:.1%}) have the same time as the event before them: the order of the file decides"
    return Quality("ties", tied, share, text + " which comes first in variants and directly-follows pairs")


def duplicate_rows(_: Log, facts: Facts) -> Quality | None:
    """Count rows that equal another one in every column."""
    events = facts.events
    columns: list[NDArray[Any]] = [events.case.codes, take_moments(events), events.activity.codes]
    order = np.lexsort(tuple(columns[::-1]))
    same = np.ones(max(0, len(order) - 1), bool)
    for values in columns:
        same &= np.diff(values[order]) == 0
    alike = np.flatnonzero(np.r_[same, False] | np.r_[False, same])
    if not len(alike):
        return None
    rows = events.rows[order[alike]]
    codes = [facts.source.encoded(name).codes[rows] for name in facts.source.table.names]
    distinct = len(np.unique(np.stack(codes, axis=1), axis=0))
    count = len(rows) - distinct
    if not count:
        return None
    share = count / facts.source.table.rows
    text = f"{count:,} rows ({share:.1%}) repeat another row in every column; they are counted as events of their own"
    return Quality("duplicate-rows", count, share, text + " and show up as repetitions")
