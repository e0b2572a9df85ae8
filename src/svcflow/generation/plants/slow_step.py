"""A slow step: some of its visits begin hours later than the others, whatever came before.

Options: `step`, `hours` (median of the extra open time before it), `share` (of its visits).

    - {kind: slow-step, step: investigate, hours: 8, share: 0.4}
"""

from __future__ import annotations

from svcflow.generation.delays import lengthen
from svcflow.generation.visits import Case, Visit


def alter(visit: Visit, case: Case, *, step: str, hours: float, share: float = 0.4) -> Visit:
    """Lengthen the wait before the step."""
    return lengthen(visit, case, "slow-step", hours, share=share) if visit.step.id == step else visit
