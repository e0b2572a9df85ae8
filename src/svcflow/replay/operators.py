"""What each kind of change does to the waits and the work of a log: one function a kind.

All but `Speed` shorten: no operator makes a wait longer. Rows out of the scope of a change stay as they were. Source:
advice.md 6; what moves queues (people, hours, priorities, arrivals) is not answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import singledispatch

import numpy as np

from svcflow.calendars import Clock
from svcflow.eventlog.log import Millis
from svcflow.mining.batches import find_batches
from svcflow.mining.grouping import group
from svcflow.replay.graph import Graph, Rows
from svcflow.replay.moves import Move
from svcflow.replay.passes import Places
from svcflow.replay.refusals import NO_BATCHES, NO_CALENDAR, NO_STARTS, NOTHING, QUEUES, TOO_FEW, Unanswerable
from svcflow.whatif import (
    Automate,
    Bypass,
    CapWait,
    Change,
    Dissolve,
    DropRepeats,
    KeepHands,
    MergeTeams,
    Parallel,
    Scope,
    Skip,
    Speed,
)

FEWEST_ALIKE = 20


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What changes are judged on: the graph, the calendars of the organisation by name, and the seed of coins."""

    graph: Graph
    calendars: Mapping[str, Clock] = field(default_factory=dict)
    seed: int = 0


@singledispatch
def move(_change: Change, _setting: Setting) -> Move | Unanswerable:
    """Return what a change does to the rows of the log, or why a replay cannot tell.

    Raises GuardError where a condition of its scope is none on this log.
    """
    return QUEUES


@move.register
def _cap_wait(change: CapWait, setting: Setting) -> Move | Unanswerable:
    """Cap waits, or with `whole` sojourns; a limit in open hours runs from when the row could have begun."""
    graph, rows = setting.graph, setting.graph.selector.select(change.scope)
    if change.calendar is not None and change.calendar not in setting.calendars:
        return NO_CALENDAR
    limit = np.full(int(rows.sum()), change.limit_s * 1000, np.int64)
    if change.calendar is not None:
        begin = graph.enabled[rows]
        limit = setting.calendars[change.calendar].deadlines(begin, limit) - begin
    if change.whole:
        limit = np.maximum(limit - graph.processing[rows], 0)
    waiting = graph.waiting.copy()
    waiting[rows] = np.minimum(waiting[rows], limit)
    return _touch(rows, lambda: Move(waiting=waiting))


@move.register
def _keep_hands(change: KeepHands, setting: Setting) -> Move | Unanswerable:
    graph, scope = setting.graph, change.scope
    kind = scope.handover or ("resource" if scope.sender is None and graph.log.has_resources else "team")
    handed = graph.selector.changes_hands(kind) & graph.selector.select(scope)
    return _match_kept(graph, handed, kind)


@move.register
def _merge_teams(change: MergeTeams, setting: Setting) -> Move | Unanswerable:
    select, (one, other) = setting.graph.selector.select, change.teams
    handed = select(Scope(sender=one, receiver=other)) | select(Scope(sender=other, receiver=one))
    return _match_kept(setting.graph, handed, "team")


@move.register
def _drop_repeats(change: DropRepeats, setting: Setting) -> Move | Unanswerable:
    graph = setting.graph
    if change.rounds:
        rows = _select_rounds(graph, change)
    else:
        rows = graph.selector.select(Scope(change.activities, from_round=change.from_round))
    return _drop(rows, change, setting)


@move.register
def _skip(change: Skip, setting: Setting) -> Move | Unanswerable:
    return _drop(setting.graph.selector.select(change.scope), change, setting)


@move.register
def _bypass(change: Bypass, setting: Setting) -> Move | Unanswerable:
    rows = setting.graph.selector.select(Scope(receiver=change.team, where=change.where))
    return _touch(rows, lambda: Move(dropped=rows))


@move.register
def _automate(change: Automate, setting: Setting) -> Move | Unanswerable:
    """Take away the work, and the wait where people here make it; the delay of others and of timers stays."""
    graph, rows = setting.graph, setting.graph.selector.select(change.scope)
    waiting = np.where(rows & graph.addressable, 0, graph.waiting)
    return _touch(rows, lambda: Move(waiting=waiting, pace=np.where(rows, 0.0, 1.0)))


@move.register
def _parallel(change: Parallel, setting: Setting) -> Move | Unanswerable:
    graph = setting.graph
    first, second = (graph.selector.select(Scope((name,))) for name in change.activities)
    rows = second & (graph.latest >= 0)
    rows[rows] = first[graph.latest[rows]]
    chosen = np.flatnonzero(rows)
    return _touch(rows, lambda: Move(beside=(graph.latest[chosen], chosen)))


@move.register
def _speed(change: Speed, setting: Setting) -> Move | Unanswerable:
    graph = setting.graph
    rows = graph.selector.select(Scope(change.activities))
    if rows.any() and not graph.log.has_start[rows].any():
        return NO_STARTS
    return _touch(rows, lambda: Move(pace=np.where(rows, change.factor, 1.0)))


@move.register
def _dissolve(change: Dissolve, setting: Setting) -> Move | Unanswerable:
    """Take from the waits of batched rows the time until their batch was complete."""
    graph, log, row = setting.graph, setting.graph.log, setting.graph.row
    batches = find_batches(graph.enablement, log.resource[row], log.has_start[row])
    of = np.full(log.instances, -1)
    of[row] = batches.of
    rows = (of >= 0) & graph.selector.select(Scope(change.activities))
    waiting = graph.waiting.copy()
    waiting[rows] -= np.clip(batches.enabled[of[rows]] - graph.enabled[rows], 0, waiting[rows])
    return Move(waiting=waiting) if rows.any() else NO_BATCHES


def _touch(rows: Rows, make: Callable[[], Move]) -> Move | Unanswerable:
    return make() if rows.any() else NOTHING


def _drop(rows: Rows, change: DropRepeats | Skip, setting: Setting) -> Move | Unanswerable:
    """Drop `rows` in a share of the cases; the coin of a case does not depend on the share, so that shares nest."""
    word = repr(replace(change, share=1.0))
    gone = rows & setting.graph.selector.flip_coins(change.share, word, setting.seed)
    return _touch(rows, lambda: Move(dropped=gone))


def _select_rounds(graph: Graph, change: DropRepeats) -> Rows:
    """Return the rows after the completion number `from_round` - 1 of the first activity, up to its last one."""
    log, case = graph.log, graph.case
    mine = graph.selector.select(Scope(change.activities[:1]))
    total = np.append(0, np.cumsum(mine))
    done = total[:-1] - total[log.offsets[:-1]][case]
    every = (total[log.offsets[1:]] - total[log.offsets[:-1]])[case]
    return np.asarray((done >= change.from_round - 1) & (done < every))


def _match_kept(graph: Graph, handed: Rows, kind: str) -> Move | Unanswerable:
    """Give each of the waits `handed` the value of its rank among those of its pair of activities in the same hands.

    Pairs that fewer than 20 times stay in the same hands keep their waits.
    """
    if not handed.any():
        return NOTHING
    activity = graph.log.activity.astype(np.int64)
    before = np.where(graph.latest >= 0, activity[graph.latest], -1)
    pair = before * len(graph.log.activities) + activity
    kept = graph.selector.keeps_hands(kind) & (before >= 0)
    mine = np.flatnonzero(handed & (before >= 0))
    like = group(pair[kept], graph.waiting[kept])
    waiting, known = graph.waiting.copy(), False
    for key, rows in zip(*_split(pair[mine], mine), strict=True):
        place = int(np.searchsorted(like.keys, key))
        if place < len(like.keys) and like.keys[place] == key and like.counts[place] >= FEWEST_ALIKE:
            known = True
            waiting[rows] = np.minimum(waiting[rows], _match_ranks(waiting[rows], like.of(place)))
    return Move(waiting=waiting) if known else TOO_FEW


def _split(keys: Places, rows: Places) -> tuple[list[int], list[Places]]:
    """Return the distinct keys, and the rows of each, ascending."""
    order = np.argsort(keys, kind="stable")
    cuts = np.flatnonzero(np.diff(keys[order], prepend=-1))
    return keys[order][cuts].tolist(), np.split(rows[order], cuts[1:])[: len(cuts)]


def _match_ranks(values: Millis, like: Millis) -> Millis:
    ranks = (np.argsort(np.argsort(values, kind="stable"), kind="stable") + 0.5) / max(len(values), 1)
    return np.rint(np.quantile(like, ranks)).astype(np.int64)
