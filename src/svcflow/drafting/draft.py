"""What a log says about its process: the flow it shows, who does each step, how long people wait for it.

The flow is the inductive miner's process tree in svcflow's words. Activities that interrupt the flow here and there
are left out of it and stand under `anytime`. A draft says what is done, not what should be.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from svcflow.definitions.naming import make_id, make_ids
from svcflow.definitions.writing import OrganisationSketch, ProcessSketch, StepSketch
from svcflow.drafting.comments import write_head, write_notes, write_people, write_wait
from svcflow.drafting.flows import calm, outline_log, rename, split_anytime, steps_in
from svcflow.drafting.interruptions import find_interruptions
from svcflow.drafting.people import find_people
from svcflow.drafting.words import unify, without
from svcflow.errors import InputError
from svcflow.eventlog.log import Log
from svcflow.mining.discovery import NOISE, Model
from svcflow.mining.mined import Mined, mine
from svcflow.wording import Lang

MOST_ACTIVITIES = 300


@dataclass(frozen=True, slots=True)
class Draft:
    """A process and its organisation, ready to be written, and the model they were mined as."""

    process: ProcessSketch
    organisation: OrganisationSketch
    model: Model


def draft(log: Log, *, name: str = "process", noise: float = NOISE, lang: Lang = "en") -> Draft:
    """Return a first definition of the process that a log shows.

    `noise` (0..1) is the share of rare behaviour that the miner may leave out; comments are written in `lang`.
    Raise `InputError` for a log without cases, or with more activities than a definition can order.
    """
    _refuse(log)
    log, labels = unify(log)
    mined = mine(log)
    apart = find_interruptions(mined.variants)
    model, mined_flow = outline_log(mine(without(log, apart)) if apart else mined, noise)
    closing = {log.activities[sequence[-1]] for sequence in mined.variants.sequences}
    flow, free = split_anytime(calm(mined_flow), closing)
    shown = list(dict.fromkeys(steps_in(flow)))
    known = {*shown, *free}
    rest = [*free, *(text for text in log.activities.texts if text not in known)]
    ids = dict(zip([*shown, *rest], make_ids([*shown, *rest], "step"), strict=True))
    people, waits = find_people(log), _waits(mined)
    steps = (StepSketch(ids[n], n.strip(), people.owners[n], labels[n], write_wait(waits[n], lang)) for n in ids)
    process = ProcessSketch(
        id=make_id(name, "process"),
        name=name.replace("_", " ").strip().capitalize() or "Process",
        owner=people.owner,
        calendar="always",
        steps=tuple(steps),
        flow=rename(flow, ids),
        anytime=tuple(ids[n] for n in rest),
        head=write_head(log, mined, model, lang),
        notes=write_notes(people, anytime=bool(rest), lang=lang),
    )
    return Draft(process, replace(people.organisation, head=write_people(log, lang)), model)


def _refuse(log: Log) -> None:
    if not log.cases or not log.instances:
        raise InputError(f"{log.source} holds no case", "a draft needs cases with events")
    if len(log.activities) > MOST_ACTIVITIES:
        raise InputError(
            f"{log.source} has {len(log.activities):,} activities; a definition can order {MOST_ACTIVITIES}",
            "map a coarser column as activity",
        )


def _waits(mined: Mined) -> dict[str, float | None]:
    """Return the P90 of the wait before each activity, in seconds."""
    rows = mined.activities.to_rows()
    return {row["activity"]: row["waiting"]["p90_s"] if row["waiting"] else None for row in rows}
