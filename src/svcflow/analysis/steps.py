"""The cases of a process as the steps of its definition."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from svcflow.eventlog.log import Log, Vocabulary

if TYPE_CHECKING:
    from svcflow.execution.outcome import ProcessRuns


def show_steps(log: Log, run: ProcessRuns) -> Log:
    """Return the cases of a process with their steps as activities; events of no step are left out."""
    step, row = run.moves["step"], run.moves["row"]
    shown = np.flatnonzero((row >= 0) & (step.codes >= 0))
    shown = shown[np.argsort(row[shown], kind="stable")]
    rows = row[shown]
    case = np.searchsorted(log.offsets, rows, side="right") - 1
    _, sizes = np.unique(case, return_counts=True)
    return replace(
        log,
        case_ids=(),
        offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        time=log.time[rows],
        start=log.start[rows],
        has_start=log.has_start[rows],
        activity=step.codes[shown].astype(np.int32),
        activities=Vocabulary(step.texts),
        resource=log.resource[rows],
        team=log.team[rows],
    )
