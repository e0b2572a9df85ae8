"""What views are made of: figures, tables, bars, each a plain value that becomes JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from svcflow.disclosure import Withholding, withhold_count, withhold_parts

Block = dict[str, Any]
Columns = Mapping[str, str]
"""Columns by key, and their kind: text, count, share, duration, time, route, number, mark."""


def figures(values: Mapping[str, tuple[str, Any]]) -> Block:
    """Return single figures: name -> (kind, value)."""
    return {"type": "figures", "rows": [[name, kind, value] for name, (kind, value) in values.items()]}


def table(name: str, columns: Columns, rows: Iterable[Mapping[str, Any]], *, total: int | None = None) -> Block:
    """Return a table; `total` says how many rows there are where not all are given."""
    cells = [[row.get(key) for key in columns] for row in rows]
    return {"type": "table", "name": name, "columns": [*columns.items()], "rows": cells, "total": total or len(cells)}


def bars(name: str, edges: Sequence[float | str], counts: Sequence[int], *, kind: str, least: int | None) -> Block:
    """Return a bar chart of cases: bar `i` from ``edges[i]`` to the next edge; small bars are withheld (``None``)."""
    told: dict[str, Any] = {str(place): count for place, count in enumerate(counts)}
    if least and least > 1:
        told = withhold_parts(told, least)
    return {"type": "bars", "name": name, "kind": kind, "edges": [*edges], "counts": [*told.values()]}


def cut(rows: list[dict[str, Any]], least: int | None) -> list[dict[str, Any]]:
    """Return the rows that may be told where groups of fewer than `least` cases may not."""
    return Withholding(least).cut(rows, "rows") if least and least > 1 else rows


def tell(count: int | None, least: int | None, whole: int | None = None) -> int | None:
    """Return a count, ``None`` where it is of a small group or leaves one out."""
    found: int | None = withhold_count(count, least, whole) if least and least > 1 else count
    return found
