"""The canonical log: sorted columns of activity instances, whole cases together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]
Millis = NDArray[np.int64]

UNKNOWN = 0
"""The code of a missing resource, team or text value; its dictionary entry is the empty text."""

MISSING_TIME = np.iinfo(np.int64).min
"""A time that is not known; never zero, never the epoch."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The distinct texts of a column; a code is an index. Sorted, so equal logs have equal codes.

    Where values may be missing, entry 0 is ``""`` and means unknown.
    """

    texts: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, code: int) -> str:
        return self.texts[code]

    def find(self, text: str) -> int | None:
        """Return the code of `text`, or ``None``."""
        try:
            return self.texts.index(text)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute. `kind` says what `values` holds.

    ``text``: int32 codes into `vocabulary` (0 unknown); ``number``: float64, NaN unknown;
    ``boolean``: int8, -1 unknown; ``datetime``: int64 milliseconds since 1970 UTC, MISSING_TIME unknown.
    """

    kind: Literal["text", "number", "boolean", "datetime"]
    values: NDArray[np.int32] | NDArray[np.float64] | NDArray[np.int8] | NDArray[np.int64]
    vocabulary: Vocabulary | None = None

    def get(self, row: int) -> str | float | bool | int | None:
        """Return the value at `row` as a plain Python value, ``None`` where unknown."""
        value = self.values[row]
        if self.kind == "text":
            assert self.vocabulary is not None
            return None if value == UNKNOWN else self.vocabulary[int(value)]
        if self.kind == "number":
            return None if np.isnan(value) else float(value)
        if self.kind == "boolean":
            return None if value < 0 else bool(value)
        return None if value == MISSING_TIME else int(value)


@dataclass(frozen=True, slots=True)
class Quality:
    """One fact about the export that bears on the figures: `count` rows or cases, `share` of them 0..1."""

    id: str
    count: int
    share: float
    message: str
    rows: tuple[int, ...] = ()
    """The numbers of the first rows of the export concerned: 1 is the first below the header."""
    effect: str = ""
    """What it does to which metric."""
    severity: Literal["note", "warning", "error"] = "note"
    """How far the figures can still be believed: as they stand, with care, not at all where they rest on this."""


@dataclass(frozen=True, slots=True)
class Role:
    """Why a column of the source was taken for a role of the log."""

    role: str
    column: str
    reason: str
    alternatives: tuple[str, ...] = ()
    """Other columns that could play the role, best first."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Whole cases, cut from a log: what a fold reads. All arrays are views; see `Log` for their meaning."""

    first_case: int
    offsets: NDArray[np.int64]
    time: Millis
    start: Millis
    activity: Codes
    resource: Codes
    team: Codes
    has_start: NDArray[np.bool_]
    derived: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What folds have computed of this block that others need too, by name."""

    def skip(self, cases: int) -> Batch:
        """Return the batch without so many of its first cases."""
        low = int(self.offsets[cases])
        return Batch(
            self.first_case + cases,
            self.offsets[cases:] - low,
            self.time[low:],
            self.start[low:],
            self.activity[low:],
            self.resource[low:],
            self.team[low:],
            self.has_start[low:],
        )


@dataclass(frozen=True, slots=True)
class Log:
    """Activity instances in columns, sorted by case, then completion time, then source order.

    Cases are numbered in order of their first instance's time (ties in source order); case `c` owns rows
    ``offsets[c]:offsets[c + 1]``. Times are integer milliseconds since 1970 UTC. `time` is the completion,
    `start` the start of an instance (equal to `time` where only one stamp is known: see `has_start`).
    """

    source: str
    zone: str
    case_ids: Sequence[str]
    offsets: NDArray[np.int64]
    time: Millis
    start: Millis
    has_start: NDArray[np.bool_]
    activity: Codes
    activities: Vocabulary
    resource: Codes
    resources: Vocabulary
    team: Codes
    teams: Vocabulary
    events: int
    attributes: Mapping[str, Column] = field(default_factory=dict)
    case_attributes: Mapping[str, Column] = field(default_factory=dict)
    roles: tuple[Role, ...] = ()
    quality: tuple[Quality, ...] = ()
    done: tuple[str, ...] = ()
    """Activities after which the customer's matter is settled, as stated or guessed (see `roles`)."""
    machines: tuple[str, ...] = ()
    """Resources declared to be accounts of machines."""
    sides: Mapping[str, str] = field(default_factory=dict)
    """Who owns the wait before an activity: provider, customer, vendor or nobody; provider where not said."""
    states: Mapping[str, str] = field(default_factory=dict)
    """Who owns the wait after an activity that is a state, such as *pending*; it goes before `sides`."""
    case_events: NDArray[np.int64] | None = None
    """The number of events (rows of the export) of each case, where it is known."""
    notes: tuple[str, ...] = ()
    """What was found out about the file: encoding, delimiter, a mapping picked up, columns passed over."""

    @property
    def cases(self) -> int:
        """Return the number of cases."""
        return len(self.offsets) - 1

    @property
    def instances(self) -> int:
        """Return the number of activity instances."""
        return len(self.time)

    @property
    def has_resources(self) -> bool:
        """Return whether any resource is known."""
        return len(self.resources) > 1

    @property
    def has_teams(self) -> bool:
        """Return whether any team is known."""
        return len(self.teams) > 1

    @property
    def case_of_row(self) -> NDArray[np.int64]:
        """Return the number of the case that each instance belongs to."""
        return np.repeat(np.arange(self.cases), np.diff(self.offsets))

    def where(self, condition: str) -> Log:
        """Return the log of the cases that fulfil a condition; see `selection.select`."""
        from svcflow.eventlog.selection import select  # noqa: PLC0415 - most logs are never filtered

        return select(self, condition)

    def to_arrow(self) -> Any:
        """Return an Arrow table, one row per instance; see `frames.to_arrow`."""
        from svcflow.eventlog.frames import to_arrow  # noqa: PLC0415 - a log itself needs no Arrow

        return to_arrow(self)

    def to_pandas(self) -> Any:
        """Return a pandas frame, one row per instance; see `frames.to_arrow`."""
        from svcflow.eventlog.frames import to_pandas  # noqa: PLC0415

        return to_pandas(self)

    def batches(self, rows: int = 131_072) -> Iterator[Batch]:
        """Yield the log in blocks of whole cases of about `rows` instances (one case is never split)."""
        first = 0
        while first < self.cases:
            target = int(self.offsets[first]) + rows
            last = max(int(np.searchsorted(self.offsets, target, side="right")) - 1, first + 1)
            yield self.batch(first, last)
            first = last

    def batch(self, first: int, last: int) -> Batch:
        """Return cases ``first <= c < last`` as one batch."""
        low, high = int(self.offsets[first]), int(self.offsets[last])
        return Batch(
            first_case=first,
            offsets=self.offsets[first : last + 1] - low,
            time=self.time[low:high],
            start=self.start[low:high],
            activity=self.activity[low:high],
            resource=self.resource[low:high],
            team=self.team[low:high],
            has_start=self.has_start[low:high],
        )
