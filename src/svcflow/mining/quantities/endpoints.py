"""The activities that cases begin and end with.

**What.** For each activity, how many cases begin with it and how many end with it, open cases included: an end that is
none of the done activities is where open or abandoned cases stand.

**Source.** Start and end activities as in pm4py (`get_start_activities`, `get_end_activities`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Batch, Log
from svcflow.mining.quantity import Measured, Setting
from svcflow.mining.tables import Table

TITLE = {"en": "First and last activities", "zh": "首末活动"}
DEFINITION = "endpoints"
MISSING = {
    "en": "Every instance has an activity: nothing is missing.",
    "zh": "每个实例都有活动：无缺失。",
}

State = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class EndpointsFold:
    """Counts first and last activities; the state is 2 x activities."""

    width: int

    def partial(self, batch: Batch) -> State:
        """Summarise one block."""
        firsts, lasts = batch.offsets[:-1], batch.offsets[1:] - 1
        counted = [np.bincount(batch.activity[rows], minlength=self.width) for rows in (firsts, lasts)]
        return np.stack(counted).astype(np.int64)

    def merge(self, left: State, right: State) -> State:
        """Add two summaries."""
        return left + right

    def finish(self, state: State, log: Log) -> Measured:
        """Return the activities that begin or end a case, those that end most first."""
        begins, ends = state
        codes = np.flatnonzero(begins + ends)
        codes = codes[np.lexsort((codes, -begins[codes], -ends[codes]))]
        columns = {
            "activity": [log.activities[code] for code in codes.tolist()],
            "cases": np.maximum(begins, ends)[codes].tolist(),
            "begins": begins[codes].tolist(),
            "ends": ends[codes].tolist(),
        }
        return Measured(Table(columns), {}, int(begins.sum()), "cases", "none")


def prepare(setting: Setting) -> EndpointsFold:
    """Return the fold of this quantity."""
    return EndpointsFold(len(setting.activities))
