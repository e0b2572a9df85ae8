"""SLA clocks: from the first start to the first stop, on a calendar, against a target (definitions.md 3.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.model import Sla
from svcflow.eventlog.log import MISSING_TIME
from svcflow.execution.instants import events_of, following, same_instant
from svcflow.execution.knowledge import TRUE
from svcflow.execution.timeline import NO_TARGET, Clocks, targets
from svcflow.execution.track import Rows, Track

STATES = ("running", "paused", "met", "breached", "overdue", "cancelled")
RUNNING, PAUSED, MET, BREACHED, OVERDUE, CANCELLED = range(6)


@dataclass(frozen=True)
class Measured:
    """The clocks of one SLA, one entry each. Spans are milliseconds; `start` and `stop` are events, -1 for none.

    `business` is time on the clock in force, less waiting; `elapsed` is the wall clock. Both run until the stop, the
    end of the case by an `anytime` step, or the moment looked at. `parts` are the intervals behind the entries.
    """

    sla: Sla
    case: Rows
    state: NDArray[np.int8]
    start: Rows
    stop: Rows
    business: Rows
    elapsed: Rows
    target: Rows
    stopped_at: Rows
    parts: Parts


class Parts(NamedTuple):
    """Intervals of clocks, in order: the entry each belongs to, its start, its time, when it stopped.

    `stopped_at` is MISSING_TIME of an interval that still runs. A clock but of `cycle: total` has one interval.
    """

    entry: Rows
    start: Rows
    business: Rows
    stopped_at: Rows


def measure(sla: Sla, clocks: Clocks, steps: tuple[str, ...], cancelled: Rows) -> Measured:
    """Measure one SLA on all cases of a track.

    `cancelled` is the event by which an `anytime` step ended each case, -1 if none did. Cases whose clock never
    started, to which the SLA does not apply, or for which it has no target have no entry.
    """
    case, start, stop = _intervals(sla, clocks.track, steps, cancelled)
    ended = np.where(stop >= 0, stop, cancelled[case])
    over = ended >= 0
    net, gross = _spans(sla, clocks, case, (start, ended))
    pieces = (case, start, net, _stopped(clocks, ended))
    if sla.cycle == "total":
        case, start, stop, over, net, gross = _total(case, start, stop, (over, net, gross))
        ended = np.where(stop >= 0, stop, cancelled[case])
    rows = np.where(over, clocks.track.rows[ended], clocks.track.last[case]) if len(case) else case
    target = targets(clocks.track.knowledge, sla.target, rows)
    state = _states(clocks, sla, (case, stop, over), net > target)
    keep = target != NO_TARGET
    if sla.when is not None:
        keep &= clocks.track.knowledge.judge(sla.when, rows, "after") == TRUE
    stopped = _stopped(clocks, ended)
    return Measured(
        sla, case[keep], state[keep], start[keep], stop[keep], net[keep], gross[keep], target[keep], stopped[keep],
        _parts(pieces, case[keep] if sla.cycle == "total" else keep),
    )  # fmt: skip


def _stopped(clocks: Clocks, ended: Rows) -> Rows:
    return np.where(ended >= 0, clocks.track.times[ended], MISSING_TIME) if len(ended) else ended


def _parts(pieces: tuple[Rows, Rows, Rows, Rows], kept: Rows | NDArray[np.bool_]) -> Parts:
    """Return the intervals of the entries that were kept: by a mask, or by their cases (one entry each)."""
    case, start, net, stopped = pieces
    if kept.dtype == np.bool_:
        return Parts(np.arange(int(kept.sum())), start[kept], net[kept], stopped[kept])
    mine = np.isin(case, kept)
    return Parts(np.searchsorted(kept, case[mine]), start[mine], net[mine], stopped[mine])


def _intervals(sla: Sla, track: Track, steps: tuple[str, ...], cancelled: Rows) -> tuple[Rows, Rows, Rows]:
    """Return (case, start, stop) of every interval: one for each case, or as many as there are for cyclic clocks."""
    starts, stops = events_of(track, steps, sla.start), events_of(track, steps, sla.stop)
    first, last = same_instant(track)
    limit = np.where(cancelled >= 0, cancelled, track.offsets[1:])
    case, since, found = np.arange(len(track.cases)), track.offsets[:-1], []
    while len(case):
        start = following(starts, since)
        runs = start < limit[case]
        case, start = case[runs], start[runs]
        # At equal times stop beats start: a stop in the same instant counts, wherever it stands in the file.
        stop = following(stops, first[start])
        stop = np.where(stop == start, following(stops, stop + 1), stop)
        stop = np.where(stop < limit[case], stop, -1)
        found.append((case, start, stop))
        again = (stop >= 0) if sla.cycle != "first" else np.zeros(len(case), np.bool_)
        case, since = case[again], last[stop[again]] + 1
    if not found:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing
    columns = [np.concatenate(part) for part in zip(*found, strict=True)]
    order = np.lexsort((columns[1], columns[0]))
    return columns[0][order], columns[1][order], columns[2][order]


def _spans(sla: Sla, clocks: Clocks, case: Rows, between: tuple[Rows, Rows]) -> tuple[Rows, Rows]:
    """Return the business and the elapsed milliseconds of each interval, until now where it is still open."""
    timeline, track = clocks.on(sla.calendar), clocks.track
    start, end = between
    closed = np.where(end >= 0, end, start)
    net = np.where(
        end >= 0,
        timeline.spent(start, closed, gross=sla.waiting_counts),
        timeline.spent_until_now(start, case, gross=sla.waiting_counts),
    )
    gross = np.where(end >= 0, track.times[closed], clocks.now) - track.times[start]
    return np.maximum(net, 0), np.maximum(gross, 0)


def _total(
    case: Rows, start: Rows, stop: Rows, spans: tuple[NDArray[np.bool_], Rows, Rows]
) -> tuple[Rows, Rows, Rows, NDArray[np.bool_], Rows, Rows]:
    """Return one entry for each case: its first start, its last stop, the sums of its intervals."""
    over, net, gross = spans
    if not len(case):
        return case, start, stop, over, net, gross
    first = np.flatnonzero(np.append(True, case[1:] != case[:-1]))
    last = np.append(first[1:], len(case)) - 1
    sums = np.add.reduceat(net, first), np.add.reduceat(gross, first)
    return case[first], start[first], stop[last], over[last], *sums


def _states(
    clocks: Clocks, sla: Sla, of: tuple[Rows, Rows, NDArray[np.bool_]], too_long: NDArray[np.bool_]
) -> NDArray[np.int8]:
    case, stop, over = of
    if not len(case):
        return np.zeros(0, np.int8)
    paused = clocks.paused[clocks.track.offsets[case + 1] - 1]
    state = np.where(paused, PAUSED, RUNNING) if not sla.waiting_counts else np.full(len(case), RUNNING)
    state = np.where(too_long, OVERDUE, state)
    state = np.where(over, CANCELLED, state)
    return np.where(stop >= 0, np.where(too_long, BREACHED, MET), state).astype(np.int8)
