"""Looks at a workbook before it is opened: what it would unpack to, how large its sheets claim to be.

The library that opens workbooks lays a sheet out as one dense block; a cell at the far corner of an otherwise empty
sheet would take all memory. Sizes are therefore counted in the packed text first, which is read once and never kept.
"""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from svcflow.errors import InputError

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BLOCK = 1 << 20
MOST_BYTES = 1 << 31
"""Unpacked; a sheet of a million full rows stays below."""

MOST_PARTS = 10_000
MOST_CELLS = 120_000_000
SPARSE = 20_000_000
"""Cells of the rectangle around a sheet: never more than the first, nor than the second where most are empty."""

SECONDS = 120
MEMORY = 4 << 30
"""What opening a workbook of an older format may take."""

OVERLAP = 4096
"""Bytes around a cut in which a cell's place is looked for once more."""

_BLANKS = re.compile(rb"[ \t\r\n]{2048}")
_CELL = re.compile(rb"""\br\s*=\s*["']\$?([A-Za-z]{1,4})\$?(\d{1,10})["']""")
_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_UNCOUNTED = re.compile(rb"</f>\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")


@dataclass(frozen=True, slots=True)
class Contents:
    """What was counted: cells that hold an error, formulas without a value; whether days count from 1904."""

    errors: int = 0
    uncounted: int = 0
    from_1904: bool = False


def is_workbook(path: Path) -> bool:
    """Return whether a packed file holds what only workbooks hold, whatever it is called."""
    try:
        with zipfile.ZipFile(path) as archive:
            return not {"[Content_Types].xml", "mimetype"}.isdisjoint(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def examine(path: Path) -> Contents:
    """Return what a workbook holds. Raises InputError where it is damaged, locked or too large to be opened."""
    with path.open("rb") as stream:
        head = stream.read(8)
    if not head.startswith(ZIP):
        _rehearse(path)
        return Contents()
    try:
        with zipfile.ZipFile(path) as archive:
            contents, plain = _examine_parts(path, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        reason = "protected by a password" if "encrypted" in str(error) else "damaged or cut off"
        raise InputError(f"{path.name} is {reason}", "save or transfer it again, or save the sheet as CSV") from None
    if not plain:
        _rehearse(path)
    return contents


def _examine_parts(path: Path, archive: zipfile.ZipFile) -> tuple[Contents, bool]:
    """Return what the parts hold, and whether they are those of an XLSX file."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(names) < len(parts) or len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise InputError(
            f"{path.name} would unpack to more than {MOST_BYTES >> 30} GB or {MOST_PARTS:,} parts, or names one twice",
            "save the sheet as CSV",
        )
    errors = uncounted = 0
    from_1904 = False
    for part in parts:
        counts = _examine_part(path, archive, part.filename)
        errors, uncounted = errors + counts[0], uncounted + counts[1]
        if part.filename.lower() == "xl/workbook.xml":
            from_1904 = bool(re.search(rb"""date1904\s*=\s*["'](1|true)["']""", archive.read(part)[:BLOCK]))
    return Contents(errors, uncounted, from_1904), any(name.lower() == "xl/workbook.xml" for name in names)


def _examine_part(path: Path, archive: zipfile.ZipFile, name: str) -> tuple[int, int]:
    """Read a part to its end, which checks its sum; return errors and formulas without value if it is a sheet.

    A sheet is known by its contents: a workbook may name any part as one.
    """
    errors = uncounted = cells = 0
    rows: set[bytes] = set()
    columns: set[bytes] = set()
    is_sheet, tail = False, b""
    with archive.open(name) as stream:
        for block in iter(lambda: stream.read(BLOCK), None):
            text = tail + block
            cut = max(text.rfind(b"<c "), text.rfind(b"<c>"), len(text) - OVERLAP) if block else len(text)
            whole, tail = text[:cut], text[cut:]
            is_sheet = is_sheet or b"sheetData" in text
            cells += _note(whole, rows, columns)
            _note(text[max(0, cut - OVERLAP) : cut + OVERLAP], rows, columns)  # what the cut goes through
            if is_sheet and _BLANKS.search(text):
                raise InputError(f"{path.name}: a sheet holds thousands of blanks in a row", "save the sheet as CSV")
            errors += len(_ERROR.findall(whole))
            uncounted += len(_UNCOUNTED.findall(whole))
            rows = {max(rows, key=_rank), min(rows, key=_rank)} if len(rows) > 2 else rows
            if not block:
                break
    if is_sheet:
        _refuse_sparse(path, cells, rows, columns)
    return (errors, uncounted) if is_sheet else (0, 0)


def _note(text: bytes, rows: set[bytes], columns: set[bytes]) -> int:
    found = _CELL.findall(text)
    columns.update({column for column, _ in found})
    rows.update({row for _, row in found})
    return len(found)


def _rank(row: bytes) -> tuple[int, bytes]:
    return len(row), row


def _refuse_sparse(path: Path, cells: int, rows: set[bytes], columns: set[bytes]) -> None:
    if not cells:
        return
    numbers = [int(row) for row in rows]
    places = [_position(column) for column in columns]
    area = (max(numbers) - min(numbers) + 1) * (max(places) - min(places) + 1)
    if area > max(SPARSE, 4 * cells) or area > MOST_CELLS:
        raise InputError(
            f"{path.name}: a sheet spans {area:,} cells, of which {cells:,} are filled",
            "delete the stray cells far below or beside the table, or save the sheet as CSV",
        )


def _position(letters: bytes) -> int:
    place = 0
    for letter in letters.upper():
        place = place * 26 + letter - 64
    return place


def _rehearse(path: Path) -> None:
    """Open a workbook of a format that cannot be counted beforehand in a process of its own, with bounded memory."""
    code = (
        "import sys\n"
        "try:\n"
        " import resource\n"
        f" resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))\n"
        " resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n"
        "except (ImportError, ValueError, OSError):\n"
        " pass\n"
        "import python_calamine as c\n"
        "try:\n"
        " b = c.CalamineWorkbook.from_path(sys.argv[1])\n"
        " for s in b.sheets_metadata:\n"
        "  b.get_sheet_by_name(s.name)\n"
        "except c.PasswordError:\n"
        " sys.exit(3)\n"
        "except BaseException:\n"
        " sys.exit(2)\n"
    )
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter, a fixed program, the path as one argument
            [sys.executable, "-c", code, str(path.absolute())],
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        status = done.returncode
    except (subprocess.TimeoutExpired, OSError):
        status = 1
    if status:
        reasons = {2: "is damaged, or no workbook", 3: "is protected by a password"}
        reason = reasons.get(status, "is damaged, or takes too much memory to open")
        raise InputError(f"{path.name} {reason}", "save it again as XLSX without a password, or the sheet as CSV")
