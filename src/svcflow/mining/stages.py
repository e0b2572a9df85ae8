"""Stages: the first time that a case reaches each of its activities, in the order in which it does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Batch
from svcflow.mining.recurrence import link_shapes, recur
from svcflow.mining.shapes import find_shapes
from svcflow.mining.tallies import Tally
from svcflow.mining.transitions import case_of_rows, derive

Ints = NDArray[np.int64]

LAGS = 4
"""Which of two stages comes first is looked at up to so many stages apart."""


@dataclass(frozen=True, slots=True)
class Stages:
    """One entry for each activity of each case of a block, by case and first instance.

    `row` is that instance, `first` and `last` say whether it is the case's first or last new stage.
    """

    row: Ints
    case: Ints
    activity: Ints
    first: NDArray[np.bool_]
    last: NDArray[np.bool_]


def find_stages(batch: Batch) -> Stages:
    """Return the stages of a block."""
    return derive(batch, "stages", lambda: _find(batch))


def _find(batch: Batch) -> Stages:
    case = case_of_rows(batch)
    new = np.ones(len(case), np.bool_)
    new[recur(batch).row] = False
    row = np.flatnonzero(new)
    of = case.take(row)
    first = np.diff(of, prepend=-1) > 0
    last = np.append(first[1:], True) if len(first) else first
    return Stages(row, of, batch.activity.take(row).astype(np.int64), first, last)


def list_precedences(batch: Batch, width: int) -> tuple[Ints, Ints]:
    """Return ``earlier * width + later`` for each two stages of a shape that are not far apart, and of how many cases.

    An entry of the shapes of a block is a stage where its activity was not there before.
    """
    return derive(batch, f"precedences of {width}", lambda: _list(batch, width))


def _list(batch: Batch, width: int) -> tuple[Ints, Ints]:
    shapes = find_shapes(batch)
    new = np.flatnonzero(link_shapes(batch) < 0)
    owner, activity = shapes.owners.take(new), shapes.activity.take(new).astype(np.int64)
    keys, cases = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for lag in range(1, LAGS + 1):
        at = np.flatnonzero(owner[lag:] == owner[:-lag])
        if not len(at):
            break
        keys.append(activity[at] * width + activity[at + lag])
        cases.append(shapes.cases.take(owner[at]))
    return np.concatenate(keys), np.concatenate(cases)


def order_stages(precedences: Tally, cases: Ints) -> Ints:
    """Return the activities that were reached (in so many `cases`) in the order most cases take.

    A stage is placed by the share of cases in which it comes before another one, averaged over all that it occurs with;
    of equals the one that more cases reach comes first.
    """
    width = max(len(cases), 1)
    source, target = np.divmod(precedences.keys, width)
    back = precedences.of(target * width + source)
    wins = precedences.counts / (precedences.counts + back)
    met = np.bincount(source, minlength=width).astype(np.float64)
    scores = np.bincount(source, weights=wins, minlength=width)
    lost = back == 0  # the other one never comes first, so it has no entry of its own
    met += np.bincount(target[lost], minlength=width)
    reached = np.flatnonzero(cases)
    means = scores[reached] / np.maximum(met[reached], 1)
    order: Ints = reached[np.lexsort((reached, -cases[reached], -np.round(means, 9)))]
    return order
