"""Cases that show what comes back: of each cycle that the page names, of steps done again, of re-opened matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.mining.cycles import find_passes, turn
from svcflow.mining.mined import find_codes
from svcflow.mining.recurrence import recur

if TYPE_CHECKING:
    from svcflow.analysis.casebook import Casebook
    from svcflow.mining import Mined

MOST = 6
"""Cycles, and steps done again, that are shown with cases."""


def exemplify_loops(log: Log, mined: Mined, book: Casebook) -> dict[str, Any]:
    """Return `cycles`, examples for each of the first rows of the quantity ``cycles``, and `reopened`, examples."""
    quantity = mined.quantities.get("cycles")
    rows = quantity.to_table().to_rows()[:MOST] if quantity else []
    wanted = [turn(tuple(_find(log, row["cycle"][:-1]))) for row in rows]
    found = _find_cases(log, wanted)
    cycles = [book.choose(found[steps]) for steps in wanted]
    repeated = [_find(log, [row["activity"]])[0] for row in mined.rework.to_rows()[:MOST]]
    for cases in _find_repeating(log, repeated):
        book.choose(cases, fresh=1)
    return {"cycles": cycles, "reopened": book.choose(_find_reopened(log, mined.done))}


def _find(log: Log, names: list[str]) -> list[int]:
    return [code for code in map(log.activities.find, names) if code is not None]


def _find_cases(log: Log, wanted: list[tuple[int, ...]]) -> dict[tuple[int, ...], NDArray[np.int64]]:
    """Return the cases of each wanted cycle, by its turned steps."""
    found: dict[tuple[int, ...], list[int]] = {steps: [] for steps in wanted}
    for batch in log.batches() if wanted else ():
        passes = find_passes(batch)
        ways = zip(passes.case.tolist(), passes.length.tolist(), passes.steps.tolist(), strict=True)
        for case, length, steps in ways:
            cases = found.get(turn(tuple(steps[:length])))
            if cases is not None:
                cases.append(case + batch.first_case)
    return {steps: np.unique(np.array(cases, np.int64)) for steps, cases in found.items()}


def _find_repeating(log: Log, codes: list[int]) -> list[NDArray[np.int64]]:
    """Return the cases that repeat each of these activities."""
    found: list[list[NDArray[np.int64]]] = [[] for _ in codes]
    for batch in log.batches() if codes else ():
        again = recur(batch)
        activity = batch.activity[again.row]
        for cases, code in zip(found, codes, strict=True):
            cases.append(np.unique(again.case[activity == code]) + batch.first_case)
    return [np.concatenate(cases) for cases in found]


def _find_reopened(log: Log, done: tuple[str, ...]) -> NDArray[np.int64]:
    """Return the cases that go on, after they were settled, with something that does not settle them."""
    settled = np.isin(log.activity, find_codes(log, done))
    case = log.case_of_row
    found: NDArray[np.int64] = np.unique(case[1:][settled[:-1] & ~settled[1:] & (case[1:] == case[:-1])])
    return found
