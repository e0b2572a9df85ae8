"""A skipped level: a step that one line of support does goes straight to a higher line, where it waits.

Options: `step`, `to` (the team of the higher line), `hours` (median of the extra open time there), `share` (of cases).

    - {kind: level-skip, step: investigate, to: departments, hours: 3, share: 0.3}
"""

from __future__ import annotations

from dataclasses import replace

from svcflow.generation.delays import is_struck, lengthen
from svcflow.generation.visits import Case, Visit


def alter(visit: Visit, case: Case, *, step: str, target: str, hours: float = 0.0, share: float = 0.3) -> Visit:
    """Let another team do the step, later."""
    if visit.team == target or not is_struck(visit, case, "level-skip", step, share=share):
        return visit
    return lengthen(replace(visit, team=target), case, "level-skip/wait", hours)
