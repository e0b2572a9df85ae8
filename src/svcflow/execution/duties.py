"""Rules about what must come before, never together, or not too often (definitions.md 2.6).

The condition of a rule is judged at the event that breaks it, with what was known before that event.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.model import Rule
from svcflow.execution.instants import events_of, same_instant
from svcflow.execution.knowledge import TRUE
from svcflow.execution.track import Rows, Track


class Breach(NamedTuple):
    """Events that break a rule, and an earlier event that each breaks it with (-1 for none)."""

    events: Rows
    earlier: Rows
    times: Rows
    """How often the step had been done by then (``at_most``); 0 elsewhere."""
    limit: Rows


def holding(track: Track, rule: Rule, events: Rows) -> NDArray[np.bool_]:
    """Return at which events the condition of a rule is known to hold."""
    if rule.when is None:
        return np.ones(len(events), np.bool_)
    truth: NDArray[np.bool_] = track.knowledge.judge(rule.when, track.rows[events], "before") == TRUE
    return truth


def unprepared(track: Track, rule: Rule, steps: tuple[str, ...]) -> Breach:
    """Return the first event of each case that came before all that it needs had been done (D503)."""
    events = events_of(track, steps, rule.steps)
    case, (_, last) = track.case_of[events], same_instant(track)
    missing = np.zeros(len(events), np.bool_)
    for need in rule.others:
        prepared = _first_of(track, events_of(track, steps, (need,)))
        # In the same instant the order in the file says nothing.
        missing |= last[events] < prepared[case]
    events = events[missing]
    events = events[holding(track, rule, events)]
    _, first = np.unique(track.case_of[events], return_index=True)
    return _breach(events[first])


def clashes(track: Track, rule: Rule, steps: tuple[str, ...]) -> Breach:
    """Return where a second of the steps of a ``never`` was done: the later event, once for each pair (D504)."""
    found, partners = [], []
    firsts = {step: _first_of(track, events_of(track, steps, (step,))) for step in dict.fromkeys(rule.steps)}
    names = list(firsts)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            for later, earlier in ((one, other), (other, one)):
                events = events_of(track, steps, (later,))
                events = events[firsts[earlier][track.case_of[events]] < events]
                events = events[holding(track, rule, events)]
                _, first = np.unique(track.case_of[events], return_index=True)
                found.append(events[first])
                partners.append(firsts[earlier][track.case_of[events[first]]])
    events = np.concatenate(found) if found else np.zeros(0, np.int64)
    earlier_events = np.concatenate(partners) if partners else events
    # Either order shows the pair once: the case's first event that has the other behind it.
    pair = np.repeat(np.arange(len(found) // 2), 2) if found else np.zeros(0, np.int64)
    of = np.repeat(pair, [len(part) for part in found]) if found else pair
    order = np.lexsort((events, of, track.case_of[events]))
    events, earlier_events, of = events[order], earlier_events[order], of[order]
    case = track.case_of[events]
    new = np.ones(len(events), np.bool_)
    new[1:] = (case[1:] != case[:-1]) | (of[1:] != of[:-1])
    return _breach(events[new], earlier_events[new])


def too_often(track: Track, rule: Rule, steps: tuple[str, ...]) -> Breach:
    """Return every event beyond the number of times that ``at_most`` allows (D505)."""
    found, counts, limits = [], [], []
    for step, limit in rule.limits:
        events = events_of(track, steps, (step,))
        case = track.case_of[events]
        rank = np.arange(len(events)) - np.searchsorted(case, case) + 1
        over = rank > limit
        events, rank = events[over], rank[over]
        judged = holding(track, rule, events)
        found.append(events[judged])
        counts.append(rank[judged])
        limits.append(np.full(int(judged.sum()), limit, np.int64))
    if not found:
        return _breach(np.zeros(0, np.int64))
    events = np.concatenate(found)
    return Breach(events, np.full(len(events), -1, np.int64), np.concatenate(counts), np.concatenate(limits))


def _first_of(track: Track, events: Rows) -> Rows:
    """Return the first of some events in each case, a place beyond all where there is none."""
    firsts = np.full(len(track.cases), np.iinfo(np.int64).max)
    firsts[track.case_of[events[::-1]]] = events[::-1]
    return firsts


def _breach(events: Rows, earlier: Rows | None = None) -> Breach:
    nothing = np.zeros(len(events), np.int64)
    return Breach(events, nothing - 1 if earlier is None else earlier, nothing, nothing)
