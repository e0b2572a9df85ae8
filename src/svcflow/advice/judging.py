"""What the changes of recommendations would do: all of them estimated at once, each with its grade (`estimation`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from svcflow.advice.context import Context
from svcflow.advice.naming import Text
from svcflow.advice.proposal import Proposal
from svcflow.advice.worth import gains
from svcflow.estimation import Estimates, estimate
from svcflow.eventlog.log import Millis
from svcflow.findings import Effect
from svcflow.mining import Mined
from svcflow.replay.graph import Graph, link
from svcflow.replay.refusals import Unanswerable
from svcflow.replay.replayed import replay
from svcflow.whatif import WhatIf

Mode = Literal["auto", "never"]
KPIS = ("resolve_time.mean", "resolve_time.p90", "cycle_time.mean", "cycle_time.p90")


@dataclass(frozen=True, eq=False)
class Bench:
    """What proposals are judged on: a log, how much is simulated, and what the definitions say of it."""

    context: Context
    mined: Mined
    mode: Mode

    def estimate(self, scenarios: Sequence[WhatIf], *, together: bool = False) -> Estimates:
        """Return what scenarios would do."""
        context = self.context
        return estimate(
            context.log,
            self.mined,
            context.workspace,
            scenarios,
            kpis=KPIS,
            seed=context.seed,
            simulate=self.mode,
            together=together,
            runs=context.runs,
        )


def judge(proposals: Sequence[Proposal], bench: Bench) -> list[Proposal]:
    """Return proposals with the effects of their changes, the figures at the load of the log first."""
    asked = [p for p in proposals if p.changes]
    found = bench.estimate([WhatIf(p.recommendation.id, p.changes) for p in asked]) if proposals else None
    effects = {p.recommendation.id: row.effects for p, row in zip(asked, found or (), strict=True)}
    graph = link(bench.context.log, bench.mined.waits) if asked else None
    return [_judge_one(p, effects.get(p.recommendation.id), bench.context, graph) for p in proposals]


def _judge_one(
    proposal: Proposal, effects: tuple[Effect, ...] | None, context: Context, graph: Graph | None
) -> Proposal:
    if effects is None or graph is None:
        told = context.refuse(proposal.silence)
        return replace(proposal, recommendation=replace(proposal.recommendation, effects=told))
    assumed = proposal.assumption
    stated = tuple(_assume(effect, assumed) for effect in _order(effects))
    judged = replace(proposal.recommendation, effects=stated)
    return replace(proposal, recommendation=judged, saved=_measure_saved(proposal, context, graph))


def _assume(effect: Effect, assumption: Text) -> Effect:
    if effect.low is None or not assumption["en"]:
        return effect
    return replace(
        effect,
        assumptions=(assumption["en"], *effect.assumptions),
        assumptions_zh=(assumption["zh"], *effect.assumptions_zh),
    )


def _order(effects: Sequence[Effect]) -> list[Effect]:
    """Return the effects with those on figures that do not move behind, the load of the log first."""
    moved = {effect.metric.partition("_")[2] for effect in effects if gains(effect)}
    return sorted(effects, key=lambda e: (e.load != 1.0, e.metric.partition("_")[2] not in moved))


def _measure_saved(proposal: Proposal, context: Context, graph: Graph) -> Millis:
    calendars = {name: context.find_calendar(name) for name in context.list_calendars()}
    found = replay(graph, proposal.changes, calendars=calendars, seed=context.seed)
    if isinstance(found, Unanswerable):
        return np.zeros(context.log.instances, dtype=np.int64)
    return found.saved
