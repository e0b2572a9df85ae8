"""Arrow columns of any declared type as columns that the log can hold.

Texts, whole numbers, numbers, truth values, days and instants pass as they are; a struct becomes one column a field
(``assignee.name``), a list of plain values one text, a duration seconds. What has no plain value is left out and said.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import compute as pc

from svcflow.errors import InputError
from svcflow.eventlog.raw import name_columns
from svcflow.eventlog.texts import buffer, find_nulls, integers, strings

SEPARATOR = ", "
"""Between the values of a list that stand in one column."""

DEEPEST = 16
MOST_COLUMNS = 4_000
LIMITS = {"s": 253_402_300_800, "ms": 253_402_300_800_000, "us": 253_402_300_800_000_000}
"""The end of the year 9999: what lies beyond is an infinity, not an instant."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A plain column: its unique name, the position of its outermost column, the fields that lead to it, its type."""

    name: str
    root: int
    fields: tuple[int, ...]
    type: Any


def find_leaves(schema: Any) -> tuple[list[Leaf], list[str]]:
    """Return the plain columns of a schema in its order, and what to say about the others."""
    found: list[tuple[str, int, tuple[int, ...], Any]] = []
    facts: list[str] = []
    for root in range(len(schema)):
        for name, fields, kind in _descend(schema.field(root), ()):
            reason = _refusal(kind)
            if reason:
                facts.append(f"column {name!r} holds {reason} and is left out")
            elif len(found) < MOST_COLUMNS:
                found.append((name, root, fields, kind))
    if len(found) == MOST_COLUMNS:
        facts.append(f"columns beyond the first {MOST_COLUMNS:,} are left out")
    names, repeated = name_columns([name for name, *_ in found])
    facts += [f"column {name!r} stands more than once: the others are called '{name} (2)', …" for name in repeated]
    return [Leaf(unique, *rest) for unique, (_, *rest) in zip(names, found, strict=True)], facts


def _descend(field: Any, fields: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...], Any]]:
    kind = _storage(field.type)
    if not pa.types.is_struct(kind) or len(fields) >= DEEPEST:
        yield _read_name(field), fields, field.type
        return
    for place in range(kind.num_fields):
        for name, below, leaf in _descend(kind.field(place), (*fields, place)):
            yield f"{_read_name(field)}.{name}", below, leaf


def _read_name(field: Any) -> str:
    try:
        return str(field.name)
    except UnicodeDecodeError:
        raise InputError("the name of a column is no text", "transfer or export the file again") from None


def _storage(kind: Any) -> Any:
    return kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind


def _refusal(kind: Any) -> str:
    """Return what a type holds that no plain column can, or nothing."""
    if isinstance(kind, pa.BaseExtensionType):
        opaque = kind.extension_name == "arrow.opaque"
        return "values of another program" if opaque and _is_binary(kind.storage_type) else _refusal(kind.storage_type)
    if _is_list(kind):
        inner = kind.value_type
        return "lists of lists or of records" if pa.types.is_nested(_storage(inner)) else _refusal(inner)
    if pa.types.is_map(kind) or pa.types.is_union(kind) or pa.types.is_struct(kind):
        return f"values of the type {str(kind).partition('<')[0]}"
    return "intervals" if pa.types.is_interval(kind) else ""


def convert(column: Any, leaf: Leaf) -> Any:
    """Return the plain column of `leaf` from its outermost column, both as chunked arrays."""
    for place in leaf.fields:
        column = pa.chunked_array(
            [pc.struct_field(_unwrap(chunk), place) for chunk in column.chunks],
            type=_storage(column.type).field(place).type,
        )
    return _plain(column)


def _unwrap(chunk: Any) -> Any:
    return chunk.storage if isinstance(chunk.type, pa.BaseExtensionType) else chunk


def _plain(column: Any) -> Any:  # noqa: PLR0911 - one line a type
    kind, types = column.type, pa.types
    if isinstance(kind, pa.BaseExtensionType):
        return _from_extension(column)
    if types.is_string(kind) or types.is_large_string(kind) or types.is_boolean(kind) or types.is_integer(kind):
        return column
    if types.is_dictionary(kind):
        return column if types.is_string(kind.value_type) else _plain(column.cast(kind.value_type))
    if types.is_timestamp(kind):
        return _finite(column if kind.tz is None else column.cast(pa.timestamp(kind.unit, "UTC")))
    if types.is_date(kind) or types.is_float32(kind) or types.is_float64(kind):
        return column
    if types.is_float16(kind):
        return column.cast(pa.float32())
    if types.is_null(kind) or types.is_time(kind) or types.is_decimal(kind) or str(kind) == "string_view":
        return column.cast(pa.large_string())
    if types.is_duration(kind):
        return _count_seconds(column)
    if types.is_run_end_encoded(kind):
        return _plain(pa.chunked_array([pc.run_end_decode(chunk) for chunk in column.chunks], type=kind.value_type))
    return _written(column, _join if _is_list(kind) else _decode)


def _from_extension(column: Any) -> Any:
    stored = pa.chunked_array([chunk.storage for chunk in column.chunks], type=column.type.storage_type)
    if column.type.extension_name == "arrow.uuid":
        return _written(stored, lambda value: str(uuid.UUID(bytes=value)))
    return _plain(stored)


def _finite(column: Any) -> Any:
    """Return instants with those beyond the year 9999 missing: databases write infinity so."""
    limit = LIMITS.get(column.type.unit)
    if limit is None:
        return column
    chunks = []
    for chunk in column.chunks:
        raw = integers(chunk, np.dtype(np.int64))
        beyond = (raw >= limit) | (raw < -limit)
        chunks.append(_fixed(column.type, raw, _missing(chunk) | beyond) if beyond.any() else chunk)
    return pa.chunked_array(chunks, type=column.type)


def _count_seconds(column: Any) -> Any:
    """Return durations as seconds."""
    scale = _per_second(column.type.unit)
    chunks = [_fixed(pa.float64(), integers(c, np.dtype(np.int64)) / scale, _missing(c)) for c in column.chunks]
    return pa.chunked_array(chunks, type=pa.float64())


def _missing(chunk: Any) -> NDArray[np.bool_]:
    missing = find_nulls(chunk)
    return np.zeros(len(chunk), bool) if missing is None else missing


def _fixed(kind: Any, values: NDArray[Any], missing: NDArray[np.bool_]) -> Any:
    """Return numbers as an Arrow array; a scalar of Arrow in a comparison would import pandas."""
    valid = buffer(np.packbits(~missing, bitorder="little"))
    return pa.Array.from_buffers(kind, len(values), [valid, buffer(np.ascontiguousarray(values))])


def _written(column: Any, write: Any) -> Any:
    """Return a column of texts that `write` makes of the values."""
    chunks = [
        strings(["" if value is None else write(value) for value in chunk.to_pylist()]) for chunk in column.chunks
    ]
    return pa.chunked_array(chunks, type=pa.large_string())


def _join(values: list[Any]) -> str:
    return SEPARATOR.join(_decode(value) for value in values if value is not None)


def _decode(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _per_second(unit: str) -> float:
    return {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[unit]


def _is_list(kind: Any) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)) or str(
        kind
    ).startswith(("list_view", "large_list_view"))


def _is_binary(kind: Any) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))
