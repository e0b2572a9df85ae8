"""Of which cases cycle times are told: whether cases that are still open are among them.

Open cases are left out where the log says what done is; where that is only read off names, all cases are counted. A
definition may call more cases open than the log does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from svcflow.report import fmt
from svcflow.report.words import EMPTY, Text

if TYPE_CHECKING:
    from svcflow.report.section import Context


def count_timed(context: Context, number: int | None = None) -> Text:
    """Return the cases with a cycle time (or so many); they are called closed where no open case is among them."""
    known = (context.get("cycle_time") or {}).get("cases")
    number = known if number is None else number
    if number is None:
        return EMPTY
    return fmt.count(number, "closed case" if count_open_timed(context) == 0 else "case")


def count_open_timed(context: Context) -> int | None:
    """Return how many of the open cases have a cycle time, ``None`` where that is not known."""
    still, timed = context.get("log", "open_cases"), (context.get("cycle_time") or {}).get("cases")
    if still is None or timed is None or not context.cases:
        return None if still else 0
    return max(0, int(still) - (context.cases - int(timed)))
