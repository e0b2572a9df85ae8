"""What the stays of a block come to, column by column: handovers received, holders who stay, counts of the log."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Codes
from svcflow.kernels import loops
from svcflow.kernels.twins import compiled_by
from svcflow.mining.grouping import Ints, count_runs
from svcflow.mining.recurrence import find_firsts
from svcflow.mining.routing import find_runs
from svcflow.mining.transitions import number_cases


def measure_receipts(
    stays: tuple[Ints, Ints, Codes, NDArray[np.bool_]], holders: int, steps: int, waits: tuple[Ints, Ints]
) -> tuple[Ints, Ints, Ints, Ints, NDArray[np.bool_]]:
    """Return of each handover the pair of holders, that with the step, delay, transition, and whether it returns.

    `stays` are row, case, holder and whether it comes again; `waits` pair and waiting of all transitions.
    """
    row, case, holder, again = stays
    pair, waiting = waits
    received = np.flatnonzero(case[1:] == case[:-1]) + 1
    pairs = holder.take(received - 1).astype(np.int64) * holders + holder.take(received)
    at = row.take(received) - case.take(received) - 1  # the first row of a case is no transition
    return pairs, pairs * steps + pair.take(at), waiting.take(at), at, again.take(received - 1)


def measure_stays(holder: Codes, offsets: Ints, waits: tuple[Ints, Ints], steps: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the transitions at which a known holder stays, by place, step and delay; and the cases of each step."""
    same = (holder[1:] == holder[:-1]) & (holder[1:] != UNKNOWN)
    same[offsets[1:-1] - 1] = False
    row = np.flatnonzero(same) + 1
    case = number_cases(offsets).take(row)
    place = row - case - 1
    step = waits[0].take(place)
    cases = np.bincount(step.take(find_firsts(case, step, steps)), minlength=steps)
    return place, step, waits[1].take(place), cases


@compiled_by(loops.count_stays)
def count_stays(case: Ints, distance: Ints) -> Ints:
    """Return the fields of `Counts` for stays: the case of each, and how many ago its holder had it (0 for never)."""

    def cases_at(stays: NDArray[np.bool_]) -> int:
        return count_runs(case[stays])

    bounced = distance == 2
    lengths = np.bincount(case)
    returned = np.zeros(len(lengths), np.bool_)
    returned[case[distance > 0]] = True
    counts = (
        int(np.maximum(lengths - 1, 0).sum()),
        int((lengths > 1).sum()),
        int(max(lengths.max(initial=1) - 1, 0)),
        int(returned.sum()),
        int(bounced.sum()),
        cases_at(bounced),
        cases_at(find_runs(bounced, 2)),
        cases_at(find_runs(bounced, 4)),
        int(((lengths > 2) & ~returned).sum()),
        cases_at(distance > 2),
    )
    return np.array(counts, np.int64)
