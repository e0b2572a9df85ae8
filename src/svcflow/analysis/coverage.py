"""Cases behind the figures that the page shows of a whole log: routes, links, handoffs, steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from svcflow.analysis.casebook import Casebook
from svcflow.eventlog.log import Log

if TYPE_CHECKING:
    from svcflow.mining import Mined

ROUTES, LINKS, PAIRS, STEPS = 8, 16, 15, 40
"""How many of each the page shows."""

FRESH = 1
"""New cases told for one of them; those told already serve first."""


def cover_figures(log: Log, mined: Mined, book: Casebook) -> None:
    """Let `book` tell some cases of each route, link, handoff and step that the page shows."""
    for cases in (*_of_routes(mined), *_of_links(log, mined), *_of_handovers(log, mined), *_of_steps(log)):
        book.choose(cases, fresh=FRESH)


def _of_routes(mined: Mined) -> Iterator[NDArray[Any]]:
    for number in range(min(ROUTES, len(mined.variants))):
        yield np.flatnonzero(mined.variants.of_case == number)


def _of_links(log: Log, mined: Mined) -> Iterator[NDArray[Any]]:
    rows = sorted(mined.directly_follows.to_rows(), key=lambda row: -row["total_s"])[:LINKS]
    for row in rows:
        codes = (log.activities.find(row[end]) for end in ("from", "to"))
        yield _where_follows(log, log.activity, *codes)


def _of_handovers(log: Log, mined: Mined) -> Iterator[NDArray[Any]]:
    teams = mined.handovers["team"]
    rows = sorted(teams.to_rows(), key=lambda row: -(row["total_s"] or 0))[:PAIRS] if teams else []
    for row in rows:
        codes = (log.teams.find(row[end]) for end in ("from", "to"))
        yield _where_follows(log, log.team, *codes)


def _where_follows(log: Log, codes: NDArray[Any], source: int | None, target: int | None) -> NDArray[Any]:
    """Return the cases in which one code directly follows the other."""
    if source is None or target is None:
        return np.empty(0, np.int64)
    at = np.flatnonzero((codes[:-1] == source) & (codes[1:] == target))
    case = log.case_of_row[at]
    return np.unique(case[case == log.case_of_row[at + 1]])


def _of_steps(log: Log) -> Iterator[NDArray[Any]]:
    """Yield the cases of each of the most frequent activities."""
    counts = np.bincount(log.activity, minlength=len(log.activities)) if log.instances else np.empty(0, np.int64)
    for code in np.argsort(-counts, kind="stable")[:STEPS].tolist():
        if counts[code]:
            yield np.unique(log.case_of_row[log.activity == code])
