"""Duties that an event brings: ``after`` a step, ``then`` another, ``within`` a time (definitions.md 2.6, 3.5).

Every event of the first step, at which the rule's `when` is known to hold with the data of that event, brings one duty.
The first of the `then` steps at or after it does it; one event does every duty that is open. Time runs on the calendar
of the process and stands still while the case waits. A duty in time is *open*, also when the case is closed: somebody
may still call back. Without `within` it is due when the case closes. An `anytime` end cancels what is still in time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.model import Rule
from svcflow.eventlog.log import MISSING_TIME
from svcflow.execution.instants import BEYOND, events_of, following, same_instant
from svcflow.execution.knowledge import TRUE
from svcflow.execution.timeline import Clocks
from svcflow.execution.track import Rows

STATES = ("open", "kept", "late", "missed", "cancelled")
OPEN, KEPT, LATE, MISSED, CANCELLED = range(5)


@dataclass(frozen=True)
class Obligations:
    """The duties of one rule, one entry each: the event that brought it and the one that did it (-1 for none).

    `due` is the instant until which it is in time (MISSING_TIME if there is no limit, or while the clock stands
    still); `spent` milliseconds on the clock until it was done, cancelled, or now. `again` says that an earlier duty
    of the same rule was still open: a promise made once more.
    """

    rule: Rule
    case: Rows
    since: Rows
    done: Rows
    due: Rows
    spent: Rows
    state: NDArray[np.int8]
    again: NDArray[np.bool_]


def find_obligations(
    rule: Rule, clocks: Clocks, steps: tuple[str, ...], ended: tuple[Rows, NDArray[np.bool_]]
) -> Obligations:
    """Return the duties that a rule ``after`` brings.

    `ended` is the event by which an `anytime` step ended each case (-1 if none did), and whether the case is closed.
    """
    track = clocks.track
    since = events_of(track, steps, rule.steps)
    if rule.when is not None:
        since = since[track.knowledge.judge(rule.when, track.rows[since], "after") == TRUE]
    case = track.case_of[since]
    done = _done(clocks, since, events_of(track, steps, rule.others))
    cancelled, closed = ended[0][case], ended[1][case]
    # What comes after the case was cut short does no duty any more.
    until = np.where((cancelled >= 0) & ((done < 0) | (done > cancelled)), np.maximum(cancelled, since), done)
    timeline = clocks.on(None)
    spent = np.where(until >= 0, timeline.spent(since, np.where(until >= 0, until, since)),
                     timeline.spent_until_now(since, case))  # fmt: skip
    if rule.within_s is None:
        late, due = np.zeros(len(since), np.bool_), np.full(len(since), MISSING_TIME)
        over = closed
    else:
        limit = np.full(len(since), rule.within_s * 1000, np.int64)
        due = clocks.due(None, since, limit)
        late = spent > limit
        over = late
    state = np.where(over, MISSED, OPEN)
    state = np.where(cancelled >= 0, np.where(late, MISSED, CANCELLED), state)
    in_force = (done >= 0) & ((cancelled < 0) | (done <= cancelled) | late)
    state = np.where(in_force, np.where(late, LATE, KEPT), state).astype(np.int8)
    return Obligations(rule, case, since, done, due, spent, state, _again(case, since, done))


def _done(clocks: Clocks, since: Rows, answers: Rows) -> Rows:
    """Return the event that does each duty: the first answer after it, or in the same instant."""
    track = clocks.track
    first, _ = same_instant(track)
    found = following(answers, first[since])
    found = np.where(found == since, following(answers, since + 1), found)
    inside = found < track.offsets[track.case_of[since] + 1]
    return np.where(inside & (found != BEYOND), found, -1)


def _again(case: Rows, since: Rows, done: Rows) -> NDArray[np.bool_]:
    """Return the duties that came while the one before, of the same case, had not been done."""
    again = np.zeros(len(since), np.bool_)
    if len(since) > 1:
        waiting = (done[:-1] < 0) | (done[:-1] > since[1:])
        again[1:] = (case[1:] == case[:-1]) & waiting
    return again
