"""What is counted while rows are read: per block of the export or per bucket of whole cases, added up at the end."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

FIRST = 5
"""How many rows are named as examples."""


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows, and the numbers of the first of them."""

    count: int = 0
    first: tuple[int, ...] = ()

    def __add__(self, other: Rows) -> Rows:
        """Return both together."""
        return Rows(self.count + other.count, tuple(sorted(self.first + other.first)[:FIRST]))


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over rows and events. Tallies of parts add up to the tally of the whole, in any order.

    `rows` are all rows of the export, `events` those in use. `dropped` counts rows left out by reason, `reason` is the
    first of them in words. `zoned` and `plain` count times that name a zone and times that do not. `backwards` start
    after they end. `ties`, `duplicates`, `open_starts` and `cases` need whole cases; `lifecycle` says that starts and
    completions are events of their own.
    """

    rows: int = 0
    events: int = 0
    dropped: Mapping[str, Rows] = field(default_factory=dict)
    reason: tuple[int, str] = (0, "")
    dates_only: bool | None = None
    zoned: int = 0
    plain: int = 0
    naive: bool = False
    finer: int = 0
    strange: Rows = Rows()
    strange_year: int = 0
    defaults: Rows = Rows()
    usual: int = 0
    """Times that are no default dates."""
    backwards: Rows = Rows()
    ties: Rows = Rows()
    duplicates: Rows = Rows()
    open_starts: int = 0
    cases: int = 0
    lifecycle: bool = False

    def __add__(self, other: Tally) -> Tally:
        """Return the tally of both parts together."""
        known = [part.dates_only for part in (self, other) if part.dates_only is not None]
        reasons = [part.reason for part in (self, other) if part.reason[1]]
        summed = {name: getattr(self, name) + getattr(other, name) for name in _SUMMED}
        none = Rows()
        return Tally(
            **summed,
            dropped={
                why: self.dropped.get(why, none) + other.dropped.get(why, none)
                for why in sorted({*self.dropped, *other.dropped})
            },
            reason=min(reasons, default=(0, "")),
            dates_only=all(known) if known else None,
            naive=self.naive or other.naive,
            strange_year=self.strange_year or other.strange_year,
            lifecycle=self.lifecycle or other.lifecycle,
        )

    @property
    def left_out(self) -> Rows:
        """Return all rows that are not in use."""
        return sum(self.dropped.values(), Rows())


_SUMMED = tuple(
    part.name
    for part in dataclasses.fields(Tally)
    if part.name not in ("dropped", "reason", "dates_only", "naive", "strange_year", "lifecycle")
)
