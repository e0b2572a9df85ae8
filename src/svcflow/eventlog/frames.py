"""A log as an Arrow table or a pandas frame: one row per activity instance, with all attributes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME, Column, Log
from svcflow.eventlog.texts import buffer, strings

COLUMNS = ("case", "activity", "time", "start", "resource", "team")


def to_arrow(log: Log) -> Any:
    """Return a table with the columns of `COLUMNS`, the attributes of events, and those of cases (``case:NAME``).

    Times are milliseconds in UTC; what is unknown is null.
    """
    case = log.case_of_row
    columns = {
        "case": _words(case, log.case_ids, np.zeros(len(case), bool)),
        "activity": _words(log.activity, log.activities.texts, np.zeros(len(case), bool)),
        "time": _fixed(log.time, pa.timestamp("ms", "UTC"), np.zeros(len(case), bool)),
        "start": _fixed(log.start, pa.timestamp("ms", "UTC"), ~log.has_start),
        "resource": _words(log.resource, log.resources.texts, log.resource == 0),
        "team": _words(log.team, log.teams.texts, log.team == 0),
    }
    for name, column in log.attributes.items():
        columns[name if name not in columns else f"event:{name}"] = _attribute(column, column.values)
    for name, column in log.case_attributes.items():
        columns[f"case:{name}"] = _attribute(column, column.values[case])
    return pa.Table.from_arrays(list(columns.values()), names=list(columns))


def to_pandas(log: Log) -> Any:
    """Return the table of `to_arrow` as a pandas frame."""
    return to_arrow(log).to_pandas()


def _attribute(column: Column, values: NDArray[Any]) -> Any:
    if column.vocabulary is not None:
        return _words(values, column.vocabulary.texts, values == 0)
    if column.kind == "number":
        return _fixed(values, pa.float64(), np.isnan(values))
    if column.kind == "datetime":
        return _fixed(values, pa.timestamp("ms", "UTC"), values == MISSING_TIME)
    return _fixed(values, pa.int8(), values < 0).cast(pa.bool_())


def _words(codes: NDArray[Any], texts: Sequence[str], missing: NDArray[np.bool_]) -> Any:
    indices = _fixed(codes.astype(np.int32), pa.int32(), missing)
    return pa.DictionaryArray.from_arrays(indices, strings(list(texts)))


def _fixed(values: NDArray[Any], kind: Any, missing: NDArray[np.bool_]) -> Any:
    """Return numbers as an Arrow array without the detour that would import pandas."""
    valid = buffer(np.packbits(~missing, bitorder="little")) if missing.any() else None
    return pa.Array.from_buffers(kind, len(values), [valid, buffer(np.ascontiguousarray(values))])
