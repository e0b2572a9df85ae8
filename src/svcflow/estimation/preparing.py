"""What estimates of a log rest on: the graph for replays, and the model with its evidence where there can be one."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from svcflow.calendars import Clock
from svcflow.definitions.model import Workspace
from svcflow.estimation.effects import Question
from svcflow.estimation.evidence import Concern, Evidence, Text, Verdict
from svcflow.estimation.gates import as_is_fit, data
from svcflow.estimation.holding import explain_held, list_held
from svcflow.estimation.kpis import Floats, Kpi, read_outcome
from svcflow.estimation.replaying import Bench, bound, measure_before
from svcflow.estimation.sampling import Changes, Progress, run_long, size_effort
from svcflow.estimation.shares import Shares, share_out
from svcflow.estimation.survey import measure_extent, survey
from svcflow.eventlog.log import Log
from svcflow.execution import Runs
from svcflow.execution.concurrency import read_declared
from svcflow.mining import Mined, mine
from svcflow.replay.graph import link
from svcflow.replay.joint import share_replays
from svcflow.replay.ownership import find_hours
from svcflow.replay.refusals import Unanswerable
from svcflow.replay.spans import list_spans
from svcflow.simulation.fitting import fit
from svcflow.simulation.model import FlowModel
from svcflow.simulation.refusals import CannotSimulateError

NOTHING: Text = {"en": "", "zh": ""}
SHARE_SEEDS = 1


@dataclass(frozen=True, eq=False)
class Bases:
    """The `bench` of replays; the `model` and its `evidence` where something may be simulated, else the `reason`."""

    bench: Bench
    model: FlowModel | None
    evidence: Evidence | None
    reason: Text
    missed: tuple[str, ...] = ()
    whole: FlowModel | None = None
    """The model before any team was held."""

    def measure_before(self, kpis: Sequence[Kpi]) -> Floats:
        """Return the figures of the log as it is, NaN where they are not known."""
        found = measure_before(self.bench, kpis)
        if self.model is None:
            return found
        return np.where(np.isfinite(found), found, read_outcome(self.model.observe(), kpis))

    def find_known(self, kpis: Sequence[Kpi]) -> tuple[Kpi, ...]:
        """Return the figures that this log shows."""
        return tuple(kpi for kpi, value in zip(kpis, self.measure_before(kpis), strict=True) if np.isfinite(value))

    def value_simulation(self, changes: Sequence[Changes], question: Question) -> Callable[[frozenset[int]], float]:
        """Return what gives the change of the leading figure of a set of scenarios by the model."""
        model = self.model
        assert model is not None
        effort = replace(size_effort(model, len(changes) * 8, 1, 1), seeds=SHARE_SEEDS)

        def value(chosen: frozenset[int]) -> float:
            joined = _join(changes, chosen)
            return float(run_long(model, [joined], question.kpis[:1], 1.0, effort=effort, seed=question.seed)[1][0, 0])

        return value

    def share_replay(self, names: Sequence[str], changes: Sequence[Changes], question: Question) -> Shares:
        """Return the shares of scenarios in the change of the leading figure by a replay, with their intervals."""
        kpi, bench = question.kpis[0], self.bench
        span = next((span for span in bench.spans if (span.name, kpi.rest) == (kpi.group, "mean")), None)
        if span is None:
            return share_out(names, self.value_replay(changes, question), seed=question.seed)
        found = share_replays(
            bench.graph,
            changes,
            span,
            calendars=bench.calendars,
            seed=bench.seed,
            replicates=question.replicates,
        )
        if isinstance(found, Unanswerable):
            return share_out(names, self.value_replay(changes, question), seed=question.seed)
        low, high = found.bound(question.confidence).tolist()
        bounds = tuple(zip(low, high, strict=True))
        return Shares(tuple(names), found.joint, tuple(found.share.tolist()), tuple(found.alone.tolist()), bounds)

    def value_replay(self, changes: Sequence[Changes], question: Question) -> Callable[[frozenset[int]], float]:
        """Return what gives the change of the leading figure of a set of scenarios by a replay, NaN: no answer."""

        def value(chosen: frozenset[int]) -> float:
            found = bound(self.bench, _join(changes, chosen), question.kpis[:1], 1)
            return math.nan if isinstance(found, dict) else float(found.change[0])

        return value


def prepare(
    log: Log,
    mined: Mined | None,
    workspace: Workspace | None,
    question: Question,
    *,
    simulate: Literal["auto", "always", "never"],
    runs: Runs | None,
    progress: Progress | None,
) -> Bases:
    """Return what estimates of `log` rest on. A model is left out where a gate on it forbids to simulate at all."""
    mined = mined or mine(log)
    declared = read_declared(workspace, log) if workspace else None
    graph = link(log, mined.waits, declared)
    hours = find_hours(graph, workspace, runs) if workspace else None
    bench = Bench(graph, list_spans(graph, mined), _read_calendars(workspace), question.seed, hours)
    if simulate == "never":
        return Bases(bench, None, None, NOTHING)
    try:
        model = fit(log, mined, workspace, progress=progress)
    except CannotSimulateError as error:
        return Bases(bench, None, None, error.reason, ("data",))
    early = data.judge(Evidence(measure_extent(model)), Concern())
    if simulate == "auto" and early.allows == "C":
        return Bases(bench, None, None, early.told, ("data",))
    asked, evidence = survey(model, seed=question.seed, progress=progress)
    held = list_held(asked)
    if held and simulate == "auto" and set(held) == set(model.teams):
        return Bases(bench, None, evidence, explain_held(held[0]), ("hold-out",))
    verdict: Verdict | None = as_is_fit.judge(evidence, Concern())
    if simulate == "auto" and verdict is not None and not verdict.point:
        return Bases(bench, None, evidence, verdict.told, (verdict.gate,))
    return Bases(bench, asked, evidence, NOTHING, whole=model)


def _read_calendars(workspace: Workspace | None) -> dict[str, Clock]:
    if workspace is None:
        return {}
    organisation = workspace.organisation
    return {name: Clock.from_spec(spec, organisation.timezone) for name, spec in organisation.calendars.items()}


def _join(changes: Sequence[Changes], chosen: frozenset[int]) -> Changes:
    return tuple(dict.fromkeys(change for place in sorted(chosen) for change in changes[place]))
