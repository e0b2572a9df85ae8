"""The rows of a canonical file as events again, so that a later export of the same source can be added to them.

A step with a start and a completion becomes the two events it was made of, or one row with both times, as the export
has it. They stand before all rows of the export; their place among themselves is that in the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.errors import UsageError
from svcflow.eventlog.ingest.encoding import Encoder
from svcflow.eventlog.ingest.fields import Dictionary, Field
from svcflow.eventlog.ingest.rows import Rows
from svcflow.eventlog.instances import COMPLETE, START
from svcflow.eventlog.log import MISSING_TIME
from svcflow.eventlog.store.cells import gather
from svcflow.eventlog.store.file import File
from svcflow.eventlog.store.layout import Attribute
from svcflow.eventlog.texts import find_nulls, integers

Codes = NDArray[np.int32]


class Earlier:
    """The events of a canonical file in the terms of an export that is being read."""

    def __init__(self, path: Path) -> None:
        self.file = File(path)
        self.count = 2 * sum(group.rows for group in self.file.groups)

    def check(self, encoder: Encoder) -> None:
        """Raise UsageError where the times of both do not fit together."""
        if not encoder.notes.rows:
            return
        zone = encoder.plan.mapping.timezone or ("" if encoder.notes.naive else "UTC")
        known = self.file.facts.zone
        if bool(zone) != bool(known):
            kind = {True: "name a zone", False: "name no zone"}
            raise UsageError(
                f"the times of {self.file.path.name} {kind[bool(known)]}, those of the export {kind[bool(zone)]}",
                "state the same timezone in the mapping of both",
            )

    def list_fields(self, encoder: Encoder) -> None:
        """Make room in the fields of the export for what only the file knows."""
        fields, layout = encoder.fields, self.file.layout
        for attribute in layout.attributes:
            fields.attributes.setdefault(attribute.name, attribute.name)
        if fields.resource is None and len(layout.resources) > 1:
            fields.resource = Field(("resource",))
        if fields.team is None and len(layout.teams) > 1:
            fields.team = Field(("team",))

    def blocks(self, encoder: Encoder) -> Iterator[Rows]:
        """Yield the events, a row group at a time."""
        self.list_fields(encoder)
        place = -self.count
        for group, told in enumerate(self.file.groups):
            yield self._read(group, place, encoder)
            place += 2 * told.rows

    def _read(self, group: int, place: int, encoder: Encoder) -> Rows:
        layout, fields = self.file.layout, encoder.fields
        names = ["case_id", "time", "activity", "resource", "team", *(a.column for a in layout.attributes)]
        names += ["start"] if layout.starts else []
        names += ["open"] if layout.opens else []
        found = self.file.read(group, names)
        size = len(found["time"])
        factor = 1000 if layout.unit == "s" else 1
        time = integers(found["time"], np.dtype(np.int64)) * factor
        start = np.full(size, MISSING_TIME)
        if layout.starts:
            nulls = find_nulls(found["start"])
            begun = integers(found["start"], np.dtype(np.int64)) * factor
            start = begun if nulls is None else np.where(nulls, MISSING_TIME, begun)
        opened = gather("boolean", found["open"]).values > 0 if layout.opens else np.zeros(size, bool)
        codes = {}
        for attribute in layout.attributes:
            key = fields.attributes[attribute.name]
            codes[key] = self._encode(found[attribute.column], attribute, fields.dictionary(key))
        for name, one in (("activity", fields.activity), ("resource", fields.resource), ("team", fields.team)):
            if one is not None and one.key not in codes:
                texts = getattr(layout, {"activity": "activities"}.get(name, name + "s")).texts
                table = fields.dictionary(one.key).translate(text or None for text in texts)
                codes[one.key] = table[widen_codes(found[name])]
        case = found["case_id"].cast(pa.large_string()).cast(pa.string())
        rows = Rows(case, place + 2 * np.arange(size), time, codes=codes)
        lifecycle = "lifecycle" in encoder.plan.assignment.columns
        return _as_events(rows, start, opened) if lifecycle else _as_rows(rows, start, opened, encoder)

    def _encode(self, array: Any, attribute: Attribute, dictionary: Dictionary) -> Codes:
        """Return an attribute in the codes of the export: its values as the texts they were."""
        cells = gather(attribute.kind, array)
        if cells.words is not None:
            table = np.r_[dictionary.translate(text or None for text in cells.words.to_pylist()), np.int32(0)]
            return np.asarray(table[cells.values], np.int32)  # -1, the missing value, is the last place
        values, places = np.unique(cells.values, return_inverse=True)
        return dictionary.translate(self._write(value, attribute.kind) for value in values.tolist())[places]

    def _write(self, value: Any, kind: str) -> str | None:
        """Return the text of a value, ``None`` where it is missing."""
        if kind == "boolean":
            return None if value < 0 else str(bool(value)).lower()
        if kind == "number":
            return None if value != value else str(int(value)) if value == int(value) else repr(value)  # noqa: PLR0124
        if value == MISSING_TIME:
            return None
        moment = dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=value)  # noqa: DTZ001 - written with its zone below
        return moment.isoformat(" ", "milliseconds") + ("Z" if self.file.facts.zone else "")


def widen_codes(array: Any) -> Codes:
    """Return codes of a column of the file."""
    return integers(array, np.dtype(str(array.type))).astype(np.int32)


def _as_events(rows: Rows, start: NDArray[np.int64], opened: NDArray[np.bool_]) -> Rows:
    """Return starts and completions as events of their own; what was begun and not completed is a start."""
    begun = np.flatnonzero((start != MISSING_TIME) & ~opened)
    chosen = np.r_[np.arange(len(rows)), begun]
    found = rows.take(chosen)
    found.kind = np.where(opened, START, COMPLETE).astype(np.uint8)[chosen]
    found.kind[len(rows) :] = START
    found.time[len(rows) :] = start[begun]
    found.row[: len(rows)] += 1
    return found.take(np.argsort(found.row, kind="stable"))


def _as_rows(rows: Rows, start: NDArray[np.int64], opened: NDArray[np.bool_], encoder: Encoder) -> Rows:
    """Return each step as one row with the times it has."""
    if "start" not in encoder.plan.assignment.columns and not (start != MISSING_TIME).any():
        return rows
    rows.start = np.where(opened, rows.time, start)
    rows.time = np.where(opened, MISSING_TIME, rows.time)
    return rows
