"""Many hands: before a step, the case is passed on through a row of teams that do nothing with it.

Options: `step` (before which), `teams` (in order), `through` (the anytime step that shows the passing), `hours` (median
of the open time with each), `share` (of the cases).

    - {kind: multi-hop, step: investigate, teams: [digital, support, quality, training, operations], through: transfer}
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
    teams: Sequence[str],
    through: str,
    hours: float = 1.5,
    share: float = 0.2,
) -> Visit:
    """Send the case round the teams."""
    if not is_struck(visit, case, "multi-hop", step, share=share):
        return visit
    return wander(visit, case, "multi-hop", [(through, team) for team in teams], hours=hours)
