"""Re-opened cases: what was settled is taken up again before it can be closed.

Options: `step` (which closes the case), `steps` (what is done again, the last of them settles it), `hours` (median of
the open time before each), `share` (of the cases).

    - {kind: reopen, step: close, steps: [investigate, resolve], hours: 6, share: 0.15}
"""

from __future__ import annotations

from collections.abc import Sequence

from svcflow.generation.delays import is_struck, wander
from svcflow.generation.visits import Case, Visit


def alter(
    visit: Visit,
    case: Case,
    *,
    step: str,
    steps: Sequence[str],
    hours: float = 5.0,
    share: float = 0.15,
) -> Visit:
    """Do the steps once more before the case is closed."""
    if not is_struck(visit, case, "reopen", step, share=share):
        return visit
    return wander(visit, case, "reopen", [(again, "") for again in steps], hours=hours)
