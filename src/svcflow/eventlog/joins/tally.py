"""What joined files say about the quality of the log, once all its rows went through."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from svcflow.eventlog.joins.joining import Joining
from svcflow.eventlog.log import Log, Quality


def examine(log: Log, joinings: Iterable[Joining]) -> Log:
    """Return the log with what is to be said about its joined files. Raises MappingError below a required share."""
    files = tuple(joinings)
    for joining in files:
        joining.check_share()
    found = tuple(fact for fact in (_unmatched(files), _unused(files)) if fact is not None)
    return dataclasses.replace(log, quality=(*log.quality, *found)) if found else log


def _unmatched(joinings: tuple[Joining, ...]) -> Quality | None:
    """Count rows of the log without partner."""
    lacking = [joining for joining in joinings if joining.matches.matched < joining.matches.rows]
    count = sum(joining.matches.rows - joining.matches.matched for joining in lacking)
    rows = sum(joining.matches.rows for joining in joinings)
    text = "; ".join(
        f"{j.matches.rows - j.matches.matched:,} of {j.matches.rows:,} rows have no partner in {j.join.file}"
        for j in lacking
    )
    first = tuple(lacking[0].matches.first) if lacking else ()
    return Quality("join-unmatched", count, count / rows, text, first) if count else None


def _unused(joinings: tuple[Joining, ...]) -> Quality | None:
    """Count keys of joined files that occur nowhere in the log."""
    lacking = [(joining.join.file, joining.matches.used) for joining in joinings if not joining.matches.used.all()]
    count = sum(int((~used).sum()) for _, used in lacking)
    keys = sum(len(joining.matches.used) for joining in joinings)
    text = "; ".join(f"{int((~used).sum()):,} of {len(used):,} keys of {file} occur nowhere" for file, used in lacking)
    return Quality("join-unused", count, count / keys, f"{text} in the log") if count else None
