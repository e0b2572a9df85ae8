"""Writes canonical files: whole cases in, row groups of about a million rows out, the target complete or not at all."""

from __future__ import annotations

import contextlib
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from svcflow.errors import UsageError
from svcflow.eventlog.log import Log
from svcflow.eventlog.store import metadata
from svcflow.eventlog.store.layout import Attribute, Facts, Layout, Part
from svcflow.eventlog.store.pieces import Pieces, build_schema
from svcflow.eventlog.texts import strings
from svcflow.files import reserve

ROWS = 1 << 20
"""Rows in a row group; one case is never split."""


class Writer:
    """Writes one canonical file. To be used in a ``with`` statement: what is not finished leaves nothing behind.

    Raises ValueError where a part contradicts the layout, UsageError where the system refuses to write.
    """

    def __init__(self, target: str | os.PathLike[str], layout: Layout, *, rows: int = ROWS) -> None:
        self.target = Path(target)
        self.layout = layout
        self._rows = rows
        self._schema = build_schema(layout)
        self._pending: list[Any] = []
        self._waiting = 0
        self._cases = 0
        self._groups: list[metadata.Group] = []
        self._counts = [0, 0, 0]
        self._beside: Path | None = None
        self._file: Any = None

    def __enter__(self) -> Self:
        with self._refusals():
            self._beside = reserve(self.target)
            self._file = parquet.ParquetWriter(self._beside, self._schema, **_properties(self.layout))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            with contextlib.suppress(pa.ArrowException, OSError):
                self._file.close()
            self._file = None
        if self._beside is not None:
            self._beside.unlink(missing_ok=True)
            self._beside = None

    def add(self, part: Part) -> None:
        """Add whole cases behind those that are there."""
        pieces = Pieces(part, self.layout, self._cases)
        first = 0
        while first < pieces.cases:
            last = pieces.reach(first, self._rows - self._waiting)
            if last == first and self._waiting:
                self._flush()
                continue
            last = max(last, first + 1)
            self._take(pieces, first, last)
            first = last
        self._cases += pieces.cases

    def finish(self, facts: Facts) -> None:
        """Write what is still waiting and the metadata; the target appears."""
        if self._file is None or self._beside is None:
            raise ValueError("the file is finished or was never begun")
        self._flush()
        text = metadata.write(self.layout, facts, self._groups).encode()
        with self._refusals():
            self._file.add_key_value_metadata(
                {metadata.KEY: text, metadata.CHECKSUM: f"{zlib.crc32(text):08x}".encode()}
            )
            self._file.close()
            self._file = None
            self._beside.replace(self.target)
            self._beside = None

    def _take(self, pieces: Pieces, first: int, last: int) -> None:
        table, instances, shown = pieces.cut(first, last, self._schema)
        self._pending.append(table)
        self._waiting += table.num_rows
        counts = (last - first, instances, shown)
        self._counts = [before + more for before, more in zip(self._counts, counts, strict=True)]
        if self._waiting >= self._rows:
            self._flush()

    def _flush(self) -> None:
        """Write the waiting rows as one row group."""
        if not self._waiting:
            return
        table = pa.concat_tables(self._pending)
        if len(self._pending) > 1:
            table = table.unify_dictionaries().combine_chunks()  # two dictionaries in a row group would both be lost
        with self._refusals():
            self._file.write_table(table, row_group_size=table.num_rows)
        self._groups.append(metadata.Group(table.num_rows, *self._counts))
        self._pending, self._waiting, self._counts = [], 0, [0, 0, 0]

    @contextlib.contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error).splitlines()[0]
            raise UsageError(f"cannot write {self.target}: {reason}", "choose another place or make room") from error


def write(log: Log, target: str | os.PathLike[str], *, rows: int = ROWS) -> None:
    """Write a log as a canonical file; `opening.open` returns it as it is."""
    of_events = tuple(Attribute(name, column.kind) for name, column in log.attributes.items())
    of_cases = tuple(Attribute(name, column.kind, "case") for name, column in log.case_attributes.items())
    counts = log.case_events is not None and not np.array_equal(log.case_events, np.diff(log.offsets))
    layout = Layout(
        log.activities,
        log.resources,
        log.teams,
        (*of_events, *of_cases),
        unit="s" if _are_whole_seconds(log.time) and _are_whole_seconds(log.start) else "ms",
        starts=bool(log.has_start.any()),
        counts=counts,
    )
    part = Part(
        case_ids=strings(list(log.case_ids)),
        offsets=log.offsets,
        time=log.time,
        start=log.start,
        has_start=log.has_start,
        activity=log.activity,
        resource=log.resource,
        team=log.team,
        attributes=log.attributes,
        case_attributes=log.case_attributes,
        events=log.case_events if counts else None,
    )
    with Writer(target, layout, rows=rows) as writer:
        writer.add(part)
        writer.finish(state_facts(log))


def state_facts(log: Log) -> Facts:
    """Return what a canonical file says of a log as a whole."""
    return Facts(
        source=log.source,
        events=log.events,
        zone=log.zone,
        roles=log.roles,
        quality=log.quality,
        done=log.done,
        machines=log.machines,
        sides=log.sides,
        states=log.states,
        notes=log.notes,
        counted=log.case_events is not None,
    )


def _are_whole_seconds(times: NDArray[np.int64]) -> bool:
    return not (times % 1000).any()


def _properties(layout: Layout) -> dict[str, Any]:
    """Return how the columns are packed: differences for what ascends, dictionaries for what repeats."""
    ascending = ["case", "time", *(["start"] if layout.starts else []), *([] if layout.ordered else ["case_row"])]
    repeated = ["activity", "resource", "team", "case_id", *(["case_events"] if layout.counts else [])]
    for attribute in layout.attributes:
        if attribute.kind == "text" or (attribute.of == "case" and attribute.kind != "boolean"):
            repeated.append(attribute.column)
        elif attribute.kind == "datetime":
            ascending.append(attribute.column)
    return {
        "compression": "lz4",
        "use_dictionary": repeated,
        "column_encoding": dict.fromkeys(ascending, "DELTA_BINARY_PACKED"),
        "dictionary_pagesize_limit": 1 << 28,
        "write_statistics": ["case", "time"],
        "write_page_checksum": True,
    }
