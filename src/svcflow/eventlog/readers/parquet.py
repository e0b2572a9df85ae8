"""Parquet: columns keep their types and are read one by one, when they are needed; a struct is one column a field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from svcflow.errors import InputError
from svcflow.eventlog.raw import NoRowsError, RawTable, Stated

SUFFIXES = (".parquet", ".pq")
RANK = 0
MAGIC = b"PAR1"


def recognise(path: Path, head: bytes) -> bool:
    """Return whether the file begins as Parquet does, or is called so."""
    return head.startswith(MAGIC) or path.suffix.lower() in SUFFIXES


def read(path: Path, stated: Stated) -> RawTable:  # noqa: ARG001 - every reader has this signature
    """Open a Parquet file; columns are loaded when asked for. Raises InputError where it is damaged."""
    from svcflow.eventlog.declared import convert, find_leaves  # noqa: PLC0415 - CSV pays nothing for Parquet

    file = _open(path)
    schema, rows = file.schema_arrow, file.metadata.num_rows
    leaves, facts = find_leaves(schema)
    known = {leaf.name: leaf for leaf in leaves}
    if not rows:
        raise NoRowsError(f"{path.name} holds columns but no rows", "export it again: it should hold one row per event")

    def load(name: str) -> Any:
        leaf = known[name]
        try:
            root = _read_root(file, schema, leaf.root)
            root.validate(full=True)
            column = convert(root, leaf)
        except _errors() as error:
            raise _unreadable(path, name, error) from None
        if len(column) != rows:
            raise InputError(f"{path.name}: column {name!r} has {len(column):,} of {rows:,} rows", "export it again")
        return column

    return RawTable("Parquet", tuple(known), rows, load, tuple(facts))


def stream(path: Path, stated: Stated, rows: int) -> Iterator[RawTable]:
    """Yield the rows in blocks, one row group after the other."""
    import pyarrow as pa  # noqa: PLC0415

    from svcflow.eventlog.declared import convert, find_leaves  # noqa: PLC0415

    file = _open(path)
    leaves, facts = find_leaves(file.schema_arrow)
    total, done = file.metadata.num_rows, 0
    batches = iter(file.iter_batches(batch_size=max(1, rows)))
    while True:
        try:
            batch = next(batches, None)
            if batch is None:
                break
            batch.validate(full=True)
            roots = [pa.chunked_array([column]) for column in batch.columns]
            columns = {leaf.name: convert(roots[leaf.root], leaf) for leaf in leaves}
        except _errors() as error:
            raise InputError(
                f"{path.name} cannot be read behind row {done:,}: {_first(error)}", "transfer or export it again"
            ) from None
        numbers = np.arange(done + 1, done + batch.num_rows + 1, dtype=np.int64)
        done += batch.num_rows
        if stated.progress:
            stated.progress(f"reading {path.name}: {done / max(total, 1):.0%}")
        yield RawTable(
            "Parquet", tuple(columns), batch.num_rows, columns.__getitem__, tuple(facts), row_numbers=numbers
        )
    if not done:
        raise NoRowsError(f"{path.name} holds columns but no rows", "export it again: it should hold one row per event")
    if done != total:
        raise InputError(f"{path.name} holds {done:,} of {total:,} rows", "transfer or export it again")


def _open(path: Path) -> Any:
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    try:
        schema = parquet.read_schema(path, memory_map=True)
        texts = [  # names that are no text are found here and not later
            field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
        ]
        return parquet.ParquetFile(path, memory_map=True, read_dictionary=texts)
    except _errors() as error:
        reason = "is locked with a key" if "ncrypt" in str(error) else f"is damaged or no Parquet file: {_first(error)}"
        raise InputError(f"{path.name} {reason}", "transfer or export it again") from None


def _read_root(file: Any, schema: Any, root: int) -> Any:
    """Return an outermost column; one whose name another has too is found by its place."""
    name = schema.field(root).name
    table = file.read(columns=[name])
    above = sum(schema.field(place).name == name for place in range(root))
    places = [place for place, other in enumerate(table.column_names) if other == name]
    return table.column(places[above])


def _errors() -> tuple[type[Exception], ...]:
    """Return what reading a damaged file raises."""
    import pyarrow as pa  # noqa: PLC0415

    return (pa.ArrowException, OSError, ValueError, KeyError, IndexError, OverflowError, UnicodeDecodeError)


def _unreadable(path: Path, name: str, error: Exception) -> InputError:
    return InputError(f"{path.name}: column {name!r} cannot be read: {_first(error)}", "transfer or export it again")


def _first(error: Exception) -> str:
    return str(error).splitlines()[0][:160] if str(error) else type(error).__name__
