"""A second pass over whole cases: which cases or instances are meant, once it is known what is usual in the log."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Batch, Log, Quality
from svcflow.eventlog.quality.tally import FIRST

Mask = NDArray[np.bool_]


@dataclass(slots=True)
class Hits:
    """How many cases or instances were chosen, where the first of them stand, and what was counted beside them.

    `first` are places of instances in the log, for a case that of its first one.
    """

    count: int = 0
    first: list[int] = field(default_factory=list)
    beside: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True)
class Selection:
    """A question to every block: `choose` returns a mask over its cases or its instances, as `of` says.

    `beside` returns numbers to be added up. `tell` makes the fact, or ``None`` where there is nothing to say. Every
    block is shown once, in the order of the log.
    """

    of: str
    choose: Callable[[Batch], Mask]
    tell: Callable[[Hits], Quality | None]
    beside: Callable[[Batch], Iterable[int]] | None = None


def select(log: Log, selections: list[Selection]) -> list[Hits]:
    """Ask all questions in one pass over the log."""
    found = [Hits() for _ in selections]
    for batch in log.batches() if selections else ():
        base = int(log.offsets[batch.first_case])
        for selection, hits in zip(selections, found, strict=True):
            chosen = np.flatnonzero(selection.choose(batch))
            hits.count += len(chosen)
            some = chosen[: FIRST - len(hits.first)]
            hits.first += (base + (batch.offsets[some] if selection.of == "case" else some)).tolist()
            if selection.beside is not None:
                counted = np.array(list(selection.beside(batch)), np.int64)
                hits.beside = counted if not len(hits.beside) else hits.beside + counted
    return found


def is_any(codes: NDArray[np.int32], wanted: Iterable[int], activities: int) -> Mask:
    """Return which activity codes are among those wanted."""
    table = np.zeros(activities, bool)
    table[list(wanted)] = True
    chosen: Mask = table[codes]
    return chosen
