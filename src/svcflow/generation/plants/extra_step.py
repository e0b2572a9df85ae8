"""An extra step: some cases take one step more than the others on the same way, for nothing.

Options: `step` (before which), `through` (the extra step), `hours` (median of the open time it costs), `share` (of the
cases).

    - {kind: extra-step, step: propose, through: escalate, hours: 4, share: 0.3}
"""

from __future__ import annotations

from svcflow.generation.delays import is_struck, wander
from svcflow.generation.visits import Case, Visit


def alter(visit: Visit, case: Case, *, step: str, through: str, hours: float = 4.0, share: float = 0.3) -> Visit:
    """Put one more event before the visit, done by the team that has the case."""
    if not is_struck(visit, case, "extra-step", step, share=share):
        return visit
    return wander(visit, case, "extra-step", [(through, visit.holder)], hours=hours)
