"""The roadmap: waves of recommendations, what goes with what, one patch a wave, and what all of it does together.

An hour is counted once: the joint effect comes from one estimate of all changes made together, and each has its share
of it (Shapley), beside what it would do alone. Source: advice.md 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from svcflow import plugins
from svcflow.advice import remedies
from svcflow.advice.judging import KPIS, Mode
from svcflow.advice.merging import find_clashes, merge
from svcflow.definitions.model import Workspace
from svcflow.estimation import Estimate, Shares, estimate
from svcflow.eventlog.log import Log
from svcflow.findings import Effect, Recommendation
from svcflow.mining import Mined
from svcflow.whatif import WhatIf
from svcflow.whatif.plain import from_plain

if TYPE_CHECKING:
    from svcflow.execution import Runs


@dataclass(frozen=True, slots=True)
class Wave:
    """What is adopted together: numbers of recommendations (from 1), their joint patch, and which it leaves out.

    `effects` are those of this wave and all before it together.
    """

    number: int
    members: tuple[int, ...]
    patch: str | None
    left_out: tuple[int, ...]
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """Of the joint effect on the leading figure, in its unit: what one recommendation does alone and in the plan."""

    member: int
    alone: float
    within: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The roadmap of some recommendations, in their order.

    `conflicts` are pairs that change the same lines; `first` pairs of which the former should be adopted before.
    `metric` is what `shares` and `joint` are about, in `unit`; ``None`` and none of them: nothing is known.
    """

    recommendations: tuple[Recommendation, ...]
    waves: tuple[Wave, ...]
    conflicts: tuple[tuple[int, int], ...]
    first: tuple[tuple[int, int], ...]
    metric: str
    unit: str
    joint: float | None
    shares: tuple[Share, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the plan as plain data; recommendations by their ids."""
        ids = [r.id for r in self.recommendations]
        return {
            "recommendations": ids,
            "waves": [
                {
                    "wave": wave.number,
                    "recommendations": [ids[n - 1] for n in wave.members],
                    "patch": wave.patch,
                    "left_out": [ids[n - 1] for n in wave.left_out],
                    "effects": [_write(effect) for effect in wave.effects],
                }
                for wave in self.waves
            ],
            "conflicts": [[ids[a - 1], ids[b - 1]] for a, b in self.conflicts],
            "first": [[ids[a - 1], ids[b - 1]] for a, b in self.first],
            "joint": {"metric": self.metric, "unit": self.unit, "change": self.joint},
            "shares": [{"id": ids[s.member - 1], "alone": s.alone, "within": s.within} for s in self.shares],
        }


def _write(effect: Effect) -> dict[str, Any]:
    names = ("metric", "unit", "load", "before", "after", "low", "high", "grade", "reason", "reason_zh")
    return {name: getattr(effect, name) for name in names}


def make_plan(  # noqa: PLR0917 - as `recommend`
    recommendations: Sequence[Recommendation],
    log: Log,
    mined: Mined,
    workspace: Workspace | None = None,
    runs: Runs | None = None,
    *,
    seed: int = 0,
    simulate: Mode = "never",
) -> Plan:
    """Return the roadmap of `recommendations`; effects by `estimation`, as `recommend` has them."""
    first = find_order(recommendations)
    staged = stage(recommendations, first)
    numbers = sorted({r.wave for r in staged})
    scenarios = [WhatIf(r.id, tuple(from_plain(change) for change in r.changes)) for r in staged]
    known = [n for n, scenario in enumerate(scenarios) if scenario.changes]

    def ask(asked: Sequence[WhatIf]) -> tuple[tuple[Estimate, ...], Shares | None]:
        if not asked:
            return (), None
        found = estimate(log, mined, workspace, asked, kpis=KPIS, seed=seed, simulate=simulate, runs=runs)
        return found.rows, found.split()

    upto = [WhatIf(f"wave {n}", _gather(scenarios, [m for m in known if staged[m].wave <= n])) for n in numbers]
    rows, _ = ask([one for one in upto if one.changes])
    effects = dict(zip([one.name for one in upto if one.changes], (row.effects for row in rows), strict=True))
    measured, shares = ask([scenarios[n] for n in known])
    lead = next((row.lead for row in measured if row.lead is not None), None)
    return Plan(
        recommendations=tuple(staged),
        waves=tuple(_make_wave(n, staged, workspace, effects.get(f"wave {n}", ())) for n in numbers),
        conflicts=tuple((a + 1, b + 1) for a, b in find_clashes(r.patch for r in staged)),
        first=tuple((a + 1, b + 1) for a, b in first),
        metric=lead.metric if lead else "",
        unit=lead.unit if lead else "",
        joint=shares.joint if shares else None,
        shares=tuple(
            Share(n + 1, alone, within)
            for n, alone, within in zip(known, shares.alone, shares.share, strict=True)
            if alone is not None and within is not None
        )
        if shares
        else (),
    )


def _gather(scenarios: Sequence[WhatIf], members: Sequence[int]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(change for n in members for change in scenarios[n].changes))


def _make_wave(
    number: int, staged: Sequence[Recommendation], workspace: Workspace | None, effects: tuple[Effect, ...]
) -> Wave:
    members = [n for n, one in enumerate(staged) if one.wave == number]
    patches = [staged[n].patch for n in members]
    patch, left = merge(workspace, patches) if workspace else (None, ())
    return Wave(
        number, tuple(n + 1 for n in members), patch, tuple(members[place] + 1 for place in left), tuple(effects)
    )


def find_order(recommendations: Sequence[Recommendation]) -> list[tuple[int, int]]:
    """Return the pairs (from 0) of which the former should come first: what is there is used before more is added."""
    presupposed = {module.REMEDY.id: module.REMEDY.presupposes for module in plugins.find(remedies).values()}
    return [
        (a, b)
        for b, later in enumerate(recommendations)
        for a, earlier in enumerate(recommendations)
        if earlier.remedy in presupposed.get(later.remedy, ()) and _meet(earlier, later)
    ]


def _meet(one: Recommendation, other: Recommendation) -> bool:
    """Return whether two recommendations are about the same finding, activity or team."""
    return one.finding == other.finding or bool(_list_names(one) & _list_names(other))


def _list_names(one: Recommendation) -> set[str]:
    found: set[str] = set()
    for change in one.changes:
        for key in ("activity", "activities", "team", "teams"):
            value = change.get(key, ())
            found |= {value} if isinstance(value, str) else set(value)
    return found


def stage(recommendations: Sequence[Recommendation], first: Sequence[tuple[int, int]]) -> list[Recommendation]:
    """Return the recommendations with waves by which nothing comes before what it presupposes."""
    waves = [one.wave for one in recommendations]
    for _ in recommendations:
        for earlier, later in first:
            waves[later] = max(waves[later], waves[earlier] + 1)
    return [replace(one, wave=wave) for one, wave in zip(recommendations, waves, strict=True)]
