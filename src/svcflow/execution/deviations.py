"""Deviations of a process's cases, gathered kind by kind into one frame (definitions.md 3.5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME
from svcflow.execution.catalogue import catalogue
from svcflow.execution.frame import Coded, Frame, coded
from svcflow.execution.track import Rows, Track
from svcflow.findings import NOWHERE, Position

_NUMBERS = ("case", "code", "subject", "row", "other", "time", "value", "limit", "guard", "rounds", "place", "anchor")
_FLOATS = ("value", "limit")


class Names:
    """Texts or positions that get a number when they are first met."""

    def __init__(self, given: Sequence[Any] = ()) -> None:
        self._known: dict[Any, int] = {value: i for i, value in enumerate(given)}

    def __getitem__(self, value: Any) -> int:
        return self._known.setdefault(value, len(self._known))

    def all(self) -> tuple[Any, ...]:
        """Return what was met, by number."""
        return tuple(self._known)


@dataclass
class Collector:
    """Where every kind of deviation puts what it found; `subjects` begin with the steps of the process."""

    track: Track
    subjects: Names
    guards: tuple[str, ...]
    places: Names = field(default_factory=Names)
    codes: Names = field(default_factory=lambda: Names(tuple(catalogue)))
    _parts: list[dict[str, Any]] = field(default_factory=list)

    def add(self, code: str, case: Rows, **columns: Any) -> None:
        """Add deviations of one kind: arrays as long as `case`, or one value for all.

        `subject` and `place` are numbers of `subjects` and `places`; `row` is where it happened, -1 for nowhere, and
        `anchor` the row it stands at otherwise. Times default to those of the rows.
        """
        if not len(case):
            return
        row = np.broadcast_to(np.asarray(columns.get("row", -1), np.int64), case.shape)
        anchor = columns.pop("anchor", row)
        given = {"case": case, "code": self.codes[code], "row": row, "time": self.track.time_of(row)} | columns
        # Twice the row, so that what was skipped stands before the event it was skipped at.
        given["anchor"] = 2 * np.asarray(anchor, np.int64) + (row >= 0)
        defaults = {"other": -1, "value": np.nan, "limit": np.nan, "guard": -1, "rounds": -1}
        self._parts.append(
            {
                name: np.broadcast_to(
                    np.asarray((defaults | given)[name], np.float64 if name in _FLOATS else np.int64), case.shape
                )
                for name in _NUMBERS
            }
        )

    def frame(self, process: str, detail: Callable[[Frame, int], str]) -> Frame:
        """Return everything found, by case, then place, then code."""
        parts = {n: [part[n] for part in self._parts] for n in _NUMBERS}
        column = {
            name: np.concatenate(found) if found else np.zeros(0, np.float64 if name in _FLOATS else np.int64)
            for name, found in parts.items()
        }
        order = np.lexsort((column["subject"], column["code"], column["anchor"], column["case"]))
        column = {name: values[order] for name, values in column.items()}
        log = self.track.knowledge.log
        kinds = [catalogue[code] for code in self.codes.all()]
        positions: tuple[Position, ...] = self.places.all() or (NOWHERE,)
        codes, place = column["code"].astype(np.int32), column["place"]
        row = column["row"]

        def people(values: NDArray[np.int32]) -> NDArray[np.int32]:
            found = values[row] if len(values) else np.zeros(len(row), np.int32)
            return np.where((row >= 0) & (found > 0), found, -1).astype(np.int32)

        frame: Frame
        frame = Frame(
            {
                "process": Coded(np.zeros(len(row), np.int32), (process,)),
                "case": Coded(self.track.cases[column["case"]].astype(np.int32), log.case_ids),
                "code": Coded(codes, tuple(kind.code for kind in kinds)),
                "name": Coded(codes, tuple(kind.name for kind in kinds)),
                "step": Coded(column["subject"].astype(np.int32), self.subjects.all()),
                "row": row,
                "time": column["time"],
                "other": column["other"],
                "actor": Coded(people(log.resource), log.resources.texts),
                "team": Coded(people(log.team), log.teams.texts),
                "value": column["value"],
                "limit": column["limit"],
                "guard": Coded(column["guard"].astype(np.int32), self.guards),
                "rounds": column["rounds"],
                "file": _by_place([p.file for p in positions], place),
                "line": np.asarray([p.line for p in positions], np.int64)[place],
                "column": np.asarray([p.column for p in positions], np.int64)[place],
                "index": column["case"],
                "anchor": column["anchor"] // 2,
            },
            times=("time",),
            told={"detail": lambda i: detail(frame, i)},
        )
        return frame


def _by_place(texts: list[str], place: NDArray[Any]) -> Coded:
    column = coded(texts)
    return Coded(column.codes[place] if len(place) else column.codes[:0], column.texts)


def last_times(track: Track) -> Rows:
    """Return the time of each case's last event, MISSING_TIME for a case without any."""
    if not len(track.knowledge.log.time):
        return np.full(len(track.cases), MISSING_TIME)
    return track.knowledge.log.time[track.last]
