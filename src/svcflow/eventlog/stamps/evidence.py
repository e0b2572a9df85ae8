"""What the values of a column prove about it, kept from block to block while a large export streams."""

from __future__ import annotations

from dataclasses import dataclass

Example = tuple[str, int]
"""A value and its row: 1 is the first below the header."""


@dataclass(slots=True)
class Evidence:
    """First values that prove day before month or the reverse, that name a zone or none; the unit of plain counts.

    `first_row` is the number of rows before the block at hand. `counts` is the factor from counts to seconds, zero
    where the column was found to hold written stamps, ``None`` where nothing is known yet.
    """

    first_row: int = 0
    day_first: Example | None = None
    month_first: Example | None = None
    zoned: Example | None = None
    plain: Example | None = None
    counts: float | None = None
