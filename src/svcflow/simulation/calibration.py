"""The extraneous delay: what is left of the mean sojourn of a team when its queue is accounted for (advice.md 5).

Five steps of a fixed point: what the run lacks is given to a quarter of the instances, exponentially. Where a run waits
*longer* than the log although nothing is added, the capacity seen was too little: the team got its work done, so it
must have been faster or more at hand than its completions show. Only then is the speed raised, and it is noted.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from svcflow.simulation.arrays import Floats
from svcflow.simulation.model import FlowModel
from svcflow.simulation.outcome import Bools

STEPS = 5
TOO_LONG = {"people": 1.15, "teams": 1.05}
"""What the run may take of what the log takes before capacity is raised: rates of teams are lower bounds anyway."""
FASTER = 1.03
MOST_FASTER = 16
MOST_COARSE, COARSELY = 4, 1.07
"""Of a model of drawn weeks, which is one of many."""
HOPELESS = 1.5
"""Where the run of a team still takes so many times what the log shows, its presence does not explain its work."""
LUCK = 2
"""Runs that a raise of speed is judged on: a single one may be an unlucky one."""
BUSIEST = 0.97
"""Nobody was busier than that over all weeks of a log."""
HOUR = 3_600_000.0


def calibrate(model: FlowModel, *, steps: int = STEPS, seed: int = 0) -> FlowModel:
    """Return the model with extraneous delays, and with more speed where the log shows that there must have been."""
    observed = observe_sojourns(model)
    model = _let_go(
        replace(model, extraneous=np.zeros(len(model.teams))),
        np.zeros(len(model.teams), np.bool_),
    )
    model = _keep_up(_bear_all(model), observed, seed)
    model = _let_go(model, measure_sojourns(model, seed) > HOPELESS * observed)
    delays = np.maximum(observed - measure_sojourns(model, seed), 0.0)
    return settle(replace(model, extraneous=delays), observed, steps - 1, seed + 1)


def recalibrate(model: FlowModel, seed: int) -> FlowModel:
    """Return a model of drawn weeks with delays of its own, in few runs; what is a queue stays one.

    Speed is raised in coarse steps, where a run takes longer than the log did.
    """
    observed = observe_sojourns(model)
    model = replace(model, extraneous=np.zeros(len(model.teams)))
    for step in range(MOST_COARSE + 1):
        taken = measure_sojourns(model, seed + step)
        slow = taken > TOO_LONG[model.mode] * observed
        if step == MOST_COARSE or not slow.any():
            break
        model = replace(model, speed=np.where(slow, model.speed * COARSELY, model.speed))
    return replace(model, extraneous=np.maximum(observed - taken, 0.0))


def settle(model: FlowModel, observed: Floats, steps: int, seed: int) -> FlowModel:
    """Return the model after some steps of the fixed point from the delays it has, each with other luck."""
    for step in range(steps):
        lacking = observed - measure_sojourns(model, seed + step)
        delays = np.maximum(model.extraneous + lacking / (1 + step / 2), 0.0)
        model = replace(model, extraneous=delays)
    return model


def measure_sojourns(model: FlowModel, seed: int) -> Floats:
    """Return the mean sojourn by team of a run, in milliseconds; 0 for a team that did nothing."""
    found: Floats = np.nan_to_num(model.run(seed=seed).teams.sojourn_mean) * HOUR
    return found


def observe_sojourns(model: FlowModel) -> Floats:
    """Return the mean sojourn by team in the log, over the weeks that the model plays, in milliseconds."""
    traces, team = model.traces, model.stations.of_row
    times = np.ones(traces.log.cases)
    if model.blocks is not None:
        drawn = np.bincount(model.blocks, minlength=traces.weeks)
        times = drawn[traces.week].astype(np.float64)
    weight = np.where(team >= 0, times[traces.case], 0.0)
    width = len(model.teams)
    total = np.bincount(np.maximum(team, 0), weight * traces.sojourn, width)
    return np.asarray(total / np.maximum(np.bincount(np.maximum(team, 0), weight, width), 1e-9), dtype=np.float64)


def _let_go(model: FlowModel, teams: Bools) -> FlowModel:
    """Return the model in which some teams, and those nobody is seen of, are no queues: their rows keep their times."""
    teams = teams | (model.capacity.sum(axis=1) <= 0)
    of_row = model.stations.of_row
    gone = np.flatnonzero(teams & (np.bincount(of_row[of_row >= 0], minlength=len(teams)) > 0))
    if not len(gone):
        return model
    stations = replace(model.stations, of_row=np.where(np.isin(of_row, gone), -1, of_row))
    notes = tuple(f"no-queue:{model.teams[place]}" for place in gone.tolist())
    return replace(model, stations=stations, notes=(*model.notes, *notes))


def _bear_all(model: FlowModel) -> FlowModel:
    """Return the model whose teams can do all the work that the log shows done, be they a little busier than ever."""
    busy = np.nan_to_num(model.run(seed=0).teams.utilisation)
    return replace(model, speed=model.speed * np.maximum(busy / BUSIEST, 1.0))


def _keep_up(model: FlowModel, observed: Floats, seed: int) -> FlowModel:
    raised = np.zeros(len(model.teams), np.bool_)
    for _ in range(MOST_FASTER):
        taken = np.mean([measure_sojourns(model, seed + number) for number in range(LUCK)], axis=0)
        slow = taken > TOO_LONG[model.mode] * observed
        if not slow.any():
            break
        raised |= slow
        model = replace(model, speed=np.where(slow, model.speed * FASTER, model.speed))
    notes = tuple(f"speed-raised:{model.teams[place]}" for place in np.flatnonzero(raised).tolist())
    return replace(model, notes=(*model.notes, *notes))
