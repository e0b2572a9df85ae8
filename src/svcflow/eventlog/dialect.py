"""How a text table is written: its delimiter and whether its first row is a header."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from svcflow.errors import InputError

USUAL = (",", ";", "\t", "|")
ODD = ("\x1f", "\x01", "^", "~", "#", "@", "!", "*", ":")
NAMES = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}
_VALUE = re.compile(r"[-+]?[\d.,:/ -]*\d[\d.,:/ T+-]*(Z| ?[AP]M)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """Delimiter, column names as they stand in the file, whether they do, and which columns repeat their values.

    Columns that repeat values in the first rows are worth keeping as a dictionary from the start.
    """

    delimiter: str
    headers: tuple[str, ...]
    has_header: bool
    repeating: tuple[bool, ...]


def sniff(path: Path, encoding: str, delimiter: str = "") -> Dialect:
    """Return the dialect of a text table, from its first 256 KiB. Raises InputError where it is empty."""
    text = _head(path, encoding)
    if not text.strip():
        raise InputError(f"{path.name} is empty", "export it again: it should hold a header and one row per event")
    chosen = delimiter or _choose(text)
    rows = parse(text, chosen)
    first = rows[0]
    has_header = not _is_data(first, rows[1:])
    headers = tuple(first) if has_header else tuple("" for _ in first)
    data = [row for row in rows[1:] if len(row) == len(first)]
    repeating = tuple(2 * len({row[place] for row in data}) < len(data) for place in range(len(first)))
    return Dialect(chosen, headers, has_header, repeating)


def describe(delimiter: str) -> str:
    """Return a word for a delimiter."""
    return NAMES.get(delimiter, repr(delimiter))


def parse(text: str, delimiter: str, limit: int = 200) -> list[list[str]]:
    """Return the first rows of `text` that are not blank."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) >= limit:
                break
    except csv.Error:
        pass
    return rows or [[text.strip().partition("\n")[0]]]


def _head(path: Path, encoding: str, size: int = 1 << 18) -> str:
    """Return the beginning of the file up to its last whole line."""
    with path.open("rb") as stream:
        data = stream.read(size)
        cut = bool(stream.read(1))
    text = codecs.getincrementaldecoder(encoding)().decode(data, final=False).lstrip("\ufeff")
    return text[: text.rfind("\n") + 1] or text if cut else text


def _choose(text: str) -> str:
    """Return the delimiter that cuts most rows into the same number of columns, the most columns winning."""
    best, best_score = ",", (0.0, 0, 0)
    first = text.lstrip("\r\n").partition("\n")[0]
    for place, candidate in enumerate((*USUAL, *ODD)):
        if candidate not in first:
            continue
        widths = Counter(len(row) for row in parse(text, candidate))
        width, rows = widths.most_common(1)[0]
        even = rows / widths.total()
        if width < 2:
            continue
        usual = place < len(USUAL)
        score = (round(even, 1) if usual else 0.5 * even, width, -place)
        if score > best_score:
            best, best_score = candidate, score
    return best


def _is_data(first: list[str], others: list[list[str]]) -> bool:
    """Return whether the first row is data: a cell of it is a number or a date, as those below it are."""
    for position, cell in enumerate(first):
        below = [row[position] for row in others[:20] if position < len(row) and row[position].strip()]
        if cell.strip() and _VALUE.fullmatch(cell.strip()) and below:
            alike = sum(bool(_VALUE.fullmatch(value.strip())) for value in below)
            if alike == len(below):
                return True
    return False
