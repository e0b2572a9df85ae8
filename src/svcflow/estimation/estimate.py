"""What scenarios would do: each by simulation where the gates allow it, else as the bound of a replay, else not at all.

Source: advice.md 3 to 6. A simulated estimate comes from runs over the log's own weeks; its interval from fits to
drawn weeks with an error of capacity, widened by what the benchmark of this version measured, and never narrower than
a quarter of the estimate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from svcflow.definitions.model import Workspace
from svcflow.estimation.deciding import Decided, decide
from svcflow.estimation.effects import Question
from svcflow.estimation.fitness import explain_misfit
from svcflow.estimation.kpis import DEFAULT, parse_kpis
from svcflow.estimation.preparing import Bases, prepare
from svcflow.estimation.results import Estimates
from svcflow.estimation.sampling import Progress
from svcflow.estimation.shares import Shares, share_out
from svcflow.eventlog.log import Log
from svcflow.execution import Runs
from svcflow.mining import Mined
from svcflow.whatif import WhatIf

LOADS = (1.0, 0.9, 1.1)


def estimate(  # noqa: PLR0913 - what is asked, each a choice of its own
    log: Log,
    mined: Mined | None,
    workspace: Workspace | None,
    scenarios: WhatIf | Iterable[WhatIf],
    *,
    kpis: Sequence[str] = DEFAULT,
    confidence: float = 0.9,
    replicates: int = 200,
    seed: int = 0,
    loads: Sequence[float] = LOADS,
    simulate: Literal["auto", "always", "never"] = "auto",
    together: bool = False,
    runs: Runs | None = None,
    thorough: bool = False,
    progress: Progress | None = None,
) -> Estimates:
    """Return what each scenario would do to the figures `kpis`, with how sure that is.

    Simulated is what the gates allow (``never``: nothing; ``always``: even where the log is too short or the model does
    not give the log, but graded C then); what a simulation cannot show is bounded by a replay. `together` adds an
    estimate of all scenarios at once. As many of the `replicates` are played as a quarter of a minute of plain Python
    allows, all of them where it is to be `thorough`: the method of an effect says how many. `runs`, what the
    definitions say of the log, tells where they do not fit it.
    Raises UsageError for a figure or a team that there is not, GuardError for a condition that is none.
    """
    asked = (scenarios,) if isinstance(scenarios, WhatIf) else tuple(scenarios)
    everything = (*asked, _join(asked)) if together and len(asked) > 1 else asked
    every = (1.0, *(load for load in loads if load != 1.0))
    question = Question(parse_kpis(kpis), every, confidence, replicates, seed, thorough)
    bases = prepare(log, mined, workspace, question, simulate=simulate, runs=runs, progress=progress)
    question = replace(question, kpis=bases.find_known(question.kpis))
    misfit = explain_misfit(runs)
    decided = decide(bases, everything, question, misfit=misfit, progress=progress)
    rows = tuple(one.estimate for one in decided)
    return Estimates(
        rows[: len(asked)],
        rows[-1] if len(rows) > len(asked) else (rows[0] if together and rows else None),
        bases.evidence,
        bases.reason,
        lambda: _split(bases, decided[: len(asked)], question),
    )


def _join(scenarios: Sequence[WhatIf]) -> WhatIf:
    """Return one scenario of all changes; what several of them say stands once."""
    changes = dict.fromkeys(change for scenario in scenarios for change in scenario.changes)
    return WhatIf("together", tuple(changes))


def _split(bases: Bases, decided: Sequence[Decided], question: Question) -> Shares:
    """Return the shares of the joint effect of what was answered, by the method that answered most of it."""
    names = [one.estimate.scenario.name for one in decided]
    groups = {
        method: [n for n, one in enumerate(decided) if one.estimate.method == method]
        for method in ("simulation", "replay")
    }
    joints: list[float | None] = []
    share: list[float | None] = [None] * len(names)
    alone: list[float | None] = [None] * len(names)
    bounds: list[tuple[float, float] | None] = [None] * len(names)
    for method, places in groups.items():
        if not places:
            continue
        changes = [decided[place].estimate.scenario.changes for place in places]
        some = [names[place] for place in places]
        if method == "simulation":
            found = share_out(some, bases.value_simulation(changes, question), seed=question.seed)
        else:
            found = bases.share_replay(some, changes, question)
        joints.append(found.joint)
        for place, own, single, bound in zip(places, found.share, found.alone, found.bounds, strict=True):
            share[place], alone[place], bounds[place] = own, single, bound
    known = [joint for joint in joints if joint is not None]
    return Shares(tuple(names), sum(known) if known else None, tuple(share), tuple(alone), tuple(bounds))
