"""Escalation ladders: who is told when how much of an SLA's target has passed (definitions.md 3.8).

A rung fires at T, when its share of the target has passed on the clock; not if the clock stopped before. With a `step`
it is kept by an event of that step no later than T and the grace, both on the clock of the SLA: pauses and closed
hours lengthen both. An event before T counts, from the start of the clock on; one event keeps one rung, the one that is
due first. An event after that, while the clock still runs, keeps it late. A clock that stops within the grace excuses
the rung. Without a step rungs are notices, which nobody has to keep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.model import Escalation, Rung
from svcflow.eventlog.log import MISSING_TIME
from svcflow.execution.instants import BEYOND, events_of, same_instant
from svcflow.execution.sla import Measured
from svcflow.execution.timeline import Clocks
from svcflow.execution.track import Rows

STATES = ("ahead", "pending", "kept", "late", "missed", "excused", "notice")
AHEAD, PENDING, KEPT, LATE, MISSED, EXCUSED, NOTICE = range(7)


@dataclass(frozen=True)
class Rungs:
    """Rungs of all clocks that have fired or still may, one entry each.

    `rung` counts the rungs of the clocks' ladders as `listed`. `at` is when it fires and `due` until when it may be
    kept (BEYOND while the clock stands still), `stopped` when the clock stopped (BEYOND if it runs); `kept` is the
    event that keeps it, -1 for none; `start` the event that started the clock.
    """

    listed: tuple[tuple[Measured, Rung], ...]
    rung: Rows
    case: Rows
    start: Rows
    at: Rows
    due: Rows
    stopped: Rows
    kept: Rows
    target: Rows
    state: NDArray[np.int8]


def climb(measured: Sequence[Measured], clocks: Clocks, steps: tuple[str, ...]) -> Rungs:
    """Return the rungs of some clocks that have fired by now, or may fire yet."""
    listed = [(m, rung) for m in measured if m.sla.escalation for rung in m.sla.escalation.rungs]
    parts = [_fire(clock, rung, clocks, i) for i, (clock, rung) in enumerate(listed)]
    nothing = np.zeros(0, np.int64)
    columns = [np.concatenate([nothing, *column]) for column in zip(*parts, strict=True)] if parts else [nothing] * 7
    rung, case, start, at, due, stopped, target = columns
    kept = np.full(len(case), -1, np.int64)
    late = np.zeros(len(case), np.bool_)
    ladders = [_ladder(clock) for clock, _ in listed]
    for step in dict.fromkeys(ladder.step for ladder in ladders if ladder.step is not None):
        mine = np.isin(rung, [i for i, ladder in enumerate(ladders) if ladder.step == step])
        matched = _match(clocks, events_of(clocks.track, steps, (step,)), (case, start, due, stopped), mine)
        kept[mine], late[mine] = matched[0][mine], matched[1][mine]
    state = np.where(at > clocks.now, AHEAD, PENDING)
    state = np.where((state == PENDING) & (due < np.minimum(stopped, clocks.now)), MISSED, state)
    state = np.where((stopped != BEYOND) & (stopped <= due), EXCUSED, state)
    state = np.where(kept >= 0, np.where(late, LATE, KEPT), state)
    silent = np.isin(rung, [i for i, ladder in enumerate(ladders) if ladder.step is None])
    state = np.where(silent & (at <= clocks.now), NOTICE, state).astype(np.int8)
    return Rungs(tuple(listed), rung, case, start, at, due, stopped, kept, target, state)


def _ladder(clock: Measured) -> Escalation:
    assert clock.sla.escalation is not None
    return clock.sla.escalation


def _fire(clock: Measured, rung: Rung, clocks: Clocks, number: int) -> tuple[Rows, ...]:
    """Return (number, case, start, at, due, stopped, target) of one rung of every clock that did not stop before."""
    sla, parts = clock.sla, clock.parts
    share = clock.target * rung.percent // 100
    part, before = _crossing(clock, share)
    start, stopped = parts.start[part], parts.stopped_at[part]
    stopped = np.where(stopped == MISSING_TIME, BEYOND, stopped)
    spans = share - before
    at = _moment(clocks.due(sla.calendar, start, spans, gross=sla.waiting_counts))
    grace = _ladder(clock).grace_s * 1000
    due = _moment(clocks.due(sla.calendar, start, spans + grace, gross=sla.waiting_counts))
    fires = (at < stopped) | (stopped == BEYOND)
    case = clock.case[fires]
    of = np.full(len(case), number, np.int64)
    return of, case, start[fires], at[fires], due[fires], stopped[fires], clock.target[fires]


def _moment(instants: Rows) -> Rows:
    return np.where(instants == MISSING_TIME, BEYOND, instants)


def _crossing(clock: Measured, share: Rows) -> tuple[Rows, Rows]:
    """Return for each clock the interval in which `share` of its time has passed, and the time before it."""
    parts = clock.parts
    if clock.sla.cycle != "total" or not len(share):
        return np.arange(len(share)), np.zeros(len(share), np.int64)
    sums = np.cumsum(parts.business) - parts.business
    first = np.searchsorted(parts.entry, np.arange(len(share)))
    last = np.append(first[1:], len(parts.entry)) - 1
    before = sums - sums[first][parts.entry]
    # One scale for all clocks, so that one search finds every interval.
    width = int(max(before.max(), share.max())) + 1
    found = np.searchsorted(parts.entry * width + before, np.arange(len(share)) * width + share, side="left") - 1
    found = np.clip(found, first, last)
    return found, before[found]


def _match(
    clocks: Clocks, events: Rows, of: tuple[Rows, Rows, Rows, Rows], mine: NDArray[np.bool_]
) -> tuple[Rows, NDArray[np.bool_]]:
    """Return the event that keeps each rung (-1 for none), and whether it came late."""
    case, start, due, stopped = of
    kept, late = np.full(len(case), -1, np.int64), np.zeros(len(case), np.bool_)
    if not len(events):
        return kept, late
    first, _ = same_instant(clocks.track)
    has = np.zeros(len(clocks.track.cases), np.bool_)
    has[clocks.track.case_of[events]] = True
    order = np.lexsort((start, due, case))
    order = order[mine[order] & has[case[order]]]
    _assign(clocks, events, kept, (order, case, first[start], np.minimum(due, stopped)))
    rest = order[(kept[order] < 0) & (due[order] < stopped[order])]
    free = events[~np.isin(events, kept[kept >= 0])]
    if len(rest) and len(free):
        # From the first event after it was due.
        overdue = _after(clocks, case[rest], due[rest])
        since = np.zeros(len(case), np.int64)
        since[rest] = overdue
        _assign(clocks, free, kept, (rest, case, since, stopped))
        late[rest] = kept[rest] >= 0
    return kept, late


def _assign(clocks: Clocks, events: Rows, kept: Rows, of: tuple[Rows, Rows, Rows, Rows]) -> None:
    """Give rungs, in their order, the first free event of their case since `since` that is not after `until`."""
    order, case, since, until = of
    track = clocks.track
    cases = case[order]
    rank = np.arange(len(order)) - np.searchsorted(cases, cases)
    taken = np.zeros(len(track.cases), np.int64)
    for turn in range(int(rank.max()) + 1 if len(rank) else 0):
        now = order[rank == turn]
        at = np.searchsorted(events, np.maximum(since[now], taken[case[now]]))
        found = np.append(events, BEYOND)[at]
        inside = found < track.offsets[case[now] + 1]
        fits = inside & (track.times[np.where(inside, found, 0)] <= until[now])
        kept[now[fits]] = found[fits]
        taken[case[now[fits]]] = found[fits] + 1


def _after(clocks: Clocks, case: Rows, instants: Rows) -> Rows:
    """Return the first event of each case later than an instant (the end of the case if there is none)."""
    low, high = clocks.track.offsets[case].copy(), clocks.track.offsets[case + 1].copy()
    while (open_ := low < high).any():
        middle = (low + high) // 2
        later = clocks.track.times[np.where(open_, middle, 0)] > instants
        high = np.where(open_ & later, middle, high)
        low = np.where(open_ & ~later, middle + 1, low)
    return low
