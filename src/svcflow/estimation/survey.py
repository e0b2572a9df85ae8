"""What a model is like: everything the gates look at that does not depend on the scenario."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from svcflow.errors import SvcflowError
from svcflow.estimation.backtest import Backtest, Period, backtest, find_periods, read_log_traces
from svcflow.estimation.evidence import Evidence, Extent, Fit, Response
from svcflow.estimation.gates.hold_out import is_near
from svcflow.estimation.holding import find_overfull, find_unmoved, hold
from svcflow.estimation.kpis import WEEK
from svcflow.estimation.loads import Visits, measure_response, measure_stability
from svcflow.simulation.fitting import fit
from svcflow.simulation.model import FlowModel
from svcflow.simulation.outcome import Outcome

RUNS = 3
"""Runs of the model as it is that are compared with the log."""
REPLICATIONS, CHOICES = 8, 4
"""Replications of the back-test behind the gate, and behind the choice of which teams are queues."""


def survey(
    model: FlowModel, *, seed: int = 0, progress: Callable[[str], None] | None = None
) -> tuple[FlowModel, Evidence]:
    """Return the model to ask, and the evidence on it: extent, fit, hold-out, stability, load response, utilisation.

    Where its queues foretell the period of choice worse than past weeks do, teams that no queue explains are held.
    """
    say_so = progress or (lambda _text: None)
    chosen, tested = find_periods(model)
    responses = measure_responses(model)
    say_so("comparing the simulated log with the observed one")
    runs = [model.run(seed=seed * 1000 + number) for number in range(RUNS)]
    utilisation = measure_utilisation(model, runs)
    say_so("back-testing on weeks that were not seen")
    held = _choose_held(model, chosen, (find_overfull(model, utilisation), find_unmoved(model, responses)), seed)
    if held:
        model = hold(model, held)
        runs = [model.run(seed=seed * 1000 + number) for number in range(RUNS)]
    found = hold_out(model, tested, held, seed=seed)
    return model, Evidence(
        extent=measure_extent(model),
        fit=measure_fit(model.observe(), runs),
        hold_out=found.judge() if found else None,
        stability=measure_stability(read_log_traces(model), model.log.resource, tested.first),
        responses=responses,
        utilisation={team: busy for team, busy in utilisation.items() if team not in held},
    )


def _choose_held(
    model: FlowModel, period: Period, steps: tuple[tuple[str, ...], tuple[str, ...]], seed: int
) -> tuple[str, ...]:
    """Return the teams to hold: none where that foretells the period, else those of the first step, else of both."""
    held: tuple[str, ...] = ()
    for more in steps:
        if not more:
            continue
        found = hold_out(model, period, held, replications=CHOICES, seed=seed)
        if found is None or is_near(found.judge()):
            break
        held = tuple(sorted({*held, *more}))
    return held


def measure_extent(model: FlowModel) -> Extent:
    """Return how much of a log there is for each simulated team."""
    arrival, team = model.traces.arrival, model.stations.of_row
    known = model.log.resource > 0
    rows = {name: team == number for number, name in enumerate(model.teams)}
    return Extent(
        float(np.ptp(arrival)) / WEEK if len(arrival) else 0.0,
        model.log.cases,
        {name: int(mine.sum()) for name, mine in rows.items()},
        {name: float(known[mine].mean()) if mine.any() else 0.0 for name, mine in rows.items()},
    )


def measure_fit(observed: Outcome, runs: list[Outcome]) -> Fit:
    """Return the runs over the log: mean and P90 of the cycle times, and the mean sojourn of each team."""
    means = np.mean([[run.measure(f"cycle_time.{s}") for s in ("mean", "p90")] for run in runs], axis=0)
    seen = np.array([observed.measure(f"cycle_time.{s}") for s in ("mean", "p90")])
    sojourns = np.mean([run.teams.sojourn_mean for run in runs], axis=0)
    held = np.nan_to_num(observed.teams.sojourn_mean) * observed.teams.done
    ratio = np.divide(means, seen, out=np.full(2, np.nan), where=seen > 0)
    names = observed.teams.names
    return Fit(
        float(ratio[0]),
        float(ratio[1]),
        {
            name: float(sojourns[n] / observed.teams.sojourn_mean[n])
            for n, name in enumerate(names)
            if observed.teams.sojourn_mean[n] > 0
        },
        {name: float(held[n] / max(held.sum(), 1e-9)) for n, name in enumerate(names)},
    )


def hold_out(
    model: FlowModel,
    period: Period,
    held: tuple[str, ...] = (),
    *,
    replications: int = REPLICATIONS,
    seed: int = 0,
) -> Backtest | None:
    """Return what a model fitted on the time before a period foretells of it; ``None`` where none can be fitted."""
    try:
        early = hold(fit_until(model, period.first), held)
        return backtest(early, model, period, replications=replications, seed=seed)
    except SvcflowError:
        return None


def fit_until(model: FlowModel, moment: int) -> FlowModel:
    """Return the model of the same log as it stood at a moment (milliseconds since the model's origin, on the wall)."""
    ends = model.traces.end
    before = model.log.time[ends < moment]
    cut = int(before.max()) + 1 if len(before) else int(model.log.time.min())
    return fit(model.log, None, model.workspace, until=cut)


def measure_responses(model: FlowModel) -> dict[str, Response]:
    """Return how the wait at each team follows its backlog per person; teams with too few days are left out."""
    traces, log = model.traces, model.log
    ready, done = (np.rint(column).astype(np.int64) for column in (traces.enabled, traces.end))
    taken = np.where(log.has_start, np.rint(traces.start).astype(np.int64), done)
    found = {}
    for number, name in enumerate(model.teams):
        mine = model.stations.of_row == number
        response = measure_response(Visits(ready[mine], taken[mine], done[mine], log.resource[mine]))
        if response is not None:
            found[name] = response
    return found


def measure_utilisation(model: FlowModel, runs: list[Outcome]) -> dict[str, float]:
    """Return the share of its time at work that each team is busy in the runs."""
    busy = np.mean([run.teams.utilisation for run in runs], axis=0)
    return {name: float(busy[n]) for n, name in enumerate(model.teams) if np.isfinite(busy[n])}
