"""Tables on a terminal: aligned, never a terminal control."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDEST = 44
"""A cell wider than its column's limit, by default this, is cut in the middle."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One column on the terminal: its heading, the key of its value, how to say it, on which side it is flush."""

    heading: str
    key: str
    say: Callable[[Any], str] = str
    right: bool = False
    widest: int = WIDEST


def align(rows: Iterable[Mapping[str, Any]], columns: Sequence[Shown]) -> str:
    """Return rows as aligned lines under their headings."""
    cells = [[column.heading for column in columns]]
    cells += [[_cell(row.get(column.key), column) for column in columns] for row in rows]
    widths = [max(measure(line[i]) for line in cells) for i in range(len(columns))]
    return "\n".join(
        "  ".join(
            _pad(text, width, right=c.right) for text, width, c in zip(line, widths, columns, strict=True)
        ).rstrip()
        for line in cells
    )


def measure(text: str) -> int:
    """Return how many columns of a terminal a text takes.

    >>> measure("step"), measure("调查")
    (4, 4)
    """
    return sum(
        2 if unicodedata.east_asian_width(c) in {"W", "F"} else 0 if unicodedata.combining(c) else 1 for c in text
    )


def flatten(text: str) -> str:
    """Return `text` on one line and without control characters."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _cell(value: Any, column: Shown) -> str:
    text = "-" if value is None else flatten(column.say(value))
    if measure(text) <= column.widest:
        return text
    head = tail = ""
    for first, last in zip(text, reversed(text), strict=True):
        if measure(head + first + tail + last) >= column.widest:
            break
        head, tail = head + first, last + tail
    return f"{head}…{tail}"


def _pad(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - measure(text))
    return space + text if right else text + space
