"""SLA clocks: from the first start to the first stop, on a calendar, against a target (definitions.md 3.7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.model import Sla
from svcflow.eventlog.log import MISSING_TIME
from svcflow.execution.knowledge import TRUE
from svcflow.execution.timeline import NO_TARGET, Clocks, targets
from svcflow.execution.track import Rows, Track

STATES = ("running", "paused", "met", "breached", "overdue", "cancelled")
RUNNING, PAUSED, MET, BREACHED, OVERDUE, CANCELLED = range(6)


@dataclass(frozen=True)
class Measured:
    """The clocks of one SLA, one entry each. Spans are milliseconds; `start` and `stop` are events, -1 for none.

    `business` is time on the clock in force, less waiting; `elapsed` is the wall clock. Both run until the stop, the
    end of the case by an `anytime` step, or the moment looked at.
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


def measure(sla: Sla, clocks: Clocks, steps: tuple[str, ...], cancelled: Rows) -> Measured:
    """Measure one SLA on all cases of a track.

    `cancelled` is the event by which an `anytime` step ended each case, -1 if none did. Cases whose clock never
    started, to which the SLA does not apply, or for which it has no target have no entry.
    """
    case, start, stop = _intervals(sla, clocks.track, steps, cancelled)
    ended = np.where(stop >= 0, stop, cancelled[case])
    over = ended >= 0
    net, gross = _spans(sla, clocks, case, (start, ended))
    if sla.cycle == "total":
        case, start, stop, over, net, gross = _total(case, start, stop, (over, net, gross))
        ended = np.where(stop >= 0, stop, cancelled[case])
    rows = np.where(over, clocks.track.rows[ended], clocks.track.last[case]) if len(case) else case
    target = targets(clocks.track.knowledge, sla.target, rows)
    state = _states(clocks, sla, (case, stop, over), net > target)
    keep = target != NO_TARGET
    if sla.when is not None:
        keep &= clocks.track.knowledge.judge(sla.when, rows, "after") == TRUE
    stopped = np.where(over, clocks.track.times[ended], MISSING_TIME) if len(case) else case
    return Measured(
        sla, case[keep], state[keep], start[keep], stop[keep], net[keep], gross[keep], target[keep], stopped[keep]
    )


def _intervals(sla: Sla, track: Track, steps: tuple[str, ...], cancelled: Rows) -> tuple[Rows, Rows, Rows]:
    """Return (case, start, stop) of every interval: one for each case, or as many as there are for cyclic clocks."""
    index = {step: i for i, step in enumerate(steps)}
    starts = np.flatnonzero(np.isin(track.steps, [index[s] for s in sla.start if s in index]))
    stops = np.flatnonzero(np.isin(track.steps, [index[s] for s in sla.stop if s in index]))
    first, last = _ties(track)
    limit = np.where(cancelled >= 0, cancelled, track.offsets[1:])
    case, since, found = np.arange(len(track.cases)), track.offsets[:-1], []
    while len(case):
        start = _next(starts, since)
        runs = start < limit[case]
        case, start = case[runs], start[runs]
        # At equal times stop beats start: a stop in the same instant counts, wherever it stands in the file.
        stop = _next(stops, first[start])
        stop = np.where(stop == start, _next(stops, stop + 1), stop)
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


def _next(events: Rows, since: Rows) -> Rows:
    """Return the first of some events at or after a place, a place beyond all where there is none."""
    beyond = np.append(events, np.iinfo(np.int64).max)
    return beyond[np.searchsorted(events, since)]


def _ties(track: Track) -> tuple[Rows, Rows]:
    """Return for each event the first and the last event of its case at the same instant."""
    size = len(track.rows)
    if not size:
        return track.rows, track.rows
    new = np.ones(size, np.bool_)
    new[1:] = (track.times[1:] != track.times[:-1]) | (track.case_of[1:] != track.case_of[:-1])
    begins = np.flatnonzero(new)
    group = np.cumsum(new) - 1
    return begins[group], np.append(begins[1:], size)[group] - 1


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
