"""What is known of a canonical file before its first row, in each of its parts, and after its last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Column, Millis, Quality, Role, Vocabulary

Kind = Literal["text", "number", "boolean", "datetime"]
CodeArray = NDArray[np.integer[Any]]
NOBODY = Vocabulary(("",))
"""The vocabulary of resources or teams where none is known."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: `kind` as in `Column`; one `of` a case is the same on all rows of each case."""

    name: str
    kind: Kind
    of: Literal["case", "event"] = "event"

    @property
    def column(self) -> str:
        """Return the name of its column in the file."""
        return f"{self.of}:{self.name}"


@dataclass(frozen=True, slots=True)
class Layout:
    """What holds for the whole file; vocabularies are those of `Log`: sorted, for `resources` and `teams` ``""`` first.

    `unit` is ``s`` only where all times are whole seconds. `starts` says that some instance has a known start, `opens`
    that there are rows that were begun and never completed, `counts` that parts say the number of events of each case,
    `ordered` that cases are added in the order of the log (by the time of their first instance, ties by its place in
    the export); where they are not, each part says the `rows` of its cases and `open` puts them in that order.
    """

    activities: Vocabulary
    resources: Vocabulary = NOBODY
    teams: Vocabulary = NOBODY
    attributes: tuple[Attribute, ...] = ()
    unit: Literal["s", "ms"] = "ms"
    starts: bool = False
    opens: bool = False
    counts: bool = False
    ordered: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """Some whole cases, each in the order of its instances' times: case `c` owns rows ``offsets[c]:offsets[c + 1]``.

    `case_ids` is an Arrow array of texts (large_string), one a case. Times are milliseconds since 1970 UTC, of any
    multiple that the layout's unit allows; `start` counts where `has_start`, and is not after `time`. Codes are of any
    integer type. `attributes` (one value a row) and `case_attributes` (one value a case) hold, by name, a `Column` or
    an Arrow array: texts, plain or as a dictionary, float64, bool, or timestamp. `open` marks rows that were begun and
    not completed: their `time` is the start. `events` and `rows` are one a case: how many rows of the export it has,
    and the place in the export of its first instance.
    """

    case_ids: Any
    offsets: NDArray[np.int64]
    time: Millis
    activity: CodeArray
    start: Millis | None = None
    has_start: NDArray[np.bool_] | None = None
    resource: CodeArray | None = None
    team: CodeArray | None = None
    attributes: Mapping[str, Column | Any] = field(default_factory=dict)
    case_attributes: Mapping[str, Column | Any] = field(default_factory=dict)
    open: NDArray[np.bool_] | None = None
    events: NDArray[np.int64] | None = None
    rows: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when all parts are written; see `Log` for the meaning of what bears the same name.

    `origin` says where the rows come from, `mapping` what was stated about them: both as plain values for JSON, kept as
    they are (fingerprints of the files, for instance, so that a later import can tell what is in the file already).
    """

    source: str
    events: int
    zone: str = ""
    roles: tuple[Role, ...] = ()
    quality: tuple[Quality, ...] = ()
    done: tuple[str, ...] = ()
    machines: tuple[str, ...] = ()
    sides: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    shape: str = "events"
    counted: bool = True
    """Whether the log says how many events each case has."""
    origin: Mapping[str, Any] = field(default_factory=dict)
    mapping: Mapping[str, Any] = field(default_factory=dict)
