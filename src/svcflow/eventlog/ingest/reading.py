"""The decisions about an export, made on its first block, and all its blocks encoded."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from svcflow.errors import InputError
from svcflow.eventlog import joins
from svcflow.eventlog import plan as plans
from svcflow.eventlog.ingest import blocks
from svcflow.eventlog.ingest.encoding import Encoder
from svcflow.eventlog.ingest.rows import Rows
from svcflow.eventlog.mapping import Mapping
from svcflow.eventlog.opening import read_table
from svcflow.eventlog.places import Place
from svcflow.eventlog.plan import Plan
from svcflow.eventlog.raw import Counted, RawTable, Stated, add_counted, say_counted, say_passed
from svcflow.eventlog.roles import missing
from svcflow.eventlog.roles.evidence import Source as Evidences
from svcflow.eventlog.stamps.column import prove_order
from svcflow.eventlog.stamps.evidence import Evidence
from svcflow.eventlog.stamps.order import OrderUnknownError

if TYPE_CHECKING:
    from svcflow.eventlog.joins import Joining
    from svcflow.eventlog.privacy.policy import Policy


WHOLE = 4
"""The part of the memory that an export may take whose shape needs whole cases."""

VALUES = 1024
"""Bytes of memory for which an attribute may have one more different value."""

EVIDENCE = 100_000
"""Rows from which the roles of the columns are guessed."""


@dataclass(frozen=True, slots=True)
class Source:
    """An export that is about to be imported. `rows` states the size of a block; zero leaves it to the file."""

    place: Place
    mapping: Mapping
    stated: Stated
    drop: bool
    policy: Policy | None = None
    rows: int = 0
    memory: int = 1 << 30

    def stream(self) -> Iterator[RawTable]:
        """Yield the raw blocks from the beginning; the first is no larger than evidence needs."""
        found = blocks.stream(self.place, self.stated, self.rows)
        yield from blocks.cut(next(found), self.rows or EVIDENCE)
        yield from found


class Reading:
    """The blocks of an export, encoded one after the other."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._raw = source.stream()
        first = next(self._raw)
        self.joined: tuple[Joining, ...] = joins.prepare(source.mapping, first.names, read_table)
        self.plan, self.evidence = self._decide(first)
        if self.plan.whole_cases and (second := next(self._raw, None)) is not None:
            first = self._gather([first, second])
            self.joined = joins.prepare(source.mapping, first.names, read_table)
            self.plan, self.evidence = self._decide(first)
        self._first = first
        self.encoder = Encoder(source.place.name, self.plan, drop=source.drop)
        self.encoder.fields.limit = max(1_000, source.memory // VALUES)
        self._facts: list[str] = []
        self._passed: Counter[str] = Counter()
        self._counted: tuple[Counted, ...] = ()

    def _gather(self, begun: list[RawTable]) -> RawTable:
        """Return all blocks as one, where the shape needs whole cases. Raises InputError where they are too large."""
        limit = self.source.memory // WHOLE
        found = blocks.gather(itertools.chain(begun, self._raw), limit)
        if found is None:
            raise InputError(
                f"{self.source.place.name}: the shape {self.plan.shape!r} needs all rows of a case together, and the "
                f"export takes more than {limit >> 20:,} MB",
                "give more memory (--memory), or ask the source system for events",
            )
        return found

    def list_facts(self) -> tuple[str, ...]:
        """Return what was found out about the file, and what its steps tell at the end."""
        told = [joining.tell() for joining in self.joined]
        later = [fact for fact in self.evidence.table.facts if fact not in self._first.facts]
        many = [
            f"column {n!r} holds too many different values for the memory and is left out (--memory)"
            for n in sorted(self.encoder.fields.left_out)
        ]
        later = [fact for fact in later if not fact.startswith("joined ")]
        counts = (*say_passed(self._passed), *say_counted(self._counted))
        return (*self._facts, *told, *many, *later, *counts)

    def _decide(self, first: RawTable) -> tuple[Plan, Evidences]:
        """Return the plan, and the events of the first block."""
        plan, found = plans.decide(first, self.source.mapping, self.joined)
        if plan.assignment.missing:
            raise missing.explain(self.source.place.name, first, plan.assignment)
        if self.source.policy is not None:
            from svcflow.eventlog.privacy.protection import protect  # noqa: PLC0415 - most logs are read as they are

            plan, found = protect(plan, found, self.source.policy)
        return plan, found

    def blocks(self, skip: int = 0) -> Iterator[Rows]:
        """Yield the rows of each block; the first `skip` ones are passed over, having been encoded already."""
        for place, raw in enumerate(itertools.chain([self._first], self._raw)):
            self._facts += [fact for fact in raw.facts if fact not in self._facts]
            table = self.evidence.table if place == 0 else self.plan.apply(raw)  # steps count what goes through them
            self._passed.update(table.passed)
            self._counted = add_counted((*self._counted, *table.counted))
            if place >= skip:
                yield self._encode(table)

    def _encode(self, table: RawTable) -> Rows:
        """Encode a block; where it does not tell day from month, the others are asked first."""
        try:
            return self.encoder.encode(table)
        except OrderUnknownError:
            for role in ("time", "start"):
                for name in self.plan.assignment.columns.get(role, ()):
                    self._prove_order(name, self.encoder.known[name])
            return self.encoder.encode(table)

    def _prove_order(self, name: str, known: Evidence) -> None:
        """Read one column of times through to its end for a value that tells day from month."""
        if self.plan.mapping.format_of(name):
            return
        whole = Evidence()
        for raw in self.source.stream():
            if name in raw.names:
                prove_order(raw.load(name), whole)
            whole.first_row += raw.rows
            if whole.day_first and whole.month_first:
                break
        known.day_first, known.month_first = whole.day_first, whole.month_first
