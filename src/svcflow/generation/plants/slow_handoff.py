"""A slow handoff: work that passes from one team to another lies there, some open hours longer than elsewhere.

Options: `from` and `to` (teams), `hours` (median of the extra open time), `share` (of them), `step` (only it).

    - {kind: slow-handoff, from: hotline, to: support, hours: 12, share: 0.8}
"""

from __future__ import annotations

from svcflow.generation.delays import lengthen
from svcflow.generation.visits import Case, Visit


def alter(
    visit: Visit, case: Case, *, source: str, target: str, hours: float, share: float = 1.0, step: str | None = None
) -> Visit:
    """Lengthen the wait of a visit that takes a case over from `source`."""
    passes = visit.holder == source and visit.team == target and step in (None, visit.step.id)
    return lengthen(visit, case, "slow-handoff", hours, share=share) if passes else visit
