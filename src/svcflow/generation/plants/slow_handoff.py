"""A slow handoff: work that passes from one team to another lies there, some open hours longer than elsewhere.

Options: `from` and `to` (teams), `hours` (median of the extra open time), `share` (of them), `step` (only it).

    - {kind: slow-handoff, from: hotline, to: support, hours: 12, share: 0.8}
"""

from __future__ import annotations

from dataclasses import replace

from svcflow.calendars import HOUR_MS
from svcflow.generation.visits import Case, Visit

_SPREAD = 0.35


def alter(
    visit: Visit, case: Case, *, source: str, target: str, hours: float, share: float = 1.0, step: str | None = None
) -> Visit:
    """Lengthen the wait of a visit that takes a case over from `source`."""
    passes = visit.holder == source and visit.team == target and step in (None, visit.step.id)
    if not passes or not case.draws.chance(f"slow-handoff/{visit.key}", share):
        return visit
    extra = case.draws.lognormal(f"slow-handoff/hours/{visit.key}", hours * HOUR_MS, _SPREAD)
    return replace(visit, wait_ms=visit.wait_ms + round(extra / 1000) * 1000)
