"""What a model says of several scenarios at several loads: estimates, how far they may be off, and their signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from svcflow.estimation.kpis import Floats, Kpi, read_outcome
from svcflow.estimation.sampling import (
    ELSEWHERE,
    MARGIN,
    Changes,
    Effort,
    Progress,
    Sample,
    run_long,
    run_short,
    size_effort,
    spread,
)
from svcflow.simulation import compiled
from svcflow.simulation.model import FlowModel

CAPACITY_ERROR = 0.07
WORTH_COMPILING = 100
"""From so many replicates on."""


@dataclass(frozen=True, eq=False)
class Simulated:
    """Figures by load: as it is by figure, the change by scenario and figure; what was `observed` in the log.

    `off` holds by scenario and figure how far the change may be off at the log's load, one value a replicate; `wider`
    by load how much more it varies there. `signs` are the changes of the leading figure by variant of the model and
    scenario.
    """

    kpis: tuple[Kpi, ...]
    effort: Effort
    observed: Floats
    base: dict[float, Floats]
    change: dict[float, Floats]
    off: list[list[Floats]]
    wider: dict[float, Floats]
    signs: dict[str, Floats]


def simulate_all(
    model: FlowModel,
    scenarios: Sequence[Changes],
    kpis: tuple[Kpi, ...],
    *,
    loads: Sequence[float],
    replicates: int,
    seed: int,
    thorough: bool = False,
    progress: Progress | None = None,
) -> Simulated:
    """Return what `model` says of the scenarios; the first of `loads` is that of the log, 1."""
    say_so = progress or (lambda _text: None)
    effort = size_effort(model, len(scenarios), replicates, len(loads), thorough=thorough)
    if replicates >= WORTH_COMPILING and compiled.is_available():
        compiled.compile_kernel()  # the same bits, five times as fast
    base, change = {}, {}
    for load in loads:
        say_so(f"simulating {len(scenarios)} changes at {load:.0%} load")
        base[load], change[load] = run_long(model, scenarios, kpis, load, effort=effort, seed=seed)
    models = _draw_models(model, effort, seed, say_so)
    strain = np.array([np.log(one.speed / model.speed) for one in models])
    samples = {}
    for load in loads:
        chosen = models if load == loads[0] else models[::ELSEWHERE]
        said = strain if load == loads[0] else strain[::ELSEWHERE]
        samples[load] = run_short(
            chosen, scenarios, kpis, load, effort=effort, seed=seed, strain=said, progress=progress
        )
    first = samples[loads[0]]
    off = [[spread(first, place, kpi) for kpi in range(len(kpis))] for place in range(len(scenarios))]
    return Simulated(
        kpis,
        effort,
        read_outcome(model.observe(), kpis),
        base,
        change,
        off,
        {load: _compare_spread(first, sample) for load, sample in samples.items()},
        _vary(model, scenarios, kpis, effort, seed=seed) | {"fitted": change[loads[0]][:, 0]},
    )


def _draw_models(model: FlowModel, effort: Effort, seed: int, say_so: Progress) -> list[FlowModel]:
    found = []
    for number in range(effort.replicates):
        if number % 20 == 0:
            say_so(f"fitting to drawn weeks, {number} of {effort.replicates}")
        random = np.random.default_rng([seed, 7, number])
        found.append(model.resample(random, played=effort.weeks + 2 * MARGIN))
    return found


def _vary(
    model: FlowModel, scenarios: Sequence[Changes], kpis: tuple[Kpi, ...], effort: Effort, *, seed: int
) -> dict[str, Floats]:
    """Return the change of the leading figure where people work at full speed, and 7 % faster or slower than fitted."""
    full = np.ones(len(model.speed))
    speeds = {
        "full speed": full,
        "faster": model.speed * np.exp(CAPACITY_ERROR),
        "slower": model.speed * np.exp(-CAPACITY_ERROR),
    }
    once = replace(effort, seeds=1)
    return {
        name: run_long(replace(model, speed=speed), scenarios, kpis[:1], 1.0, effort=once, seed=seed)[1][:, 0]
        for name, speed in speeds.items()
    }


def _compare_spread(first: Sample, other: Sample) -> Floats:
    """Return by scenario and figure how many times as much a change varies in `other` as in `first`, at least once."""
    same = first.change[::ELSEWHERE][: len(other.change)] if first is not other else first.change
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.nanstd(other.change, axis=0) / np.nanstd(same, axis=0)
    return np.asarray(np.clip(np.where(np.isfinite(ratio), ratio, 1.0), 1.0, 5.0), dtype=np.float64)
