"""Which method answers a scenario, and at which grade: simulation, else replay, else a refusal with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from svcflow.errors import UsageError
from svcflow.estimation.concerns import read_concern
from svcflow.estimation.effects import Question, refuse, tell_bound, tell_simulated
from svcflow.estimation.evidence import Concern, Evidence, Text, miss
from svcflow.estimation.gates.agreement import REPLAY
from svcflow.estimation.grades import Graded, grade, judge
from svcflow.estimation.kpis import Floats
from svcflow.estimation.phrases import join
from svcflow.estimation.preparing import NOTHING, Bases
from svcflow.estimation.replaying import Bound, bound, tell_clocks
from svcflow.estimation.results import Estimate, Method
from svcflow.estimation.sampling import Progress
from svcflow.estimation.simulating import Simulated, simulate_all
from svcflow.findings import Effect
from svcflow.simulation.refusals import CannotSimulateError
from svcflow.whatif import WhatIf

REPLAYABLE = {"data", "as-is-fit", "hold-out"}
"""Where one of these gates allows no more than C, the replay's bound says more than the model does."""


@dataclass(frozen=True, eq=False)
class Decided:
    """An estimate and the concern of its scenario, ``None`` where the model cannot play it."""

    estimate: Estimate
    concern: Concern | None


@dataclass(frozen=True, eq=False)
class Case:
    """A scenario; what it touches, or why the model cannot play it; what a replay says of it, or why nothing."""

    scenario: WhatIf
    replayed: Bound | Text
    concern: Concern | None = None
    touched: float = 0.0
    why: Text = field(default_factory=lambda: dict(NOTHING))


def decide(
    bases: Bases,
    scenarios: Sequence[WhatIf],
    question: Question,
    *,
    misfit: Text | None = None,
    progress: Progress | None = None,
) -> list[Decided]:
    """Return an estimate of each scenario; `misfit` says that the definitions do not fit the log, if they do not."""
    cases = [_open(bases, scenario, question) for scenario in scenarios]
    playable = [case for case in cases if case.concern is not None]
    found = None
    if playable and bases.model is not None:
        found = simulate_all(
            bases.model,
            [case.scenario.changes for case in playable],
            question.kpis,
            loads=question.loads,
            replicates=question.replicates,
            seed=question.seed,
            thorough=question.thorough,
            progress=progress,
        )
    before = bases.measure_before(question.kpis)
    decided = []
    for case in cases:
        effects: tuple[Effect, ...] = ()
        method: Method = "none"
        missed, why = bases.missed, case.why if case.why["en"] else bases.reason
        if found is not None and case.concern is not None and bases.evidence is not None:
            place = next(n for n, one in enumerate(playable) if one is case)
            graded = _grade(bases.evidence, case, (found, place), misfit)
            missed, why = graded.missed, graded.told
            if _stands(graded, case):
                method, effects = (
                    "simulation",
                    tell_simulated(found, place, question, graded=graded, touched=case.touched),
                )
            elif graded.grade == "none":
                decided.append(Decided(_refuse(case, before, question, graded), case.concern))
                continue
        if not effects and isinstance(case.replayed, Bound):
            clocks = tell_clocks(bases.bench, case.scenario.changes)
            method, effects = "replay", tell_bound(case.replayed, question, missed, why, clocks=clocks)
        if not effects:
            told = why if isinstance(case.replayed, Bound) else join([why, _drop_twice(case.replayed, why)])
            method, effects = "none", refuse(before, question, told, missed)
        decided.append(Decided(Estimate(case.scenario, method, effects), case.concern))
    return decided


def _open(bases: Bases, scenario: WhatIf, question: Question) -> Case:
    replayed = bound(bases.bench, scenario.changes, question.kpis, question.replicates)
    if bases.model is None:
        return Case(scenario, replayed)
    try:
        concern, touched = read_concern(bases.model, scenario.changes, bases.whole or bases.model)
    except CannotSimulateError as error:
        return Case(scenario, replayed, why=error.reason)
    except UsageError as error:
        if isinstance(replayed, Bound):  # the model's teams need not be those of the log
            return Case(scenario, replayed, why={"en": error.message, "zh": "仿真模型中没有所述的团队或活动"})
        raise
    return Case(scenario, replayed, concern, touched)


def _grade(evidence: Evidence, case: Case, simulated: tuple[Simulated, int], misfit: Text | None) -> Graded:
    """Return the grade of a simulated scenario; a definition that does not fit allows no more than C."""
    found, place = simulated
    assert case.concern is not None
    signs = {name: float(values[place]) for name, values in found.signs.items()}
    if isinstance(case.replayed, Bound) and np.isfinite(case.replayed.change[0]):
        signs[REPLAY] = float(case.replayed.change[0])
    verdicts = judge(evidence, replace(case.concern, signs=signs))
    if misfit is not None:
        verdicts = (*verdicts, miss("fitness", "C", misfit["en"], misfit["zh"]))
    return grade(verdicts)


def _stands(graded: Graded, case: Case) -> bool:
    """Return whether the simulation's interval is what to print, rather than the bound of a replay."""
    if graded.grade == "none":
        return False
    if graded.grade != "C" or not isinstance(case.replayed, Bound):
        return True
    return not REPLAYABLE & set(graded.missed)


def _refuse(case: Case, before: Floats, question: Question, graded: Graded) -> Estimate:
    return Estimate(case.scenario, "none", refuse(before, question, graded.told, graded.missed))


def _drop_twice(replayed: Bound | Text, why: Text) -> Text:
    return NOTHING if isinstance(replayed, Bound) or (replayed["en"] == why["en"]) else replayed
