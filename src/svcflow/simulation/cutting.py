"""A log as it stood at a moment: what came later had not happened."""

from __future__ import annotations

import dataclasses

import numpy as np

from svcflow.errors import UsageError
from svcflow.eventlog.log import Column, Log
from svcflow.eventlog.selection import Moment, to_millis


def cut(log: Log, until: Moment | int) -> Log:
    """Return the log of the instances completed before `until` (a date, a time, or milliseconds since 1970).

    Vocabularies stay as they are, so that codes of the whole log mean the same. Raises UsageError if nothing is left.
    """
    moment = until if isinstance(until, int) else to_millis(until, log.zone)
    kept = log.time < moment
    sizes = np.add.reduceat(kept.astype(np.int64), log.offsets[:-1]) if log.cases else np.empty(0, np.int64)
    cases = np.flatnonzero(sizes)
    if not len(cases):
        raise UsageError(f"nothing had happened before {until}", "see `svcflow inspect` for the span of the log")
    return dataclasses.replace(
        log,
        case_ids=[log.case_ids[case] for case in cases.tolist()],
        offsets=np.concatenate([[0], np.cumsum(sizes[cases])]),
        time=log.time[kept],
        start=log.start[kept],
        has_start=log.has_start[kept],
        activity=log.activity[kept],
        resource=log.resource[kept],
        team=log.team[kept],
        events=int(kept.sum()),
        attributes={name: _take(column, kept) for name, column in log.attributes.items()},
        case_attributes={name: _take(column, cases) for name, column in log.case_attributes.items()},
        case_events=None,
    )


def _take(column: Column, at: np.typing.NDArray[np.generic]) -> Column:
    return Column(column.kind, column.values[at], column.vocabulary)
