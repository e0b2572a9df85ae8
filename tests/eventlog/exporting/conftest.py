"""How a log that was exported and read back is compared with the one it was."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from svcflow.eventlog.log import Log


def compare(log: Log, again: Log) -> list[str]:
    """Return what of the substance of two logs differs; notes, reasons and facts about the files may."""
    found = [] if tuple(log.case_ids) == tuple(again.case_ids) else ["case_ids"]
    arrays = ("offsets", "time", "start", "has_start", "activity", "resource", "team")
    values = ("activities", "resources", "teams", "zone", "done", "machines", "sides", "states")
    found += [name for name in arrays if not np.array_equal(getattr(log, name), getattr(again, name))]
    found += [name for name in values if getattr(log, name) != getattr(again, name)]
    for part in ("attributes", "case_attributes"):
        first, second = getattr(log, part), getattr(again, part)
        if set(first) != set(second):
            found.append(part)
            continue
        for name, column in first.items():
            other = second[name]
            same = column.kind == other.kind and column.vocabulary == other.vocabulary
            if not same or not np.array_equal(column.values, other.values, equal_nan=column.kind == "number"):
                found.append(f"{part}: {name}")
    return found


@pytest.fixture
def differ() -> Callable[[Log, Log], list[str]]:
    return compare
