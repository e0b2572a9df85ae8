"""Plans a visit: how long it waits and takes, who does it, what it sets."""

from __future__ import annotations

from dataclasses import dataclass

from svcflow.calendars import MINUTE_MS
from svcflow.definitions.model import Step
from svcflow.generation.stage import Stage, resolve
from svcflow.generation.visits import Case, Visit

_NO_TARGET_S = 1800
_USUAL = 0.38
"""The median of a step's sojourn as a share of its target; with this spread about one in twenty is late."""
_SPREAD = 0.58
_WORK = (0.15, 0.6)
"""Work as a share of the sojourn, drawn evenly between the two, and at most the time below."""
_LONGEST_WORK_MS = 25 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Path:
    """Where in the rounds of its loops a visit stands."""

    rounds: tuple[int, ...] = ()
    last_round: bool = False
    parallel: bool = False

    def enter(self, turn: int, *, more: bool) -> Path:
        """Return the path inside round `turn` of a loop that may have `more` rounds."""
        return Path((*self.rounds, turn), not more, self.parallel)

    def fork(self) -> Path:
        """Return the path inside a parallel branch."""
        return Path(self.rounds, self.last_round, parallel=True)

    def __str__(self) -> str:
        return ".".join(map(str, self.rounds))


def plan(stage: Stage, case: Case, step: Step, *, enabled: int, path: Path) -> Visit:
    """Return the visit of a step that becomes possible at `enabled` (ms)."""
    key = f"{step.id}/{path}" if path.rounds else step.id
    target = resolve(step.within, case.facts) or _NO_TARGET_S
    sojourn = case.draws.lognormal(f"sojourn/{key}", _USUAL * target * 1000, _SPREAD)
    low, high = _WORK
    work = min(sojourn * (low + (high - low) * case.draws.uniform(f"work/{key}")), _LONGEST_WORK_MS)
    role = stage.staff.role_for(step, case.facts, last=case.role(enabled), draws=case.draws, question=key)
    holder = case.holder(enabled)
    return Visit(
        key=key,
        step=step,
        enabled=enabled,
        wait_ms=whole_seconds(sojourn - work),
        work_ms=whole_seconds(work),
        role=role,
        team=stage.staff.team_for(role, case.home, holder),
        holder=holder,
        sets={
            name: stage.facts.draw(name, case.draws, f"{name}/{key}") for name in stage.facts.setters.get(step.id, ())
        },
        last_round=path.last_round,
    )


def whole_seconds(milliseconds: float) -> int:
    """Return a duration in ms, rounded to whole seconds and at least one."""
    return max(round(milliseconds / 1000), 1) * 1000
