"""Which definition judges which case (definitions.md 3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

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


Valid: TypeAlias = Mapping[str, NDArray[np.bool_]]


def claim(
    processes: Mapping[str, Process],
    knowledge: Knowledge,
    steps: dict[str, NDArray[np.int32]],
    present: Cases,
    *,
    valid: Valid | None = None,
) -> Claims:
    """Return the first process, in the order of the files, whose `applies_to` holds when a case opens.

    A process without `applies_to` takes what the others leave: all of it if it is the only one, else the cases of
    which it knows most events. `present` are the cases that have begun; `steps` the step of each row by process;
    `valid` says of each process for which of those cases it may be taken: versions of one process share its id.
    """
    valid = valid or {name: np.ones(len(present), np.bool_) for name in processes}
    alone = len({process.id for process in processes.values()}) == 1
    first = knowledge.log.offsets[present]
    free = np.ones(len(present), np.bool_)
    claimed: dict[str, Cases] = {}
    notes: list[str] = []
    for name, process in processes.items():
        if process.applies_to is None:
            continue
        truth = knowledge.judge(process.applies_to, first, "after")
        # A process that stands alone, or was asked for, also takes the cases of which this cannot be known.
        mine = free & valid[name] & (truth != FALSE if alone else truth == TRUE)
        claimed[name] = present[mine]
        free &= ~mine
        missing = [f for f in process.applies_to.fields if knowledge.field(f) is None]
        if missing:
            notes.append(f"'{name}' applies where {process.applies_to.text}, but the log has no '{missing[0]}'")
    open_to_all = [name for name, process in processes.items() if process.applies_to is None]
    if open_to_all:
        only = len({processes[name].id for name in open_to_all}) == 1
        claimed |= _share_out(steps, knowledge, present[free], {n: valid[n][free] for n in open_to_all}, only=only)
    taken = sum(len(cases) for cases in claimed.values())
    return Claims({name: claimed[name] for name in processes if name in claimed}, len(present) - taken, tuple(notes))


def _share_out(
    steps: dict[str, NDArray[np.int32]], knowledge: Knowledge, cases: Cases, valid: Valid, *, only: bool
) -> dict[str, Cases]:
    """Give each case to the process that knows most of its events; to the only process in any event."""
    names = list(valid)
    if len(names) == 1:
        return {names[0]: cases[valid[names[0]]]}
    offsets = knowledge.log.offsets
    known = np.stack([np.concatenate(([0], np.cumsum(steps[name] >= 0))) for name in names])
    counts = known[:, offsets[cases + 1]] - known[:, offsets[cases]]
    counts = np.where(np.stack([valid[name] for name in names]), counts, -1)
    best = counts.argmax(axis=0)
    some = counts.max(axis=0, initial=-1) >= (0 if only else 1)
    return {name: cases[some & (best == i)] for i, name in enumerate(names)}
