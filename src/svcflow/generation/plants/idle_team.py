"""An idle team: its work goes to another team, and hardly any is left for it.

Options: `team`, `to` (the team that does its work), `share` (of its visits).

    - {kind: idle-team, team: support, to: hotline, share: 0.95}
"""

from __future__ import annotations

from dataclasses import replace

from svcflow.generation.visits import Case, Visit


def alter(visit: Visit, case: Case, *, team: str, target: str, share: float = 0.95) -> Visit:
    """Let the other team do it."""
    if visit.team != team or not case.draws.chance(f"idle-team/{visit.key}", share):
        return visit
    return replace(visit, team=target)
