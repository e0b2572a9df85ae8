"""What is said of an import when it is done: the facts in the file, and the summary for its caller."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from svcflow.eventlog import joins
from svcflow.eventlog.canonical import find_states
from svcflow.eventlog.ingest import origin
from svcflow.eventlog.ingest.finishing import Final
from svcflow.eventlog.log import Batch, Column, Log, Quality, Role, Vocabulary
from svcflow.eventlog.quality.persons import personal_data
from svcflow.eventlog.store.layout import Facts, Part

if TYPE_CHECKING:
    from svcflow.eventlog.ingest.conveying import Conveyor
    from svcflow.eventlog.ingest.importing import Imported


@dataclass(slots=True)
class Span:
    """The first and the last time of the log."""

    begin: int = np.iinfo(np.int64).max
    end: int = np.iinfo(np.int64).min

    def note(self, part: Part) -> None:
        """Take over some cases."""
        self.begin = min(self.begin, int((part.time if part.start is None else part.start).min()))
        self.end = max(self.end, int(part.time.max()))


def batch_of(part: Part) -> Batch:
    """Return the cases of a part as the checks of quality read them."""
    none = np.zeros(len(part.time), np.int32)
    return Batch(
        first_case=0,
        offsets=part.offsets,
        time=part.time,
        start=part.time if part.start is None else part.start,
        activity=part.activity,  # type: ignore[arg-type]
        resource=none if part.resource is None else part.resource,  # type: ignore[arg-type]
        team=none if part.team is None else part.team,  # type: ignore[arg-type]
        has_start=none.astype(bool) if part.has_start is None else part.has_start,
    )


def make_facts(
    conveyor: Conveyor,
    final: Final,
    quality: tuple[Quality, ...],
    settled: tuple[tuple[str, ...], tuple[Role, ...]],
) -> Facts:
    """Return the facts of the file. Raises MappingError where a joined file matches less than the mapping requires."""
    reading = conveyor.reading
    assignment, mapping = reading.plan.assignment, reading.plan.mapping
    note = [conveyor.note] if conveyor.note else []
    personal = personal_data(reading.evidence, assignment.columns)
    resources = final.layout.resources
    states, owners = find_states(final.activity.vocabulary, mapping)
    return Facts(
        source=conveyor.source.place.name,
        events=conveyor.found.events,
        zone=conveyor.zone,
        roles=(*assignment.reasons, *settled[1], *owners),
        quality=_complete_quality(reading, final, (*quality, personal) if personal else quality, conveyor.span),
        done=settled[0],
        machines=mapping.find_machines(resources.texts),
        sides=dict(mapping.sides),
        states=states,
        notes=(*note, *reading.list_facts(), *assignment.notes),
        shape=reading.plan.shape,
        origin={"imports": [*conveyor.before, origin.describe(conveyor.source)]},
    )


def _complete_quality(reading: Any, final: Final, quality: tuple[Quality, ...], span: Span) -> tuple[Quality, ...]:
    """Return the facts with those of joined files, cleared of what is hidden."""
    times = np.array([span.begin, span.end], np.int64)
    none, flags = np.zeros(2, np.int32), np.zeros(2, bool)
    attributes = {
        typed.attribute.name: Column(typed.attribute.kind, typed.table[1:])
        for typed in final.attributes
        if typed.attribute.kind == "datetime"
    }
    outline = Log(
        "",
        "",
        (),
        np.array([0, 2]),
        times,
        times,
        flags,
        none,
        Vocabulary(()),
        none,
        Vocabulary(("",)),
        none,
        Vocabulary(("",)),
        0,
        attributes,
        quality=quality,
    )
    log = joins.examine(outline, reading.joined)
    if reading.source.policy is not None:
        from svcflow.eventlog.privacy.protection import clear_quality  # noqa: PLC0415 - most logs are read as they are

        log = clear_quality(log, reading.plan)
    return log.quality


def tell(conveyor: Conveyor, target: Path, facts: Facts) -> Imported:
    """Return what an import did."""
    from svcflow.eventlog.ingest.importing import Imported  # noqa: PLC0415 - it calls this package

    tally, found = conveyor.reading.encoder.notes.tally, conveyor.found
    return Imported(
        target,
        unchanged=False,
        cases=found.cases,
        rows=found.events,
        instances=found.instances,
        left_out=tally.left_out.count,
        resumed=conveyor.resumed,
        notes=facts.notes,
        roles=facts.roles,
        quality=facts.quality,
    )
