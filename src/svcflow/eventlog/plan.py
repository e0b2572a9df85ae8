"""How an export becomes events: what was decided about it, and the steps that every block of its rows goes through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

from svcflow.eventlog.joins import Joining
from svcflow.eventlog.mapping import Mapping, check_columns
from svcflow.eventlog.raw import RawTable
from svcflow.eventlog.roles.assignment import Assignment
from svcflow.eventlog.roles.evidence import Source
from svcflow.eventlog.roles.guess import assign

Step = Callable[[RawTable], RawTable]
"""Turns a block of rows into another: joins a second file, unfolds a row into events, replaces names."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Decisions that hold for all rows: the columns of each role (after the steps), with reasons, and the steps.

    A plan is made once, from the whole export or its first block, and applied to each block alike.
    """

    mapping: Mapping
    assignment: Assignment
    shape: str = "events"
    steps: tuple[Step, ...] = ()

    def apply(self, table: RawTable) -> RawTable:
        """Return a block of rows as the export holds them as a block of events."""
        return reduce(lambda block, step: step(block), self.steps, table)


def decide(table: RawTable, mapping: Mapping, joins: tuple[Joining, ...] = ()) -> tuple[Plan, Source]:
    """Return the plan for an export, and the events of `table` itself. `joins` are the files to join to it first."""
    joined = reduce(lambda block, step: step(block), joins, table)
    check_columns(mapping, joined.names)
    source = Source(joined)
    return Plan(mapping, assign(source, mapping.columns), steps=joins), source
