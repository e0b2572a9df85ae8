"""A log cut in time: what parameters are fitted on, what choices are made on, and what nothing has seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svcflow.estimation.traces import Places, Traces

FIT, CHOOSE, TEST = 0.60, 0.15, 0.25


@dataclass(frozen=True, eq=False)
class Periods:
    """The cases of each period by number, in order of arrival; and the instants at which the second and third begin.

    Nothing is dropped: a case that is still open when a period ends belongs to where it arrived, with all its rows.
    """

    fit: Places
    choose: Places
    test: Places
    chosen_from: int
    tested_from: int
    ends: int
    """The last arrival."""


def split(traces: Traces, test: float = TEST) -> Periods:
    """Return the cases by their arrival: a share `test` last, and before it four to one for fitting and choosing."""
    order = np.argsort(traces.arrival, kind="stable").astype(np.int64)
    arrival = traces.arrival[order]
    held = int(np.ceil((1 - test) * len(order)))
    fitted = int(np.ceil((1 - test) * FIT / (FIT + CHOOSE) * len(order)))
    last = int(arrival[-1])
    begins = [int(arrival[place]) if place < len(order) else last + 1 for place in (fitted, held)]
    return Periods(order[:fitted], order[fitted:held], order[held:], begins[0], begins[1], last)
