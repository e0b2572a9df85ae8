"""Which definition judges which case (definitions.md 3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.model import Process
from svcflow.execution.knowledge import FALSE, TRUE, Knowledge

Cases = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Claims:
    """The cases of each process, and how many nobody claims; `notes` say why, where that is likely a mistake."""

    cases: dict[str, Cases]
    unclaimed: int
    notes: tuple[str, ...] = ()


def claim(
    processes: Mapping[str, Process], knowledge: Knowledge, steps: dict[str, NDArray[np.int32]], present: Cases
) -> Claims:
    """Return the first process, in the order of the files, whose `applies_to` holds when a case opens.

    A process without `applies_to` takes what the others leave: all of it if it is the only one, else the cases of
    which it knows most events. `present` are the cases that have begun; `steps` the step of each row by process.
    """
    first = knowledge.log.offsets[present]
    free = np.ones(len(present), np.bool_)
    claimed: dict[str, Cases] = {}
    notes: list[str] = []
    for name, process in processes.items():
        if process.applies_to is None:
            continue
        truth = knowledge.judge(process.applies_to, first, "after")
        # A process that stands alone, or was asked for, also takes the cases of which this cannot be known.
        mine = free & (truth == TRUE if len(processes) > 1 else truth != FALSE)
        claimed[name] = present[mine]
        free &= ~mine
        missing = [f for f in process.applies_to.fields if knowledge.field(f) is None]
        if missing:
            notes.append(f"'{name}' applies where {process.applies_to.text}, but the log has no '{missing[0]}'")
    open_to_all = [name for name, process in processes.items() if process.applies_to is None]
    if open_to_all:
        claimed |= _share_out(open_to_all, steps, knowledge, present[free])
    taken = sum(len(cases) for cases in claimed.values())
    return Claims({name: claimed[name] for name in processes if name in claimed}, len(present) - taken, tuple(notes))


def _share_out(
    names: list[str], steps: dict[str, NDArray[np.int32]], knowledge: Knowledge, cases: Cases
) -> dict[str, Cases]:
    """Give each case to the process that knows most of its events; to the only process in any event."""
    if len(names) == 1 or not len(cases):
        return dict.fromkeys(names, cases)
    offsets = knowledge.log.offsets
    known = np.stack([np.concatenate(([0], np.cumsum(steps[name] >= 0))) for name in names])
    counts = known[:, offsets[cases + 1]] - known[:, offsets[cases]]
    best = counts.argmax(axis=0)
    some = counts.max(axis=0) > 0
    return {name: cases[some & (best == i)] for i, name in enumerate(names)}
