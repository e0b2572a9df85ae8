"""Drift: from one day on the process is another one. A step waits longer, or a new one comes before it.

Options: `step`, `at` (when, as a share of the period), `hours` (median of the extra open time from then on), `through`
(an extra step before it, from then on).

    - {kind: drift, step: review, at: 0.5, hours: 6, through: escalate}
"""

from __future__ import annotations

from svcflow.generation.delays import is_struck, lengthen, wander
from svcflow.generation.visits import Case, Visit


def alter(visit: Visit, case: Case, *, step: str, at: float = 0.5, hours: float, through: str | None = None) -> Visit:
    """Change the visit once the day has come, by when the case was opened."""
    if case.period.progress(case.opened) < at or not is_struck(visit, case, "drift", step, share=1.0):
        return visit
    if through is not None:
        return wander(visit, case, "drift", [(through, visit.holder)], hours=hours)
    return lengthen(visit, case, "drift/wait", hours)
