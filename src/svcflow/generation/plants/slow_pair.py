"""A slow pair: a step begins hours later than usual, but only where it directly follows one other step.

Options: `after` and `step` (the pair), `hours` (median of the extra open time), `share` (of the pair's occurrences).

    - {kind: slow-pair, after: assess, step: investigate, hours: 6, share: 0.5}
"""

from __future__ import annotations

from svcflow.generation.delays import lengthen
from svcflow.generation.visits import Case, Visit


def alter(visit: Visit, case: Case, *, after: str, step: str, hours: float, share: float = 0.4) -> Visit:
    """Lengthen the wait between the two steps."""
    passes = visit.step.id == step and case.latest(visit.enabled) == after
    return lengthen(visit, case, "slow-pair", hours, share=share) if passes else visit
