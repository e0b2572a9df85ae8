"""One process judged on its cases: the explanation, then people, clocks and what was left lying."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.model import Process, Step, Workspace
from svcflow.execution.agreed import split_agreed
from svcflow.execution.detail import Detail
from svcflow.execution.deviations import Collector, Names, last_times
from svcflow.execution.distances import Ways
from svcflow.execution.editions import Edition
from svcflow.execution.expansion import Moves, Places, collect_departures, expand_moves
from svcflow.execution.frame import Coded, Frame
from svcflow.execution.machine import Machine, build_machine
from svcflow.execution.outcome import ProcessRuns, build_cases
from svcflow.execution.people import Roles, broken_pairs, over_authority, roles_of, wrong_roles
from svcflow.execution.promises import collect_breaches, collect_obligations, collect_rungs
from svcflow.execution.search import Search
from svcflow.execution.sla import BREACHED, OVERDUE, STATES, Measured, measure
from svcflow.execution.story import MOVES, tell
from svcflow.execution.timeline import NO_TARGET, Clocks, build_clocks, targets
from svcflow.execution.track import Rows, Track, sequences
from svcflow.execution.walks import Alphabet

_END = MOVES.index("end")
_SYNC = MOVES.index("sync")


@dataclass(frozen=True, slots=True)
class Options:
    """How to judge: the moment looked at and the age of an abandoned case (ms), and whether conditions count."""

    as_of: int
    abandoned_after: int
    guards: bool


@dataclass(frozen=True)
class Plan:
    """An edition of a process ready to judge: the states of its flow, and the ways between them met so far."""

    edition: Edition
    machine: Machine
    known: dict[tuple[int, ...], Ways] = field(default_factory=dict)


def prepare(edition: Edition) -> Plan:
    """Return a plan; raise `DefinitionError` where the flow is too large."""
    return Plan(edition, build_machine(edition.process, edition.workspace))


def judge(plan: Plan, track: Track, options: Options) -> ProcessRuns:
    """Return everything the definition says about the cases of a track."""
    process, workspace, machine = plan.edition.process, plan.edition.workspace, plan.machine
    names, steps = tuple(process.steps), tuple(process.steps.values())
    seen = sequences(track, machine.net.guards, len(names), judged=options.guards)
    anytime = {names.index(a.step): a.outcome for a in process.anytime}
    search = Search(machine, Alphabet(names, seen.signatures, anytime), plan.known)
    walks = search.explain(seen.distinct)
    stories = [tell(search, sequence, walk) for sequence, walk in zip(seen.distinct, walks, strict=True)]
    moves = expand_moves(stories, seen.of_case, track)
    clocks = build_clocks(workspace, process, track, steps=names, now=options.as_of)

    collector = Collector(track, Names(names), tuple(g.text for g in machine.net.guards))
    places = Places(machine, tuple(step.position for step in steps), process.position)
    collect_departures(stories, seen.of_case, collector, places, judged=options.guards)
    spent, limit = _time_steps(moves, clocks, steps)
    _collect_late(collector, moves, steps, (spent, limit))
    ends, closed = _ends(moves, track), np.asarray([s.closed for s in stories], np.bool_)[seen.of_case]
    measured = _collect_slas(collector, process, clocks, ends)
    rungs = collect_rungs(collector, measured, clocks, names)
    obligations = collect_obligations(collector, process, clocks, (ends, closed))
    collect_breaches(collector, process)
    roles = roles_of(track, workspace.organisation)
    notes = _collect_people(collector, process, workspace, (steps, roles))
    _collect_left_lying(collector, process, options, closed)
    _collect_unmapped(collector, process)

    detail = Detail(track, names, {d.id: d for d in process.rules.values()}, machine.net.guards, roles)
    agreements = [agreement for agreement in workspace.agreements if agreement.process == process.id]
    deviations, allowed = split_agreed(
        collector.frame(process.id, detail.say), agreements, (process, track),
        (options.as_of, workspace.organisation.timezone),
    )  # fmt: skip
    return ProcessRuns(
        process=process,
        cases=build_cases(process, track, (stories, seen.of_case), deviations),
        moves=_move_frame(moves, track, names, (spent, limit)),
        deviations=deviations,
        allowed=allowed,
        clocks=_clock_frame(measured, track),
        rungs=rungs,
        obligations=obligations,
        notes=tuple(notes),
        sequences=len(seen.distinct),
    )


def _time_steps(moves: Moves, clocks: Clocks, steps: tuple[Step, ...]) -> tuple[Rows, Rows]:
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


def _collect_late(collector: Collector, moves: Moves, steps: tuple[Step, ...], times: tuple[Rows, Rows]) -> None:
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


def _ends(moves: Moves, track: Track) -> Rows:
    """Return the event by which an `anytime` step ended each case, -1 where none did."""
    ends = np.full(len(track.cases), -1, np.int64)
    at = moves.kind == _END
    ends[moves.case[at]] = moves.event[at]
    return ends


def _collect_slas(collector: Collector, process: Process, clocks: Clocks, ends: Rows) -> list[Measured]:
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


def _collect_people(
    collector: Collector, process: Process, workspace: Workspace, of: tuple[tuple[Step, ...], Roles]
) -> list[str]:
    """Judge roles, authority and rules about people; return what could not be judged."""
    track, notes, (steps, roles) = collector.track, [], of
    unknown = int(roles.unknown.sum())
    if len(track.rows) and unknown == len(track.rows):
        notes.append("the log shows no roles and no team of the organisation: D301 and D304 cannot be judged")
    elif unknown:
        notes.append(f"the role of {unknown} of {len(track.rows)} events is unknown: D301 and D304 leave them out")
    if not track.knowledge.log.has_resources and len(track.rows):
        notes.append("the log names no people: D302 and D303 cannot be judged")
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
    return notes


def _at(track: Track, events: Rows) -> dict[str, NDArray[np.int64]]:
    return {"subject": track.steps[events].astype(np.int64), "row": track.rows[events]}


def _collect_left_lying(collector: Collector, process: Process, options: Options, closed: NDArray[np.bool_]) -> None:
    """Report open cases to which nothing happened for long."""
    track = collector.track
    last = last_times(track)
    left = np.flatnonzero(~closed & (options.as_of - last > options.abandoned_after))
    log = track.knowledge.log
    events = track.offsets[left + 1] - 1
    known = (events >= track.offsets[left]) & (len(track.steps) > 0)
    unnamed = collector.subjects[""]
    subject = np.where(known, track.steps[np.where(known, events, 0)], unnamed) if len(track.steps) else unnamed
    collector.add(
        "D107", left, subject=subject, row=-1, other=track.last[left], anchor=track.last[left] + 1,
        time=log.time[track.last[left]], value=(options.as_of - last[left]) / 1000,
        limit=options.abandoned_after / 1000, place=collector.places[process.position],
    )  # fmt: skip


def _collect_unmapped(collector: Collector, process: Process) -> None:
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


def _move_frame(moves: Moves, track: Track, names: tuple[str, ...], times: tuple[Rows, Rows]) -> Frame:
    log = track.knowledge.log
    rows = np.where(moves.event >= 0, track.rows[moves.event], -1) if len(track.rows) else moves.event
    since = np.where(moves.enabled >= 0, track.rows[moves.enabled], -1) if len(track.rows) else moves.enabled
    actor = log.resource[rows] if len(log.resource) else np.zeros(len(rows), np.int32)
    spent, limit = times
    return Frame(
        {
            "case": Coded(track.cases[moves.case].astype(np.int32), log.case_ids),
            "kind": Coded(moves.kind.astype(np.int32), MOVES),
            "step": Coded(moves.step.astype(np.int32), names),
            "row": rows,
            "at": track.time_of(rows) if len(log.time) else rows,
            "enabled_at": track.time_of(since) if len(log.time) else since,
            "actor": Coded(np.where((rows >= 0) & (actor > 0), actor, -1).astype(np.int32), log.resources.texts),
            "round": moves.round,
            "business_s": np.where(spent >= 0, spent / 1000, np.nan),
            "within_s": np.where(limit >= 0, limit / 1000, np.nan),
            "index": moves.case,
        },
        times=("at", "enabled_at"),
    )


def _clock_frame(measured: list[Measured], track: Track) -> Frame:
    nothing = np.zeros(0, np.int64)

    def joined(name: str) -> NDArray[np.int64]:
        return np.concatenate([nothing, *(getattr(clock, name) for clock in measured)])

    case, start = joined("case"), joined("start")
    sla = np.concatenate([nothing, *(np.full(len(clock.case), i) for i, clock in enumerate(measured))])
    order = np.lexsort((start, sla, case))
    case, start = case[order], start[order]
    return Frame(
        {
            "case": Coded(track.cases[case].astype(np.int32), track.knowledge.log.case_ids),
            "sla": Coded(sla[order].astype(np.int32), tuple(clock.sla.id for clock in measured)),
            "state": Coded(joined("state")[order].astype(np.int32), STATES),
            "business_s": joined("business")[order] / 1000,
            "elapsed_s": joined("elapsed")[order] / 1000,
            "target_s": joined("target")[order] / 1000,
            "started": track.times[start] if len(start) else start,
            "stopped": joined("stopped_at")[order],
            "index": case,
        },
        times=("started", "stopped"),
    )
