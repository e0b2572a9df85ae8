"""What comes after activities that are said to settle a matter, and which of them come first: is that so, and which do.

From this follow whether a guess of what done means can be trusted, and which done activities resolve a case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from svcflow.engines.fold import Source
from svcflow.eventlog.log import Batch, Codes, Vocabulary
from svcflow.kernels import passes
from svcflow.kernels.library import is_built
from svcflow.mining.grouping import Ints, mark
from svcflow.mining.recurrence import find_firsts
from svcflow.mining.transitions import case_of_rows

CLOSING = ("clos", "archiv", "关闭", "结案", "归档", "关单", "销单")
"""Words of activities that may only file a matter away."""


class Settling(NamedTuple):
    """`all_` counts instances of done activities and those after which the case goes on with another one.

    By activity: `opens` counts the cases of which it is the first done activity, `stands` those that show it.
    """

    all_: Ints
    opens: Ints
    stands: Ints


@dataclass(frozen=True, slots=True)
class SettlingFold:
    """Computes `Settling` for the codes of some activities."""

    activities: int
    done: Codes
    columns: ClassVar[frozenset[str]] = frozenset({"activity"})

    def partial(self, batch: Batch) -> Settling:
        """Summarise one block."""
        done = mark(self.done, self.activities)
        if is_built():
            return Settling(*passes.tally_settling(batch.activity, batch.offsets, done))
        settled = done.take(batch.activity)
        goes_on = settled[:-1] & ~settled[1:]
        goes_on[batch.offsets[1:-1] - 1] = False
        rows = np.flatnonzero(settled)
        case, activity = case_of_rows(batch).take(rows), batch.activity.take(rows).astype(np.int64)
        first = np.ones(len(rows), np.bool_)
        first[1:] = case[1:] != case[:-1]
        shown = activity.take(find_firsts(case, activity, self.activities))
        return Settling(
            np.array([len(rows), int(goes_on.sum())]),
            np.bincount(activity[first], minlength=self.activities),
            np.bincount(shown, minlength=self.activities),
        )

    def merge(self, left: Settling, right: Settling) -> Settling:
        """Add two summaries."""
        return Settling(*(mine + other for mine, other in zip(left, right, strict=True)))

    def finish(self, state: Settling, log: Source) -> Settling:
        """Return the summary as it is."""
        return state


def is_contradicted(found: Settling) -> bool:
    """Return whether cases go on after most instances of the activities that were guessed to settle a matter."""
    instances, goes_on = (int(number) for number in found.all_)
    return 2 * goes_on > instances


def choose_openers(found: Settling, done: Codes, activities: Vocabulary) -> Codes:
    """Return the codes of those done activities that resolve a case, given what was `found` of them.

    An activity that mostly comes after another done one only files the matter away. None resolve where all done
    activities are named for closing: nobody knows then when the matter was settled.
    """
    names: Sequence[str] = [activities[code] for code in done.tolist()]
    if all(any(word in name.casefold() for word in CLOSING) for name in names):
        return done[:0]
    chosen: Codes = done[2 * found.opens[done] >= found.stands[done]]
    return chosen
