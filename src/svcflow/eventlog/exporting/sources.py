"""What is exported: what holds for the whole log, and its cases in blocks small enough to be told as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Codes, Column, Log, Millis, Vocabulary
from svcflow.eventlog.store.layout import Attribute, Facts
from svcflow.eventlog.store.writing import state_facts

ROWS = 32_768
"""Instances in a block."""


@dataclass(frozen=True, slots=True)
class Head:
    """What holds for all cases; `facts` as in a canonical file. `places`: blocks say where their cases stood."""

    activities: Vocabulary
    resources: Vocabulary
    teams: Vocabulary
    attributes: tuple[Attribute, ...]
    facts: Facts
    starts: bool
    places: bool = False

    def find_twin(self, role: str) -> Attribute | None:
        """Return the attribute that holds the same column of the export as a role does, if there is one."""
        column = next((told.column for told in self.facts.roles if told.role == role), "")
        return next((attribute for attribute in self.attributes if attribute.name == column), None)


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole cases, as in `Log`; attributes are columns of a row or of a case each."""

    case_ids: tuple[str, ...]
    offsets: NDArray[np.int64]
    time: Millis
    start: Millis
    has_start: NDArray[np.bool_]
    activity: Codes
    resource: Codes
    team: Codes
    attributes: Mapping[str, Column]
    case_attributes: Mapping[str, Column]
    events: NDArray[np.int64] | None = None
    places: NDArray[np.int64] | None = None

    @property
    def case_of_row(self) -> NDArray[np.int64]:
        """Return the case of each instance, numbered within the block."""
        return np.repeat(np.arange(len(self.case_ids)), np.diff(self.offsets))

    def spread(self, attribute: Attribute) -> Column:
        """Return an attribute with one value a row."""
        if attribute.of == "event":
            return self.attributes[attribute.name]
        column = self.case_attributes[attribute.name]
        return Column(column.kind, column.values[self.case_of_row], column.vocabulary)


class Source(Protocol):
    """A log that can be gone through more than once."""

    @property
    def head(self) -> Head:
        """Return what holds for all cases."""
        ...

    def blocks(self) -> Iterator[Block]:
        """Yield all cases."""
        ...


@dataclass(frozen=True, slots=True)
class InMemory:
    """A log as it stands in memory."""

    log: Log
    rows: int = ROWS

    @property
    def head(self) -> Head:
        """Return what holds for all cases."""
        log = self.log
        of_events = tuple(Attribute(name, column.kind) for name, column in log.attributes.items())
        of_cases = tuple(Attribute(name, column.kind, "case") for name, column in log.case_attributes.items())
        facts = state_facts(log)
        starts = bool(log.has_start.any())
        return Head(log.activities, log.resources, log.teams, (*of_events, *of_cases), facts, starts)

    def blocks(self) -> Iterator[Block]:
        """Yield all cases, their columns not copied."""
        log, first = self.log, 0
        for batch in log.batches(self.rows):
            last = first + len(batch.offsets) - 1
            rows = slice(int(log.offsets[first]), int(log.offsets[last]))
            yield Block(
                case_ids=tuple(log.case_ids[first:last]),
                offsets=batch.offsets,
                time=batch.time,
                start=batch.start,
                has_start=batch.has_start,
                activity=batch.activity,
                resource=batch.resource,
                team=batch.team,
                attributes=_slice(log.attributes, rows),
                case_attributes=_slice(log.case_attributes, slice(first, last)),
                events=None if log.case_events is None else log.case_events[first:last],
            )
            first = last


def _slice(attributes: Mapping[str, Column], places: slice) -> dict[str, Column]:
    return {name: Column(c.kind, c.values[places], c.vocabulary) for name, c in attributes.items()}
