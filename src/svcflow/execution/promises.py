"""What was promised, rung by rung and duty by duty: the frames `rungs` and `obligations`, and what was not kept."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.model import Process, Rule
from svcflow.eventlog.log import MISSING_TIME
from svcflow.execution import ladders, obligations
from svcflow.execution.deviations import Collector
from svcflow.execution.duties import Breach, clashes, too_often, unprepared
from svcflow.execution.frame import Coded, Frame
from svcflow.execution.instants import BEYOND
from svcflow.execution.ladders import Rungs
from svcflow.execution.obligations import Obligations
from svcflow.execution.sla import Measured
from svcflow.execution.timeline import Clocks
from svcflow.execution.track import Rows, Track

_BREACHES: dict[str, tuple[str, Callable[[Track, Rule, tuple[str, ...]], Breach]]] = {
    "before": ("D503", unprepared), "never": ("D504", clashes), "at_most": ("D505", too_often),
}  # fmt: skip


def collect_rungs(collector: Collector, measured: list[Measured], clocks: Clocks, steps: tuple[str, ...]) -> Frame:
    """Report rungs that were not kept, or late (D403, D404); return all rungs."""
    rungs = ladders.climb(measured, clocks, steps)
    track = clocks.track
    subjects = np.asarray([collector.subjects[m.sla.id] for m, _ in rungs.listed] or [0], np.int64)
    places = np.asarray([collector.places[rung.position] for _, rung in rungs.listed] or [0], np.int64)
    percents = np.asarray([rung.percent for _, rung in rungs.listed] or [0], np.int64)
    for code, state in (("D403", ladders.MISSED), ("D404", ladders.LATE)):
        at = np.flatnonzero(rungs.state == state)
        if not len(at):
            continue
        case, kept, number = rungs.case[at], rungs.kept[at], rungs.rung[at]
        row = np.where(kept >= 0, track.rows[kept], -1)
        collector.add(
            code, case, subject=subjects[number], row=row,
            anchor=np.where(kept >= 0, row, track.last[case] + 1), other=track.rows[rungs.start[at]],
            time=np.where(kept >= 0, track.times[kept], rungs.due[at]),
            value=(rungs.target[at] * percents[number] // 100) / 1000, limit=rungs.target[at] / 1000,
            place=places[number],
        )  # fmt: skip
    return _rung_frame(rungs, track)


def _rung_frame(rungs: Rungs, track: Track) -> Frame:
    order = np.lexsort((rungs.rung, rungs.at, rungs.case))
    case, rung, kept = rungs.case[order], rungs.rung[order], rungs.kept[order]
    names = tuple(dict.fromkeys(m.sla.id for m, _ in rungs.listed))
    sla = np.asarray([names.index(m.sla.id) for m, _ in rungs.listed] or [0], np.int32)
    roles = tuple(dict.fromkeys(r.role for _, r in rungs.listed))
    role = np.asarray([roles.index(r.role) for _, r in rungs.listed] or [0], np.int32)
    percents = np.asarray([r.percent for _, r in rungs.listed] or [0], np.int64)
    return Frame(
        {
            "case": Coded(track.cases[case].astype(np.int32), track.knowledge.log.case_ids),
            "sla": Coded(sla[rung], names),
            "percent": percents[rung],
            "role": Coded(role[rung], roles),
            "at": _known(rungs.at[order]),
            "due": _known(rungs.due[order]),
            "kept_at": _times(track, kept),
            "state": Coded(rungs.state[order].astype(np.int32), ladders.STATES),
            "row": _rows(track, kept),
            "index": case,
        },
        times=("at", "due", "kept_at"),
    )


def collect_obligations(
    collector: Collector, process: Process, clocks: Clocks, ended: tuple[Rows, NDArray[np.bool_]]
) -> Frame:
    """Report duties that were not done, or late (D501, D502); return all duties."""
    steps = tuple(process.steps)
    rules = [rule for rule in process.rules.values() if rule.kind == "after"]
    found = [obligations.find_obligations(rule, clocks, steps, ended) for rule in rules]
    for duty in found:
        _report(collector, duty, clocks)
    return _obligation_frame(found, clocks.track)


def _report(collector: Collector, duty: Obligations, clocks: Clocks) -> None:
    track, rule = clocks.track, duty.rule
    limit = np.nan if rule.within_s is None else rule.within_s
    place = collector.places[rule.position]
    owed = np.flatnonzero(duty.state == obligations.MISSED)
    if len(owed):
        case, rows = duty.case[owed], track.rows[duty.since[owed]]
        last = track.knowledge.log.time[track.last[case]]
        name = rule.others[0] if len(rule.others) == 1 else rule.id
        collector.add(
            "D501", case, subject=collector.subjects[name], row=-1, other=rows, anchor=track.last[case] + 1,
            time=np.where(duty.due[owed] == MISSING_TIME, last, duty.due[owed]), value=duty.spent[owed] / 1000,
            limit=limit, place=place,
        )  # fmt: skip
    late = np.flatnonzero(duty.state == obligations.LATE)
    if len(late):
        done = duty.done[late]
        collector.add(
            "D502", duty.case[late], subject=track.steps[done].astype(np.int64), row=track.rows[done],
            other=track.rows[duty.since[late]], value=duty.spent[late] / 1000, limit=limit, place=place,
        )  # fmt: skip


def _obligation_frame(found: list[Obligations], track: Track) -> Frame:
    nothing = np.zeros(0, np.int64)

    def joined(name: str) -> NDArray[np.int64]:
        return np.concatenate([nothing, *(getattr(duty, name) for duty in found)])

    case, since = joined("case"), joined("since")
    rule = np.concatenate([nothing, *(np.full(len(duty.case), i) for i, duty in enumerate(found))])
    order = np.lexsort((since, rule, case))
    case, since, done = case[order], since[order], joined("done")[order]
    return Frame(
        {
            "case": Coded(track.cases[case].astype(np.int32), track.knowledge.log.case_ids),
            "rule": Coded(rule[order].astype(np.int32), tuple(duty.rule.id for duty in found)),
            "state": Coded(joined("state")[order].astype(np.int32), obligations.STATES),
            "since": _times(track, since),
            "due": joined("due")[order],
            "done_at": _times(track, done),
            "business_s": joined("spent")[order] / 1000,
            "again": joined("again")[order].astype(np.bool_),
            "row": _rows(track, since),
            "done_row": _rows(track, done),
            "index": case,
        },
        times=("since", "due", "done_at"),
    )


def collect_breaches(collector: Collector, process: Process) -> None:
    """Report what was done unprepared, against another step, or too often (D503 to D505)."""
    track, steps = collector.track, tuple(process.steps)
    for rule in process.rules.values():
        if rule.kind not in _BREACHES:
            continue
        code, find = _BREACHES[rule.kind]
        breach = find(track, rule, steps)
        events = breach.events
        counted = rule.kind == "at_most"
        collector.add(
            code, track.case_of[events], subject=track.steps[events].astype(np.int64), row=track.rows[events],
            other=_rows(track, breach.earlier), value=breach.times if counted else np.nan,
            limit=breach.limit if counted else np.nan, place=collector.places[rule.position],
        )  # fmt: skip


def collect_unknown(collector: Collector, process: Process) -> None:
    """Report the events of steps before which a field that they need was not known (D503)."""
    track = collector.track
    for number, step in enumerate(process.steps.values()):
        events = np.flatnonzero(track.steps == number) if step.needs else np.zeros(0, np.int64)
        missing = np.zeros(len(events), np.bool_)
        for name in step.needs:
            missing |= track.knowledge.unknown_before(name, track.rows[events])
        events = events[missing]
        collector.add(
            "D503", track.case_of[events], subject=number, row=track.rows[events],
            place=collector.places[step.needs_at],
        )  # fmt: skip


def needs_notes(track: Track, process: Process) -> tuple[str, ...]:
    """Say which of the fields that steps need the log has no column for, once for each field."""
    needed: dict[str, list[str]] = {}
    for number, step in enumerate(process.steps.values()):
        if step.needs and (track.steps == number).any():
            for name in step.needs:
                needed.setdefault(name, []).append(step.id)
    return tuple(
        f"the log has no column '{name}', which {' and '.join(map(repr, steps))} "
        f"{'needs' if len(steps) == 1 else 'need'}: D503 leaves it out"
        for name, steps in needed.items()
        if track.knowledge.field(name) is None
    )


def _rows(track: Track, events: Rows) -> Rows:
    return np.where(events >= 0, track.rows[events], -1) if len(track.rows) else events


def _times(track: Track, events: Rows) -> Rows:
    return np.where(events >= 0, track.times[events], MISSING_TIME) if len(track.rows) else events


def _known(instants: Rows) -> Rows:
    return np.where(instants == BEYOND, MISSING_TIME, instants)
