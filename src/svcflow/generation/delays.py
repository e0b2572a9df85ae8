"""How a planted problem costs time: a longer wait before a visit, or events on the way to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from svcflow.calendars import HOUR_MS
from svcflow.generation.visits import Case, Detour, Visit

_SPREAD = 0.35
_STOP_SPREAD = 0.4


def lengthen(visit: Visit, case: Case, kind: str, hours: float, *, share: float = 1.0, factor: float = 1.0) -> Visit:
    """Return the visit with a longer wait in `share` of the visits: open `hours` in the median, times `factor`.

    The draws are named after the `kind` and the visit.
    """
    if not case.draws.chance(f"{kind}/{visit.key}", share):
        return visit
    extra = factor * case.draws.lognormal(f"{kind}/hours/{visit.key}", hours * HOUR_MS, _SPREAD)
    return replace(visit, wait_ms=visit.wait_ms + _whole_seconds(extra)) if extra >= 500 else visit


def wander(visit: Visit, case: Case, kind: str, stops: Iterable[tuple[str, str]], *, hours: float) -> Visit:
    """Return the visit with events on the way to it: (step, team) each, after open `hours` in the median.

    A team that is empty is the one whose work the step is.
    """
    waits = (
        (stop, case.draws.lognormal(f"{kind}/hours/{i}", hours * HOUR_MS, _STOP_SPREAD)) for i, stop in enumerate(stops)
    )
    detours = tuple(Detour(step, team, _whole_seconds(wait)) for (step, team), wait in waits)
    return replace(visit, detours=visit.detours + detours)


def is_struck(visit: Visit, case: Case, kind: str, step: str, *, share: float) -> bool:
    """Return whether this is a case's first visit of `step`, and one of the `share` of cases that a problem strikes."""
    first = visit.step.id == step and not case.count(step) and not visit.skipped
    return first and case.draws.chance(kind, share)


def _whole_seconds(milliseconds: float) -> int:
    return round(milliseconds / 1000) * 1000
