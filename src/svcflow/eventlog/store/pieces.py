"""A part of a log cut into pieces of whole cases, as Arrow tables with the columns of the file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.eventlog.log import Vocabulary
from svcflow.eventlog.store.cells import TYPES, WORDS, Cells, fix, gather
from svcflow.eventlog.store.layout import CodeArray, Layout, Part

EARLIEST, LATEST = -62_135_596_800_000, 253_402_300_799_999
"""Milliseconds of the years 1 to 9999: what can be said as a date."""
MOST_CASES = 2**31 - 1


def build_schema(layout: Layout) -> Any:
    """Return the Arrow schema of a file."""
    fields = [("case", pa.int32(), False), ("time", pa.int64(), False)]
    fields += [("start", pa.int64(), True)] if layout.starts else []
    fields += [("open", pa.bool_(), False)] if layout.opens else []
    for name, vocabulary in coded(layout).items():
        fields.append((name, from_numpy(width(vocabulary)), False))
    fields.append(("case_id", WORDS, False))
    fields += [("case_events", pa.int64(), False)] if layout.counts else []
    fields += [] if layout.ordered else [("case_row", pa.int64(), True)]
    fields += [(attribute.column, TYPES[attribute.kind], True) for attribute in layout.attributes]
    return pa.schema([pa.field(name, kind, nullable=nullable) for name, kind, nullable in fields])


def width(vocabulary: Vocabulary) -> np.dtype[Any]:
    """Return the smallest unsigned type that holds the codes of a vocabulary."""
    return np.min_scalar_type(max(len(vocabulary) - 1, 0))


def from_numpy(dtype: np.dtype[Any]) -> Any:
    """Return the Arrow type of a numpy type of whole numbers."""
    return {1: pa.uint8(), 2: pa.uint16(), 4: pa.uint32()}[dtype.itemsize]


class Pieces:
    """The cases of a part, checked against the layout. `before` cases stand in the file already."""

    def __init__(self, part: Part, layout: Layout, before: int) -> None:
        self.part = part
        self.layout = layout
        self.before = before
        self.cases = len(part.offsets) - 1
        self._sizes = np.diff(part.offsets)
        self._events = {a.name: gather(a.kind, part.attributes[a.name]) for a in layout.attributes if a.of == "event"}
        self._owns = {a.name: gather(a.kind, part.case_attributes[a.name]) for a in layout.attributes if a.of == "case"}
        self._check()

    def reach(self, first: int, rows: int) -> int:
        """Return the first case that no longer fits into `rows` rows from case `first` on."""
        offsets = self.part.offsets
        return max(int(np.searchsorted(offsets, offsets[first] + rows, side="right")) - 1, first)

    def cut(self, first: int, last: int, schema: Any) -> tuple[Any, int, int]:
        """Return cases ``first <= c < last`` as a table, the number of its instances, and of cases that have one."""
        part, layout = self.part, self.layout
        low, high = int(part.offsets[first]), int(part.offsets[last])
        sizes = self._sizes[first:last]
        number = np.repeat(np.arange(last - first, dtype=np.int32), sizes)
        columns = {"case": fix(number + np.int32(self.before + first), pa.int32())}
        columns["time"] = fix(self._scale(part.time[low:high]), pa.int64())
        if part.start is not None and part.has_start is not None:
            columns["start"] = fix(self._scale(part.start[low:high]), pa.int64(), ~part.has_start[low:high])
        elif layout.starts:
            columns["start"] = fix(np.zeros(high - low, np.int64), pa.int64(), np.ones(high - low, bool))
        opened = np.zeros(high - low, bool) if part.open is None else part.open[low:high]
        columns["open"] = Cells("boolean", opened.astype(np.int8)).to_arrow()
        columns |= {name: self._code(name, low, high) for name in ("activity", "resource", "team")}
        columns["case_id"] = pa.DictionaryArray.from_arrays(
            fix(number, pa.int32()), part.case_ids.slice(first, last - first)
        )
        columns |= self._count(first, last, sizes)
        for attribute in layout.attributes:
            if attribute.of == "event":
                cells = self._events[attribute.name].cut(low, high)
            else:
                cells = self._owns[attribute.name].cut(first, last).repeat(sizes)
            columns[attribute.column] = cells.to_arrow()
        table = pa.Table.from_arrays([columns[name] for name in schema.names], schema=schema)
        shown = last - first if not opened.any() else len(np.unique(number[~opened]))
        return table, high - low - int(opened.sum()), shown

    def _count(self, first: int, last: int, sizes: NDArray[np.int64]) -> dict[str, Any]:
        """Return the columns that hold one number a case; the row of a case stands on its first row alone."""
        columns = {}
        if self.part.events is not None:
            columns["case_events"] = fix(np.repeat(self.part.events[first:last], sizes), pa.int64())
        if self.part.rows is not None:
            later = np.ones(int(sizes.sum()), bool)
            later[np.cumsum(sizes) - sizes] = False
            columns["case_row"] = fix(np.repeat(self.part.rows[first:last], sizes), pa.int64(), later)
        return columns

    def _scale(self, times: NDArray[np.int64]) -> NDArray[np.int64]:
        return times // 1000 if self.layout.unit == "s" else times

    def _code(self, name: str, low: int, high: int) -> Any:
        dtype = width(coded(self.layout)[name])
        codes: CodeArray | None = getattr(self.part, name)
        values = np.zeros(high - low, dtype) if codes is None else codes[low:high].astype(dtype)
        return fix(values, from_numpy(dtype))

    def _check(self) -> None:
        """Raise ValueError where the part is not what its layout promises."""
        part, layout, rows = self.part, self.layout, int(self.part.offsets[-1])
        by_row: list[Any] = [part.time, part.activity, part.start, part.has_start, part.resource, part.team, part.open]
        by_row += self._events.values()
        by_case = [part.case_ids, part.events, part.rows, *self._owns.values()]
        reasons = {
            "offsets do not ascend from 0": part.offsets[0] != 0 or bool((self._sizes < 1).any()),
            "columns differ in length": _differ(by_row, rows) or _differ(by_case, self.cases),
            "case ids are no Arrow texts": part.case_ids.type != pa.large_string(),
            "too many cases": self.before + self.cases > MOST_CASES,
            "open rows in a layout without them": part.open is not None and not layout.opens and bool(part.open.any()),
            "numbers of events are missing": layout.counts and part.events is None,
            "rows of unordered cases are missing": not layout.ordered and part.rows is None,
        }
        for reason, wrong in reasons.items():
            if wrong:
                raise ValueError(reason)
        self._check_times(part.time)
        if part.start is not None and part.has_start is not None and part.has_start.any():
            if not layout.starts:
                raise ValueError("starts in a layout without them")
            if (part.start > part.time)[part.has_start].any():
                raise ValueError("a start after the completion")
            self._check_times(part.start[part.has_start])
        for name, vocabulary in coded(layout).items():
            codes = getattr(part, name)
            if codes is not None and len(codes) and not 0 <= int(codes.min()) <= int(codes.max()) < len(vocabulary):
                raise ValueError(f"codes of {name} outside its vocabulary")

    def _check_times(self, times: NDArray[np.int64]) -> None:
        if self.layout.unit == "s" and (times % 1000).any():
            raise ValueError("times are finer than the unit")
        if len(times) and (times.min() < EARLIEST or times.max() > LATEST):
            raise ValueError("times outside the years 1 to 9999")


def _differ(columns: Iterable[Any], size: int) -> bool:
    return any(column is not None and len(column) != size for column in columns)


def coded(layout: Layout) -> dict[str, Vocabulary]:
    """Return the columns that hold codes, with their vocabularies."""
    return {"activity": layout.activities, "resource": layout.resources, "team": layout.teams}
