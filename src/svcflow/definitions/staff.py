"""The people of an organisation by date: a CSV file with actor, role, team, from, until (definitions.md 2.3, 3.9)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from svcflow.definitions.model import Person
from svcflow.definitions.moments import parse_day
from svcflow.definitions.reading import Reading, Reference
from svcflow.documents import Scalar

COLUMNS = ("actor", "role", "team", "from", "until")
_NEEDED = ("actor", "role")
_MOST_BYTES = 64_000_000
_MOST_REMARKS = 20


def read_staff(reading: Reading, node: Scalar) -> tuple[Person, ...]:
    """Return the people that a file beside the organisation lists; what is wrong with it is noted at its name."""
    if PurePosixPath(node.text).is_absolute() or ".." in PurePosixPath(node.text).parts or "\\" in node.text:
        reading.remark("bad-value", f"'{node.text}' is no file within this folder", node.span)
        return ()
    try:
        rows = [*_rows(Path(reading.file).parent / node.text)]
    except OSError as error:
        reading.remark("unreadable-file", f"cannot read '{node.text}': {error.strerror or error}", node.span)
        return ()
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        fault = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        reading.remark("unreadable-file", f"cannot read '{node.text}': {fault}", node.span)
        return ()
    return _People(reading, node).read(rows)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold something, each with its line."""
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError(f"it is larger than {_MOST_BYTES // 1_000_000} MB")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, [cell.strip() for cell in row]


class _People:
    """Reads the rows of one file; stops remarking where there is more wrong than anybody reads."""

    def __init__(self, reading: Reading, node: Scalar) -> None:
        self._reading, self._node, self._remarks = reading, node, 0

    def read(self, rows: list[tuple[int, list[str]]]) -> tuple[Person, ...]:
        """Return the people of a file whose first row names its columns."""
        header = [name.casefold() for name in rows[0][1]] if rows else []
        missing = [name for name in _NEEDED if name not in header]
        unknown = [name for name in header if name not in COLUMNS]
        if missing or unknown or len({*header}) < len(header):
            fault = f"has no column '{missing[0]}'" if missing else f"has a column '{(unknown or header)[0]}' too many"
            self._remark("bad-value", f"{fault}; its columns are {', '.join(COLUMNS)}", 0)
            return ()
        found = (self._person(line, dict(zip(header, row, strict=False)), len(row) == len(header))
                 for line, row in rows[1:])  # fmt: skip
        return tuple(person for person in found if person is not None)

    def _person(self, line: int, row: dict[str, str], whole: bool) -> Person | None:
        if not whole:
            self._remark("bad-value", "has another number of cells than the first row", line)
            return None
        for name in _NEEDED:
            if not row[name]:
                self._remark("bad-value", f"has no {name}", line)
                return None
        since, until = row.get("from") or None, row.get("until") or None
        for day in (since, until):
            if day is not None and (len(day) != 10 or parse_day(day) is None):
                self._remark("bad-value", f"'{day}' is no day; write it as 2026-11-02", line)
                return None
        if since and until and until < since:
            self._remark("bad-value", f"ends ({until}) before it begins ({since})", line)
        self._refer("role", row["role"])
        if row.get("team"):
            self._refer("team", row["team"])
        return Person(row["actor"], row["role"], row.get("team") or None, since, until)

    def _refer(self, kind: str, name: str) -> None:
        assert kind in ("role", "team")
        place = self._reading.at(self._node.span)
        reference = Reference("role" if kind == "role" else "team", name, place)
        if reference not in self._reading.references:
            self._reading.references.append(reference)

    def _remark(self, rule: str, fault: str, line: int) -> None:
        self._remarks += 1
        if self._remarks <= _MOST_REMARKS:
            where = f"'{self._node.text}', line {line}" if line else f"'{self._node.text}'"
            self._reading.remark(rule, f"{where}: {fault}", self._node.span)
