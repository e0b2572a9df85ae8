"""Arrow IPC: files, streams and Feather; columns keep their types and are read when they are needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from svcflow.errors import InputError
from svcflow.eventlog.raw import NoRowsError, RawTable, Stated

SUFFIXES = (".arrow", ".arrows", ".feather", ".ipc", ".ftr")
RANK = 0
FILE = b"ARROW1"
FEATHER_1 = b"FEA1"
STREAM = b"\xff\xff\xff\xff"
"""How each begins; streams before 0.15 begin with the length of their schema and are known by their name."""

_HINT = "transfer or export it again"


def recognise(path: Path, head: bytes) -> bool:
    """Return whether the file begins as Arrow or Feather does, or is called so."""
    begins = head.startswith((FILE, FEATHER_1)) or (head.startswith(STREAM) and head[8:9] != b"")
    return begins or path.suffix.lower() in SUFFIXES


def read(path: Path, stated: Stated) -> RawTable:  # noqa: ARG001 - every reader has this signature
    """Open an Arrow file; the columns of an uncompressed one are not even copied. Raises InputError if damaged."""
    import pyarrow as pa  # noqa: PLC0415 - a command that reads CSV pays nothing for Arrow

    from svcflow.eventlog.declared import convert, find_leaves  # noqa: PLC0415

    schema, batches = _open(path)
    roots: list[list[Any]] = [[] for _ in schema]
    rows = 0
    for batch in _checked(path, batches):
        rows += batch.num_rows
        for place, column in enumerate(batch.columns):
            roots[place].append(column)
    leaves, facts = find_leaves(schema)
    known = {leaf.name: leaf for leaf in leaves}
    if not rows:
        raise _empty(path)

    def load(name: str) -> Any:
        leaf = known[name]
        try:
            return convert(pa.chunked_array(roots[leaf.root], type=schema.field(leaf.root).type), leaf)
        except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
            raise InputError(f"{path.name}: column {name!r} cannot be read: {_first(error)}", _HINT) from None

    return RawTable("Arrow", tuple(known), rows, load, tuple(facts))


def stream(path: Path, stated: Stated, rows: int) -> Iterator[RawTable]:
    """Yield the rows in blocks: the batches of the file, large ones cut."""
    import pyarrow as pa  # noqa: PLC0415

    from svcflow.eventlog.declared import convert, find_leaves  # noqa: PLC0415

    schema, batches = _open(path)
    leaves, facts = find_leaves(schema)
    done = 0
    for batch in _checked(path, batches):
        for low in range(0, batch.num_rows, max(1, rows)):
            piece = batch.slice(low, max(1, rows))
            try:
                columns = {leaf.name: convert(pa.chunked_array([piece.column(leaf.root)]), leaf) for leaf in leaves}
            except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
                raise InputError(f"{path.name} cannot be read behind row {done:,}: {_first(error)}", _HINT) from None
            numbers = np.arange(done + 1, done + piece.num_rows + 1, dtype=np.int64)
            done += piece.num_rows
            if stated.progress:
                stated.progress(f"reading {path.name}: {done:,} rows")
            yield RawTable(
                "Arrow", tuple(columns), piece.num_rows, columns.__getitem__, tuple(facts), row_numbers=numbers
            )
    if not done:
        raise _empty(path)


def _open(path: Path) -> tuple[Any, Iterator[Any]]:
    """Return the schema and the batches of a file."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import ipc  # noqa: PLC0415

    with path.open("rb") as stream:
        head = stream.read(8)
    if head.startswith(FEATHER_1):
        raise InputError(
            f"{path.name} is Feather of version 1, which is no longer read",
            "write it again as Feather 2 or Parquet: pyarrow.feather.write_feather(table, file)",
        )
    try:
        source = pa.memory_map(str(path), "r")
        reader = ipc.open_file(source) if head.startswith(FILE) else ipc.open_stream(source)
        _ = [field.name for field in reader.schema]  # names that are no text are found here and not later
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(f"{path.name} is damaged or no Arrow file: {_first(error)}", _HINT) from None
    if head.startswith(FILE):
        return reader.schema, (reader.get_batch(place) for place in range(reader.num_record_batches))
    return reader.schema, iter(reader)


def _checked(path: Path, batches: Iterator[Any]) -> Iterator[Any]:
    """Yield the batches after checking that their buffers hold what they claim to."""
    import pyarrow as pa  # noqa: PLC0415

    done = 0
    while True:
        try:
            batch = next(batches, None)
            if batch is None:
                return
            batch.validate(full=True)
        except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
            raise InputError(f"{path.name} is damaged behind row {done:,}: {_first(error)}", _HINT) from None
        done += batch.num_rows
        yield batch


def _empty(path: Path) -> NoRowsError:
    return NoRowsError(f"{path.name} holds columns but no rows", "export it again: it should hold one row per event")


def _first(error: Exception) -> str:
    return str(error).splitlines()[0][:160] if str(error) else type(error).__name__
