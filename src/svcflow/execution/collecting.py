"""What is reported beside the flow: lateness, clocks, people, cases left lying, labels of no step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.model import Process, Step, Workspace
from svcflow.execution.deviations import Collector, last_times
from svcflow.execution.expansion import Moves
from svcflow.execution.people import Roles, broken_pairs, over_authority, wrong_roles
from svcflow.execution.sla import BREACHED, OVERDUE, Measured, measure
from svcflow.execution.story import MOVES
from svcflow.execution.timeline import NO_TARGET, Clocks, targets
from svcflow.execution.track import Rows, Track

_END = MOVES.index("end")
_SYNC = MOVES.index("sync")


def time_steps(moves: Moves, clocks: Clocks, steps: tuple[Step, ...]) -> tuple[Rows, Rows]:
    """Return for each move the business time since it was enabled and its target, NO_TARGET where there is none."""
    spent, limit = np.full(len(moves.case), -1, np.int64), np.full(len(moves.case), NO_TARGET, np.int64)
    for i, step in enumerate(steps):
        at = np.flatnonzero((moves.step == i) & (moves.kind == _SYNC) & (moves.enabled >= 0))
        if not len(at):
            continue
        timeline = clocks.on(step.calendar)
        spent[at] = np.maximum(timeline.spent(moves.enabled[at], moves.event[at]), 0)
        if step.within is not None:
            limit[at] = targets(clocks.track.knowledge, step.within, clocks.track.rows[moves.event[at]])
    return spent, limit


def collect_late(collector: Collector, moves: Moves, steps: tuple[Step, ...], times: tuple[Rows, Rows]) -> None:
    """Report steps that took longer than their target (D401)."""
    spent, limit = times
    late = np.flatnonzero((limit != NO_TARGET) & (spent > limit))
    places = np.asarray([collector.places[s.within.position if s.within else s.position] for s in steps], np.int64)
    collector.add(
        "D401",
        moves.case[late],
        subject=moves.step[late],
        row=collector.track.rows[moves.event[late]],
        other=collector.track.rows[moves.enabled[late]],
        value=spent[late] / 1000,
        limit=limit[late] / 1000,
        place=places[moves.step[late]],
    )


def ends_of(moves: Moves, track: Track) -> Rows:
    """Return the event by which an `anytime` step ended each case, -1 where none did."""
    ends = np.full(len(track.cases), -1, np.int64)
    at = moves.kind == _END
    ends[moves.case[at]] = moves.event[at]
    return ends


def collect_slas(collector: Collector, process: Process, clocks: Clocks, ends: Rows) -> list[Measured]:
    """Measure the SLAs, report those that ran over their target (D402), and return all."""
    measured = [measure(sla, clocks, tuple(process.steps), ends) for sla in process.slas.values()]
    for clock in measured:
        over = np.flatnonzero((clock.state == BREACHED) | (clock.state == OVERDUE))
        stop, start = clock.stop[over], clock.start[over]
        rows = np.where(stop >= 0, clocks.track.rows[stop], -1) if len(over) else over
        collector.add(
            "D402",
            clock.case[over],
            subject=collector.subjects[clock.sla.id],
            row=rows,
            anchor=np.where(rows >= 0, rows, clocks.track.last[clock.case[over]] + 1),
            other=clocks.track.rows[start] if len(over) else start,
            time=np.where(stop >= 0, clock.stopped_at[over], clocks.now),
            value=clock.business[over] / 1000,
            limit=clock.target[over] / 1000,
            place=collector.places[clock.sla.position],
        )
    return measured


def collect_people(
    collector: Collector, process: Process, workspace: Workspace, of: tuple[tuple[Step, ...], Roles]
) -> None:
    """Report what people did who should not have: roles, authority, rules about people (D301 to D304)."""
    track, (steps, roles) = collector.track, of
    places = np.asarray([collector.places[step.position] for step in steps] or [0], np.int64)
    wrong = wrong_roles(track, roles, steps)
    collector.add("D301", track.case_of[wrong], **_at(track, wrong), place=places[track.steps[wrong]])
    spending = over_authority(track, roles, steps, workspace.organisation)
    collector.add(
        "D304", track.case_of[spending.events], **_at(track, spending.events), value=spending.amounts,
        limit=spending.limits, place=places[track.steps[spending.events]],
    )  # fmt: skip
    for rule in process.rules.values():
        if rule.kind in ("different", "same"):
            pairs = broken_pairs(track, rule, tuple(collector.subjects.all()))
            events = np.asarray([pair.event for pair in pairs], np.int64)
            earlier = np.asarray([pair.earlier for pair in pairs], np.int64)
            collector.add(
                "D302" if rule.kind == "different" else "D303", track.case_of[events], **_at(track, events),
                other=track.rows[earlier], place=collector.places[rule.position],
            )  # fmt: skip


def people_notes(track: Track, unknown: int) -> tuple[str, ...]:
    """Say what could not be judged about people; `unknown` is the number of events of unknown role."""
    notes = []
    if len(track.rows) and unknown == len(track.rows):
        notes.append("the log shows no roles and no team of the organisation: D301 and D304 cannot be judged")
    elif unknown:
        notes.append(f"the role of {unknown} of {len(track.rows)} events is unknown: D301 and D304 leave them out")
    if not track.knowledge.log.has_resources and len(track.rows):
        notes.append("the log names no people: D302 and D303 cannot be judged")
    return tuple(notes)


def _at(track: Track, events: Rows) -> dict[str, NDArray[np.int64]]:
    return {"subject": track.steps[events].astype(np.int64), "row": track.rows[events]}


def collect_left_lying(
    collector: Collector, process: Process, options: tuple[int, int], closed: NDArray[np.bool_]
) -> None:
    """Report open cases to which nothing happened for long: `options` are now and how long that is (ms)."""
    track, (as_of, limit) = collector.track, options
    last = last_times(track)
    left = np.flatnonzero(~closed & (as_of - last > limit))
    log = track.knowledge.log
    events = track.offsets[left + 1] - 1
    known = (events >= track.offsets[left]) & (len(track.steps) > 0)
    unnamed = collector.subjects[""]
    subject = np.where(known, track.steps[np.where(known, events, 0)], unnamed) if len(track.steps) else unnamed
    collector.add(
        "D107", left, subject=subject, row=-1, other=track.last[left], anchor=track.last[left] + 1,
        time=log.time[track.last[left]], value=(as_of - last[left]) / 1000,
        limit=limit / 1000, place=collector.places[process.position],
    )  # fmt: skip


def collect_unmapped(collector: Collector, process: Process) -> None:
    """Report events whose label belongs to no step (D108)."""
    track = collector.track
    rows = track.unmapped
    if not len(rows):
        return
    log = track.knowledge.log
    case_of_log = np.full(log.cases, -1, np.int64)
    case_of_log[track.cases] = np.arange(len(track.cases))
    codes = log.activity[rows]
    table = np.zeros(len(log.activities), np.int64)
    for code in np.unique(codes).tolist():
        table[code] = collector.subjects[log.activities[code]]
    case = case_of_log[track.knowledge.case_of(rows)]
    collector.add("D108", case, subject=table[codes], row=rows, place=collector.places[process.position])
