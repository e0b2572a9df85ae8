"""Which attribute of a case tells two kinds of cases apart, known before anybody works on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.advice.context import Context
from svcflow.eventlog.log import UNKNOWN

SURE = 0.9
"""From this share on, a value of an attribute says of a case which kind it is."""
COVERED = 0.5
"""Of the cases in question, so many must have such a value."""
FEWEST = 30
MOST_VALUES = 30


@dataclass(frozen=True, slots=True)
class Mark:
    """An attribute of the log and the values that say a case is of the kind; how many such cases, and how sure."""

    attribute: str
    values: tuple[str, ...]
    cases: int
    share: float


def find_mark(context: Context, wanted: NDArray[np.int64], others: NDArray[np.int64]) -> Mark | None:
    """Return the attribute whose values single out the cases `wanted` from `others`, the one that covers most of them.

    A value counts where at least nine in ten of its cases are wanted ones, thirty cases or more; together the values
    must cover half of the wanted cases.
    """
    best: Mark | None = None
    for name, column in context.log.case_attributes.items():
        words = column.vocabulary
        if column.kind != "text" or words is None or not 2 < len(words) <= MOST_VALUES:
            continue
        width = len(words)
        mine, rest = (np.bincount(np.asarray(column.values)[cases], minlength=width) for cases in (wanted, others))
        mine[UNKNOWN], whole = 0, np.maximum(mine + rest, 1)
        sure = np.flatnonzero((mine >= SURE * whole) & (mine >= FEWEST))
        covered = int(mine[sure].sum())
        if covered >= COVERED * max(len(wanted), 1) and (best is None or covered > best.cases):
            share = covered / int(whole[sure].sum())
            best = Mark(name, tuple(words[code] for code in sure.tolist()), covered, share)
    return best
