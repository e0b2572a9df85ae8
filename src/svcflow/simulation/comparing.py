"""Runs beside each other: the log, the model as it is, and scenarios, at several loads with the same luck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from svcflow.simulation.model import FlowModel
from svcflow.simulation.outcome import Outcome
from svcflow.simulation.refusals import CannotSimulateError, Text
from svcflow.whatif import WhatIf

Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Tried:
    """A scenario: its outcome by load, or why there is none."""

    scenario: WhatIf
    outcomes: dict[float, Outcome]
    refusal: Text | None = None


@dataclass(frozen=True, eq=False)
class Compared:
    """What the log shows, the model as it is by load, and each scenario."""

    model: FlowModel
    observed: Outcome
    as_is: dict[float, Outcome]
    tried: tuple[Tried, ...]


def compare(
    model: FlowModel,
    scenarios: Sequence[WhatIf],
    loads: Sequence[float] = (1.0,),
    *,
    seed: int = 0,
    progress: Progress | None = None,
) -> Compared:
    """Return one run of each scenario at each load beside the model as it is; load 1 is always among those."""
    say_so = progress or (lambda _text: None)
    every = tuple(dict.fromkeys((1.0, *loads)))
    as_is = {}
    for load in every:
        say_so(f"playing the log at {load:.0%} load")
        as_is[load] = model.run(seed=seed, load=load)
    tried = []
    for number, scenario in enumerate(scenarios, 1):
        say_so(f"playing scenarios: {number} of {len(scenarios)}")
        try:
            outcomes = {load: model.run(scenario.changes, seed=seed, load=load) for load in every}
            tried.append(Tried(scenario, outcomes))
        except CannotSimulateError as error:
            tried.append(Tried(scenario, {}, error.reason))
    return Compared(model, model.observe(), as_is, tuple(tried))
