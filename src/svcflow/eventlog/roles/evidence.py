"""What the contents of a column say: its kind, how many values it has, whether it varies within cases."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.errors import MappingError
from svcflow.eventlog.log import Codes
from svcflow.eventlog.raw import RawTable
from svcflow.eventlog.roles import lexicon
from svcflow.eventlog.stamps import column as stamps
from svcflow.eventlog.texts import Encoded, buffer, encode, strings

SAMPLE = 400
EMPTY_WORDS = ("null", "none", "nan", "nat", "n/a", "na", "-", "--", "?", "\\n", "(null)", "nil", "无", "空")
"""How exports write that a value is not there."""
LINE = re.compile(r"(?:\b(?:1st|2nd|3rd|4th|l[1-4]|n[1-4]|tier ?\d|line ?\d)|[一二三]线)$", re.IGNORECASE)
"""How names of support teams end that say their line."""


@dataclass(slots=True)
class Source:
    """A raw table whose columns are loaded and encoded at most once."""

    table: RawTable
    _loaded: dict[str, Any] = field(default_factory=dict)
    _encoded: dict[str, Encoded] = field(default_factory=dict)

    def column(self, name: str) -> Any:
        """Return a column as the reader gives it."""
        if name not in self._loaded:
            self._loaded[name] = self.table.load(name)
        return self._loaded[name]

    def encoded(self, name: str) -> Encoded:
        """Return a column as codes and texts."""
        if name not in self._encoded:
            self._encoded[name] = encode(self.column(name))
        return self._encoded[name]

    def encode_rows(self, name: str, rows: NDArray[np.intp]) -> Encoded:
        """Return some rows of a column as codes and texts of their own."""
        indices = pa.Array.from_buffers(pa.int64(), len(rows), [None, buffer(rows.astype(np.int64))])
        return encode(self.column(name).take(indices))


class Profile:
    """One column under examination."""

    def __init__(self, source: Source, name: str) -> None:
        self.source = source
        self.name = name

    @cached_property
    def sample(self) -> list[str]:
        """Return up to `SAMPLE` values spread over the column, missing ones left out."""
        column = self.source.column(self.name)
        step = max(1, len(column) // SAMPLE)
        values = (column[row].as_py() for row in range(0, len(column), step)) if not self._temporal else ()
        texts = (str(value) for value in values if value is not None)
        return [text for text in texts if text and not text.isspace()]

    def has_values(self) -> bool:
        """Return whether the column holds anything, as far as the sample goes."""
        return self._temporal or bool(self.sample)

    @property
    def _temporal(self) -> bool:
        return bool(pa.types.is_temporal(self.source.column(self.name).type))

    @cached_property
    def is_time(self) -> bool:
        """Return whether the values are times; plain counts only where the name says so too."""
        if self._temporal:
            return True
        if self.source.table.kinds.get(self.name) == "datetime":
            return True
        sample = [text for text in self.sample if text.strip().lower() not in EMPTY_WORDS]
        if not sample or sum(any(char.isdigit() for char in text) for text in sample) < len(sample) * 0.5:
            return False
        counts = all(re.fullmatch(r"\d+(\.\d+)?", text) for text in sample)
        if counts and max(lexicon.weigh(self.name, role)[0] for role in ("time", "start")) < 40:
            return False
        try:
            found = stamps.read_stamps(pa.chunked_array([strings(sample)]), self.name)
        except MappingError:
            return True
        return found.readable >= 0.8 * len(sample)

    @cached_property
    def is_number(self) -> bool:
        """Return whether all values are numbers."""
        return bool(self.sample) and all(re.fullmatch(r"[-+]?\d*[.,]?\d+", text) for text in self.sample)

    @property
    def encoded(self) -> Encoded:
        """Return the whole column as codes."""
        return self.source.encoded(self.name)

    def line_share(self) -> float:
        """Return the share of distinct values that end in the name of a support line."""
        texts = [text for text in self.encoded.texts if text is not None]
        return sum(bool(LINE.search(text)) for text in texts) / len(texts) if texts else 0.0


@dataclass(frozen=True, slots=True)
class Cases:
    """Rows of some cases that have more than one: where to look whether a column varies within cases."""

    rows: NDArray[np.intp]
    groups: NDArray[np.intp]
    count: int
    one_row_each: bool

    @classmethod
    def choose(cls, codes: Codes, most: int = 300) -> Cases:
        """Choose up to `most` cases, spread over the log."""
        sizes = np.bincount(codes)
        several = np.flatnonzero(sizes > 1)
        chosen = several[:: max(1, len(several) // most)][:most]
        place = np.full(len(sizes), -1, np.intp)
        place[chosen] = np.arange(len(chosen))
        rows = np.flatnonzero(place[codes] >= 0)[:20_000]
        return cls(rows, place[codes[rows]], len(chosen), len(codes) > 1 and not len(several))

    def variation(self, source: Source, name: str) -> float:
        """Return the share of the chosen cases in which a column has more than one value."""
        if not self.count:
            return 0.0
        codes = source.encode_rows(name, self.rows).codes
        low = np.full(self.count, np.iinfo(np.int32).max, np.int32)
        high = np.full(self.count, -1, np.int32)
        np.minimum.at(low, self.groups, codes)
        np.maximum.at(high, self.groups, codes)
        return float((low < high).mean())
