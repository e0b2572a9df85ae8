"""Several files as one log: the columns united by name, the rows one file after another."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.errors import InputError
from svcflow.eventlog.places import Place
from svcflow.eventlog.raw import BadRow, NoRowsError, RawTable, add_counted, add_passed


def read(place: Place, read_file: Callable[[Path], RawTable]) -> RawTable:
    """Read all files of a place as one table. Raises InputError where one cannot be read, or is of another format."""
    tables: list[tuple[str, RawTable]] = []
    empty: list[str] = []
    for file in place.files:
        try:
            tables.append((file.name, read_file(file)))
        except NoRowsError:
            empty.append(file.name)
    _check_formats(place, tables)
    names = _unite(tables)
    facts = (*place.facts, *_say_empty(empty), *_compare(tables, names), *_gather_facts(tables))
    above, parts, files = 0, [], []
    for name, table in tables:
        files.append((above, name))
        parts.append(_shift(table, above))
        above = _last(parts[-1], above)
    kinds = {name: kind for _, table in reversed(tables) for name, kind in table.kinds.items()}
    return RawTable(
        tables[0][1].format,
        names,
        sum(table.rows for table in parts),
        partial(_load, parts),
        facts,
        kinds={name: kind for name, kind in kinds.items() if _agree(tables, name)},
        case_columns=frozenset().union(*(table.case_columns for table in parts)),
        event_columns=frozenset().union(*(table.event_columns for table in parts)),
        bad=tuple(row for table in parts for row in table.bad),
        row_numbers=np.concatenate([_numbers(table) for table in parts]),
        passed=add_passed(parts),
        counted=add_counted(one for table in parts for one in table.counted),
        files=tuple(files),
    )


def stream(place: Place, stream_file: Callable[[Path, int], Iterator[RawTable]], rows: int) -> Iterator[RawTable]:
    """Yield the rows of all files of a place in blocks, each with the columns of all files."""
    tables: list[tuple[str, RawTable]] = []
    empty: list[str] = []
    for file in place.files:
        try:
            tables.append((file.name, next(stream_file(file, 1))))
        except NoRowsError:
            empty.append(file.name)
    _check_formats(place, tables)
    names = _unite(tables)
    facts = (*place.facts, *_say_empty(empty), *_compare(tables, names), *_gather_facts(tables))
    tables = [(name, dataclasses.replace(table, load=_forget)) for name, table in tables]
    above = 0
    files: list[tuple[int, str]] = []
    for file in place.files:
        if file.name in empty:
            continue
        files.append((above, file.name))
        last = above
        for block in stream_file(file, rows):
            part = _shift(block, above)
            last = _last(part, last)
            yield dataclasses.replace(part, names=names, load=partial(_load, [part]), facts=facts, files=tuple(files))
        above = last


def _forget(name: str) -> Any:
    raise KeyError(name)


def _check_formats(place: Place, tables: list[tuple[str, RawTable]]) -> None:
    if not tables:
        raise InputError(f"{place.name}: no file holds any row", "export them again")
    first = tables[0]
    for name, table in tables:
        if table.format != first[1].format:
            raise InputError(
                f"{place.name}: {first[0]} is {first[1].format}, {name} is {table.format}",
                "name files of one format with a pattern, for example 'folder/*.csv'",
            )


def _unite(tables: list[tuple[str, RawTable]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for _, table in tables for name in table.names))


def _compare(tables: list[tuple[str, RawTable]], names: tuple[str, ...]) -> list[str]:
    """Say which file lacks which columns of the others."""
    lacking: dict[tuple[str, ...], list[str]] = {}
    for file, table in tables:
        gone = tuple(name for name in names if name not in table.names)
        if gone:
            lacking.setdefault(gone, []).append(file)
    return [
        f"{_list(files)} {'has' if len(files) == 1 else 'have'} no column {_list([repr(name) for name in gone])}: "
        "missing on those rows"
        for gone, files in lacking.items()
    ]


def _say_empty(empty: list[str]) -> list[str]:
    return [f"{_list(empty)} {'holds' if len(empty) == 1 else 'hold'} a header but no rows"] if empty else []


def _list(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if len(names) > 5 else "")


def _gather_facts(tables: list[tuple[str, RawTable]]) -> list[str]:
    """Return the facts of all files: one that holds for all of them once, others with the names of their files."""
    found: dict[str, list[str]] = {}
    for name, table in tables:
        for fact in table.facts:
            found.setdefault(fact, []).append(name)
    return [fact if len(files) == len(tables) else f"{_list(files)}: {fact}" for fact, files in found.items()]


def _agree(tables: list[tuple[str, RawTable]], name: str) -> bool:
    return len({table.kinds.get(name) for _, table in tables if name in table.names}) == 1


def _numbers(table: RawTable) -> NDArray[np.int64]:
    return np.arange(1, table.rows + 1) if table.row_numbers is None else table.row_numbers


def _shift(table: RawTable, above: int) -> RawTable:
    """Return a table of one file with the numbers that its rows have among all files."""
    return dataclasses.replace(
        table,
        row_numbers=_numbers(table) + above,
        bad=tuple(BadRow(row.row + above, row.reason) for row in table.bad),
    )


def _last(table: RawTable, above: int) -> int:
    """Return the number of the last row of a table, good or bad."""
    numbers = _numbers(table)
    return max(above, int(numbers[-1]) if len(numbers) else 0, *(row.row for row in table.bad))


def _load(parts: list[RawTable], name: str) -> Any:
    """Return a column of all parts, in their common type, or as text; nulls where a part lacks it."""
    import pyarrow as pa  # noqa: PLC0415

    from svcflow.eventlog.texts import as_text  # noqa: PLC0415

    columns = [_chunked(part.load(name)) if name in part.names else None for part in parts]
    kinds = {str(column.type): column.type for column in columns if column is not None}
    if len(kinds) == 1:
        (kind,) = kinds.values()
    else:
        kind = pa.large_string() if kinds else pa.string()
        columns = [None if column is None else as_text(column).cast(kind) for column in columns]
    chunks = [
        chunk
        for part, column in zip(parts, columns, strict=True)
        for chunk in ([pa.nulls(part.rows, kind)] if column is None else column.chunks)
    ]
    return pa.chunked_array(chunks, kind)


def _chunked(column: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415

    return column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
