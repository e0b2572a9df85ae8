"""One process judged on its cases: the explanation, then people, clocks and what was left lying."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from svcflow.execution.agreed import split_agreed
from svcflow.execution.collecting import (
    collect_late,
    collect_left_lying,
    collect_people,
    collect_slas,
    collect_unmapped,
    ends_of,
    people_notes,
    time_steps,
)
from svcflow.execution.detail import Detail
from svcflow.execution.deviations import Collector, Names
from svcflow.execution.distances import Ways
from svcflow.execution.editions import Edition
from svcflow.execution.expansion import Places, collect_departures, expand_moves, list_moves
from svcflow.execution.machine import Machine, build_machine
from svcflow.execution.outcome import ProcessRuns, build_cases
from svcflow.execution.people import roles_of
from svcflow.execution.piling import Pile
from svcflow.execution.promises import (
    collect_breaches,
    collect_obligations,
    collect_rungs,
    collect_unknown,
    needs_notes,
)
from svcflow.execution.search import Search
from svcflow.execution.story import Story, tell
from svcflow.execution.tables import clock_frame, move_frame
from svcflow.execution.timeline import build_clocks
from svcflow.execution.track import Rows, Track, sequences
from svcflow.execution.walks import Alphabet

BLOCK = 1 << 19
"""About so many events are judged at a time: what is needed only while judging stays small."""


Progress = Callable[[str], None]


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


def judge(plan: Plan, track: Track, options: Options, progress: Progress | None = None) -> ProcessRuns:
    """Return everything the definition says about the cases of a track; `progress` is told how many are done."""
    process, machine = plan.edition.process, plan.machine
    names = tuple(process.steps)
    seen = sequences(track, machine.net.guards, len(names), judged=options.guards)
    anytime = {names.index(a.step): a.outcome for a in process.anytime}
    search = Search(machine, Alphabet(names, seen.signatures, anytime), plan.known)
    walks = search.explain(seen.distinct)
    stories = [tell(search, sequence, walk) for sequence, walk in zip(seen.distinct, walks, strict=True)]
    listed = list_moves(stories)
    pile, unknown = Pile(len(track.cases)), 0
    for where, part in track.blocks(BLOCK):
        made, nameless = _judge_part(plan, part, (stories, listed, seen.of_case[where]), options)
        pile.add(made)
        if progress:
            progress(f"executing {process.id}: {where.stop:,} of {len(track.cases):,} cases")
        unknown += nameless
    return replace(
        pile.result(), notes=(*people_notes(track, unknown), *needs_notes(track, process)), sequences=len(seen.distinct)
    )


def _judge_part(
    plan: Plan, track: Track, told: tuple[list[Story], tuple[Rows, Rows], Rows], options: Options
) -> tuple[ProcessRuns, int]:
    """Return what the definition says about some cases, each with its story, and how many events have no known role."""
    process, workspace, machine = plan.edition.process, plan.edition.workspace, plan.machine
    names, steps = tuple(process.steps), tuple(process.steps.values())
    stories, listed_moves, of_case = told
    moves = expand_moves(listed_moves, of_case, track)
    clocks = build_clocks(workspace, process, track, steps=names, now=options.as_of)

    collector = Collector(track, Names(names), tuple(g.text for g in machine.net.guards))
    places = Places(machine, tuple(step.position for step in steps), process.position)
    collect_departures(stories, of_case, collector, places, judged=options.guards)
    spent, limit = time_steps(moves, clocks, steps)
    collect_late(collector, moves, steps, (spent, limit))
    ends, closed = ends_of(moves, track), np.asarray([s.closed for s in stories], np.bool_)[of_case]
    measured = collect_slas(collector, process, clocks, ends)
    rungs = collect_rungs(collector, measured, clocks, names)
    obligations = collect_obligations(collector, process, clocks, (ends, closed))
    collect_breaches(collector, process)
    collect_unknown(collector, process)
    roles = roles_of(track, workspace.organisation)
    collect_people(collector, process, workspace, (steps, roles))
    collect_left_lying(collector, process, (options.as_of, options.abandoned_after), closed)
    collect_unmapped(collector, process)

    listed = (track.rows, roles) if roles.of_people else None
    detail = Detail(track.knowledge, track.last, dict(process.rules), dict(process.steps), machine.net.guards, listed)
    agreements = [agreement for agreement in workspace.agreements if agreement.process == process.id]
    deviations, allowed = split_agreed(
        collector.frame(process.id, detail.say), agreements, (process, track),
        (options.as_of, workspace.organisation.timezone),
    )  # fmt: skip
    made = ProcessRuns(
        process=process,
        cases=build_cases(process, track, (stories, of_case), deviations),
        moves=move_frame(moves, track, names, (spent, limit)),
        deviations=deviations,
        allowed=allowed,
        clocks=clock_frame(measured, track),
        rungs=rungs,
        obligations=obligations,
    )
    return made, int(roles.unknown.sum())
