"""What customers thought: the attribute of a log that holds their marks, or whether they were satisfied."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from svcflow.eventlog.log import Column, Log

NAMED = re.compile(r"satisf|csat|满意|rating|评分", re.IGNORECASE)
BEST = 5
_YES, _NO = (
    ("true", "yes", "y", "satisfied", "1", "是", "满意"),
    ("false", "no", "n", "dissatisfied", "0", "否", "不满意"),
)


def measure_contentment(log: Log) -> dict[str, tuple[float | None, int]]:
    """Return the mean mark of 1 to 5 (``satisfaction``) or the share of satisfied customers (``satisfied``), with n.

    Of an attribute of events the last known value of a case counts. Empty where no attribute is named for it.
    """
    for attributes, of_events in ((getattr(log, "case_attributes", {}), False), (getattr(log, "attributes", {}), True)):
        for name in attributes:
            if NAMED.search(name):
                told = _read(attributes[name], log, of_events=of_events)
                if told:
                    return told
    return {}


def _read(column: Column, log: Log, *, of_events: bool) -> dict[str, tuple[float | None, int]]:
    values = _number(column)
    if of_events:
        rows = np.flatnonzero(~np.isnan(values))
        last = np.full(log.cases, -1)
        last[log.case_of_row[rows]] = rows  # rows ascend, so the last one of a case stays
        values = values[last[last >= 0]]
    values = values[~np.isnan(values)]
    if not len(values):
        return {}
    whole = float(values.mean())
    if float(values.max()) <= 1 and float(values.min()) >= 0:
        return {"satisfied": (whole, len(values))}
    return {"satisfaction": (whole, len(values))} if float(values.max()) <= BEST and float(values.min()) >= 1 else {}


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
