"""The working lists as the report shows them: the first rows of each, and how many there are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from svcflow.analysis.lists import Listing, compile_lists

if TYPE_CHECKING:
    from svcflow.analysis import Analysis
    from svcflow.analysis.casebook import Casebook

Row = dict[str, Any]

MOST = 5
MOST_NEEDS = 10


def compile_morning(analysis: Analysis, book: Casebook) -> Row:
    """Return the follow-up, call-back and needs lists as of the analysis; a list that nobody can compile is ``None``.

    Each has `total`, the first `rows`, and what its rows count: `states` of cases, or the attribute `by` which needs
    are told. Nobody who works on a case is named, not even by number: a list is about the case.
    """
    found = compile_lists(analysis.log, analysis.workspace, runs=analysis.runs)
    follow = _shorten(found.follow_up, book) if analysis.runs else None
    calls = _shorten(found.call_backs, book) if analysis.runs and not found.call_backs.notes else None
    needs = found.needs
    return {
        "as_of": found.as_of,
        "follow_up": follow,
        "call_backs": calls,
        "needs": {"total": len(needs.rows), "by": needs.by, "rows": [*needs.rows[:MOST_NEEDS]]} if needs.by else None,
    }


def _shorten(listing: Listing, book: Casebook) -> Row:
    rows = [{name: value for name, value in row.items() if name != "with"} for row in listing.rows[:MOST]]
    book.cite(row["case"] for row in rows)
    states = Counter(row["state"] for row in listing.rows)
    return {"total": len(listing.rows), "states": dict(states), "rows": rows}
