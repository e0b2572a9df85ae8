"""Runs of a model as it is and with changes, on the same cases with the same luck: the estimate and its spread.

The estimate comes from runs over the log's own weeks. The spread comes from many short runs of models fitted anew to
drawn weeks, each with its own error of capacity (advice.md 5): a metamodel tells apart what the error of capacity does
from the luck of a short run, which counts only as far as a period as long as the log would have it (input uncertainty:
Barton, Nelson & Xie, INFORMS Journal on Computing 26, 2014).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from svcflow.estimation.kpis import WEEK, Floats, Kpi, read_outcome
from svcflow.simulation.model import FlowModel
from svcflow.whatif import Change

Progress = Callable[[str], None]
Changes = tuple[Change, ...]

PLAYS = 4_000_000
"""Instances to be played for one set of estimates: a quarter of a minute of plain Python."""
LONGEST_RUN = 60_000
"""Instances of one run behind an estimate."""
FEWEST = 40
SHORT = 6
"""Weeks below which a log is too short to leave any out."""
MARGIN = 1
"""Weeks before and behind those that count: to fill up and to run dry."""
ELSEWHERE = 5
"""At other loads one replicate of so many is played."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How many replicates of how many counted weeks, how many weeks a run behind the estimate has, and how many."""

    replicates: int
    weeks: int
    long: int
    seeds: int


@dataclass(frozen=True, eq=False)
class Sample:
    """Figures of short runs: `base` by replicate and figure, `change` by replicate, scenario and figure.

    `strain` is the error of capacity of each replicate and team (logarithm); `share` is how much of its variance the
    luck of a run keeps over a period as long as the log.
    """

    base: Floats
    change: Floats
    strain: Floats
    share: float


def size_effort(model: FlowModel, scenarios: int, replicates: int, loads: int, *, thorough: bool = False) -> Effort:
    """Return what `PLAYS` allow; the same log and question always get the same effort.

    Where they allow fewer `replicates` than asked for, that many are played all the same if it is to be `thorough`.
    """
    weeks = max(model.traces.weeks, 1)
    a_week = max(model.log.instances / weeks, 1.0)
    long = int(np.clip(LONGEST_RUN // a_week, 4, weeks))
    runs = scenarios + 1
    seeds = int(np.clip(PLAYS / 4 / (loads * runs * long * a_week), 1, 4))
    room = PLAYS * 3 / 4 / (runs * (1 + (loads - 1) / ELSEWHERE))
    most = room / max(replicates, 1) / a_week - 2 * MARGIN
    if most >= 2:
        return Effort(replicates, int(min(most, max(weeks - 2 * MARGIN, 1))), long, seeds)
    if thorough:
        return Effort(replicates, min(2, weeks), long, seeds)
    fewer = int(np.clip(room / (a_week * (2 + 2 * MARGIN)), min(FEWEST, replicates), replicates))
    return Effort(fewer, min(2, weeks), long, seeds)


def run_long(
    model: FlowModel, scenarios: Sequence[Changes], kpis: Sequence[Kpi], load: float, *, effort: Effort, seed: int
) -> tuple[Floats, Floats]:
    """Return the figures as it is, and how far each scenario moves them, as means over the seeds.

    A log of more weeks than `effort` allows is cut to its last ones.
    """
    weeks = model.traces.weeks
    blocks = None if effort.long >= weeks else np.arange(weeks - effort.long, weeks)
    played = model if blocks is None else replace(model, blocks=blocks)
    window = find_window(model) if blocks is None else (min(MARGIN, effort.long - 1), effort.long)
    base, change = [], []
    for number in range(effort.seeds):
        pair = _run_all(played, scenarios, kpis, (load, seed * 1000 + number, window))
        base.append(pair[0])
        change.append(pair[1])
    return np.mean(base, axis=0), np.mean(change, axis=0)


def find_window(model: FlowModel) -> tuple[int, int]:
    """Return the weeks of a log whose cases show what cases take: neither while queues fill up nor too near the end.

    Of cases that arrive within the 95th percentile of cycle times before the end only the short ones are closed.
    """
    weeks = model.traces.weeks
    seen = model.observe()
    cycle = (seen.end - seen.arrival)[seen.counted]
    if weeks < SHORT or not len(cycle):
        return 0, weeks
    last = int((seen.end.max() - np.quantile(cycle, 0.95)) // WEEK)
    return MARGIN, int(np.clip(last, weeks // 2, weeks))


def run_short(
    models: Sequence[FlowModel],
    scenarios: Sequence[Changes],
    kpis: Sequence[Kpi],
    load: float,
    *,
    effort: Effort,
    seed: int,
    strain: Floats,
    progress: Progress | None = None,
) -> Sample:
    """Return the figures of one short run of each of `models`; `strain` is the error of capacity of each."""
    base, change = [], []
    for number, model in enumerate(models):
        if progress and number % 10 == 0:
            progress(f"simulating {len(scenarios)} changes at {load:.0%} load, replicate {number + 1} of {len(models)}")
        assert model.blocks is not None
        short = replace(model, blocks=np.resize(model.blocks, effort.weeks + 2 * MARGIN))
        window = (MARGIN, MARGIN + effort.weeks)
        pair = _run_all(short, scenarios, kpis, (load, seed * 1000 + number, window))
        base.append(pair[0])
        change.append(pair[1])
    weeks = max(models[0].traces.weeks, 1) if models else 1
    return Sample(np.array(base), np.array(change), strain[: len(models)], 2 * effort.weeks / weeks)


def spread(sample: Sample, scenario: int, kpi: int) -> Floats:
    """Return by how much the effect of a scenario on a figure may be off, one value a replicate.

    What the error of capacity does is a quadratic of it, fitted over the replicates; the rest is luck and shrinks.
    """
    values = sample.change[:, scenario, kpi]
    known = np.isfinite(values)
    values, strain = values[known], sample.strain[known]
    if len(values) < 8:
        return values - values.mean() if len(values) else values
    design = _design(strain, len(values))
    weights = np.linalg.lstsq(design.T @ design + 1e-6 * np.eye(design.shape[1]), design.T @ values, rcond=None)[0]
    fitted = design @ weights
    rest = values - fitted
    rest *= np.sqrt(len(values) / max(len(values) - design.shape[1], 1))
    return np.asarray(fitted - weights[0] + rest * np.sqrt(min(sample.share, 1.0)), dtype=np.float64)


def _design(strain: Floats, count: int) -> Floats:
    """Return columns of ones, of each team's error and, where there are replicates enough, of its square."""
    moved = strain[:, strain.std(axis=0) > 0]
    if moved.shape[1] > count // 10:
        moved = moved[:, :0]
    squares = moved**2 if 2 * moved.shape[1] <= count // 10 else moved[:, :0]
    return np.hstack([np.ones((count, 1)), moved / 0.07, squares / 0.07**2])


def _run_all(
    model: FlowModel, scenarios: Sequence[Changes], kpis: Sequence[Kpi], how: tuple[float, int, tuple[int, int]]
) -> tuple[Floats, Floats]:
    load, seed, window = how
    base = read_outcome(model.run(seed=seed, load=load), kpis, window)
    changed = [read_outcome(model.run(changes, seed=seed, load=load), kpis, window) for changes in scenarios]
    return base, np.array(changed).reshape(len(scenarios), len(kpis)) - base
