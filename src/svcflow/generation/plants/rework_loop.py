"""A rework loop: a check sends the work back more often than it should.

Options: `step` (the last step of a loop), `sets` (what it then says, such as ``{verdict: rework}``), `rounds` (how many
extra rounds, as far as the loop allows), `share` (of the cases).

    - {kind: rework-loop, step: review, sets: {verdict: rework}, rounds: 2, share: 0.25}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from svcflow.generation.facts import Fact
from svcflow.generation.visits import Case, Visit


def alter(
    visit: Visit, case: Case, *, step: str, sets: Mapping[str, Fact], rounds: int = 1, share: float = 1.0
) -> Visit:
    """Let the check reject, unless the loop has had its extra rounds or allows no more."""
    turn = int(visit.key.rpartition(".")[2].rpartition("/")[2]) if "/" in visit.key else 1
    wanted = visit.step.id == step and turn <= rounds and not visit.last_round
    changes = any(visit.sets.get(name) != value for name, value in sets.items())
    if not wanted or not changes or not case.draws.chance("rework-loop", share):
        return visit
    return replace(visit, sets={**visit.sets, **sets})
