"""Rows to a tally: what a block of the export shows, and what only whole cases show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.events import Events, Faults
from svcflow.eventlog.instances import Pairs
from svcflow.eventlog.log import MISSING_TIME, Millis
from svcflow.eventlog.quality.tally import FIRST, Rows, Tally
from svcflow.eventlog.raw import RawTable
from svcflow.eventlog.roles.evidence import Source
from svcflow.eventlog.stamps.column import Stamps

OUR_TIMES = (631_152_000_000, 4_102_444_800_000)
"""1990 to 2100."""
DAY = 86_400_000
QUARTER = 900_000
DEFAULTS = (-62_135_596_800_000, -2_208_988_800_000, -2_209_161_600_000, -11_676_096_000_000, 0, 253_370_764_800_000,
            253_402_214_400_000, 4_070_908_800_000, 4_102_358_400_000)  # fmt: skip
"""0001-01-01, 1900-01-01, 1899-12-30, 1600-01-01, 1970-01-01, 9999-01-01 and 9999-12-31, 2099-01-01 and 2099-12-31."""
ZONES = 14 * 3_600_000
"""No zone is further from UTC."""


def count_block(table: RawTable, faults: Faults, times: tuple[Stamps, Stamps | None], *, lifecycle: bool) -> Tally:
    """Count what the rows of a block show by themselves. `times` are those of all its rows, also of the bad ones."""
    time, start = times
    stamps = [time] if start is None else [time, start]
    moments = take_moments(time, start)
    moments = np.where(faults.bad, MISSING_TIME, moments)
    known = moments != MISSING_TIME
    strange, default = _find_strange(moments)
    odd = moments[strange & ~default]
    if start is not None:
        begun = np.where(faults.bad, MISSING_TIME, start.values)
        early, by_default = _find_strange(begun)
        odd = np.concatenate([odd, begun[early & ~by_default]])
        strange, default = strange | early, default | by_default
    readable = [part.readable for part in stamps]
    return Tally(
        rows=table.rows + len(table.bad),
        events=int((~faults.bad).sum()),
        dropped=_count_dropped(table, faults),
        reason=_first_reason(table, faults),
        dates_only=time.dates_only if readable[0] else None,
        zoned=sum(part.zoned for part in stamps),
        plain=sum(number - part.zoned for number, part in zip(readable, stamps, strict=True)),
        naive=time.naive,
        finer=sum(part.finer for part in stamps),
        strange=_name(table, strange & ~default),
        strange_year=1970 + int(odd[0]) // 31_556_952_000 if len(odd) else 0,
        defaults=_name(table, default),
        usual=int((known & ~default).sum()),
        backwards=_name(table, _starts_late(time, start, faults)) if not lifecycle else Rows(),
        lifecycle=lifecycle,
    )


def count_cases(source: Source, events: Events, pairs: Pairs) -> Tally:
    """Count what whole cases show: ties, rows that repeat another one, starts without completion."""
    table, rows = source.table, events.rows
    tied, groups = find_ties(events.case.codes, take_moments(events.time, events.start))
    repeats: NDArray[np.intp] = rows[:0]
    if len(groups):
        codes = [source.encode_rows(name, rows[groups]).codes for name in table.names]
        repeats = rows[groups][_repeating(np.stack(codes, axis=1))]
    return Tally(
        ties=Rows(len(tied), tuple(sorted(table.number(int(row)) for row in np.sort(rows[tied])[:FIRST]))),
        duplicates=Rows(len(repeats), tuple(table.number(int(row)) for row in np.sort(repeats)[:FIRST])),
        open_starts=pairs.open_starts,
        cases=len(np.unique(events.case.codes)),
    )


def find_ties(case: NDArray[np.int32], time: Millis) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the events at the time of the one before them in their case, and all events of such groups."""
    order = np.lexsort((time, case))
    same = (np.diff(case[order]) == 0) & (np.diff(time[order]) == 0)
    return order[1:][same] if len(order) else order, order[np.r_[False, same] | np.r_[same, False]][: len(order)]


def take_moments(time: Stamps, start: Stamps | None) -> Millis:
    """Return one time for each event: its time, or its start where it has not ended."""
    if start is None:
        return time.values
    return np.where(time.values == MISSING_TIME, start.values, time.values)


def _find_strange(moments: Millis) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which known times lie outside our times, and which of those are a default."""
    strange = (moments != MISSING_TIME) & ((moments < OUR_TIMES[0]) | (moments >= OUR_TIMES[1]))
    return strange, strange & find_defaults(moments)


def find_defaults(moments: Millis) -> NDArray[np.bool_]:
    """Return which times are midnight of a day that systems write where they know none, in any time zone."""
    found = np.zeros(len(moments), bool)
    for default in DEFAULTS:
        found |= (np.abs(moments - default) <= ZONES) & (moments % QUARTER == 0)
    return found


def _repeating(codes: NDArray[np.int32]) -> NDArray[np.intp]:
    """Return the rows of a matrix that equal an earlier one."""
    _, firsts = np.unique(codes, axis=0, return_index=True)
    return np.setdiff1d(np.arange(len(codes)), firsts, assume_unique=True)


def _starts_late(time: Stamps, start: Stamps | None, faults: Faults) -> NDArray[np.bool_]:
    if start is None:
        return np.zeros(len(time.values), bool)
    late: NDArray[np.bool_] = ~faults.bad & (time.values != MISSING_TIME) & (start.values > time.values)
    return late


def _count_dropped(table: RawTable, faults: Faults) -> dict[str, Rows]:
    """Count rows left out, each under the first reason that it gives."""
    dropped: dict[str, Rows] = {}
    if table.bad:
        numbers = sorted(row.row for row in table.bad)
        dropped["not in the form of the others"] = Rows(len(numbers), tuple(numbers[:FIRST]))
    left = faults.bad.copy()
    for what, lacking in faults.lacking.items():
        if (left & lacking).any():
            dropped[f"without {what}"] = _name(table, left & lacking)
            left &= ~lacking
    return dropped


def _first_reason(table: RawTable, faults: Faults) -> tuple[int, str]:
    reasons = [(row.row, f"{table.say(row.row)}: {row.reason}") for row in table.bad[:1]]
    if faults.first:
        reasons.append((table.number(int(np.flatnonzero(faults.bad)[0])), faults.first))
    return min(reasons, default=(0, ""))


def _name(table: RawTable, chosen: NDArray[np.bool_]) -> Rows:
    rows = np.flatnonzero(chosen)
    return Rows(len(rows), tuple(table.number(int(row)) for row in rows[:FIRST]))
