"""Parquet: columns keep their types and are read one by one, when they are needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from svcflow.errors import InputError
from svcflow.eventlog.raw import RawTable, Stated

SUFFIXES = (".parquet", ".pq")
RANK = 0
MAGIC = b"PAR1"


def recognise(path: Path, head: bytes) -> bool:
    """Return whether the file begins as Parquet does, or is called so."""
    return head.startswith(MAGIC) or path.suffix.lower() in SUFFIXES


def read(path: Path, stated: Stated) -> RawTable:  # noqa: ARG001 - every reader has this signature
    """Open a Parquet file; columns are loaded when asked for. Raises InputError where it is damaged."""
    import pyarrow as pa  # noqa: PLC0415 - a command that reads CSV pays nothing for Parquet
    from pyarrow import parquet  # noqa: PLC0415

    try:
        schema = parquet.read_schema(path, memory_map=True)
        texts = [
            field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
        ]
        file = parquet.ParquetFile(path, memory_map=True, read_dictionary=texts)
    except (pa.ArrowException, OSError, ValueError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path.name} is damaged or no Parquet file: {_first(error)}", "transfer or export it again"
        ) from None
    flat = tuple(dict.fromkeys(field.name for field in schema if not pa.types.is_nested(field.type)))
    nested = [field.name for field in schema if pa.types.is_nested(field.type)]
    rows = file.metadata.num_rows
    if not rows:
        raise InputError(f"{path.name} holds columns but no rows", "export it again: it should hold one row per event")

    def load(name: str) -> Any:
        try:
            column = file.read(columns=[name]).column(name)
        except (pa.ArrowException, OSError, KeyError) as error:
            raise InputError(
                f"{path.name}: column {name!r} cannot be read: {_first(error)}", "transfer or export it again"
            ) from None
        if len(column) != rows:
            raise InputError(f"{path.name}: column {name!r} has {len(column):,} of {rows:,} rows", "export it again")
        return column

    facts = tuple(f"column {name!r} is nested and left out" for name in nested)
    return RawTable("Parquet", flat, rows, load, facts)


def _first(error: Exception) -> str:
    return str(error).splitlines()[0][:160] if str(error) else type(error).__name__
