"""What customers thought: the attribute of a log that holds their marks, or whether they were satisfied."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from svcflow.eventlog.log import Column, Log
from svcflow.eventlog.store.stored import Stored
from svcflow.mining.attributes import Name, Owned, list_attributes, read_whole

NAMED = re.compile(r"satisf|csat|满意|rating|评分", re.IGNORECASE)
BEST = 5
_YES, _NO = (
    ("true", "yes", "y", "satisfied", "1", "是", "满意"),
    ("false", "no", "n", "dissatisfied", "0", "否", "不满意"),
)


def measure_contentment(log: Log | Stored) -> dict[str, tuple[float | None, int]]:
    """Return the mean mark of 1 to 5 (``satisfaction``) or the share of satisfied customers (``satisfied``), with n.

    Of an attribute of events the last known value of a case counts. Empty where no attribute is named for it.
    """
    for name in list_attributes(log):
        if NAMED.search(name[0]):
            told = _describe(_count_marks(_read(log, name)))
            if told:
                return told
    return {}


def _read(log: Log | Stored, name: Name) -> Iterator[Owned]:
    """Yield the values of an attribute, and which of them each case owns."""
    if isinstance(log, Stored):
        yield from log.read_attribute(*name)
    else:
        yield read_whole(log, name)


def _count_marks(parts: Iterable[Owned]) -> Counter[float]:
    """Return how many cases gave each mark; nothing more is read once there is a value that is no mark."""
    marks: Counter[float] = Counter()
    for column, offsets in parts:
        values = _number(column)
        rows = np.flatnonzero(~np.isnan(values))
        last = np.full(len(offsets) - 1, -1)
        last[np.searchsorted(offsets, rows, side="right") - 1] = rows  # rows ascend, so the last one of a case stays
        found, counts = np.unique(values[last[last >= 0]], return_counts=True)
        marks.update(dict(zip(found.tolist(), counts.tolist(), strict=True)))
        if marks and not 0 <= min(marks) <= max(marks) <= BEST:
            return Counter()
    return marks


def _describe(marks: Counter[float]) -> dict[str, tuple[float | None, int]]:
    if not marks:
        return {}
    n = marks.total()
    mean = math.fsum(mark * count for mark, count in marks.items()) / n
    if max(marks) <= 1:
        return {"satisfied": (mean, n)}
    return {"satisfaction": (mean, n)} if min(marks) >= 1 else {}


def _number(column: Column) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return a number for each value, NaN where it is unknown or none."""
    if column.kind == "number":
        return column.values.astype(np.float64)
    if column.kind == "boolean":
        return np.where(column.values < 0, np.nan, column.values.astype(np.float64))
    if column.kind == "datetime" or column.vocabulary is None:
        return np.full(len(column.values), np.nan)
    table = np.array([_parse(text) for text in column.vocabulary.texts], np.float64)
    return table[column.values.astype(np.int64)]


def _parse(text: str) -> float:
    word = text.strip().casefold()
    if word in _YES or word in _NO:
        return float(word in _YES)
    try:
        return float(word)
    except ValueError:
        return float("nan")
