"""The front for Python: a log as a model that can be asked, tested against weeks it has not seen, and doubted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from svcflow.definitions.model import Workspace
from svcflow.errors import UsageError
from svcflow.estimation.backtest import Backtest, find_periods
from svcflow.estimation.estimate import LOADS, estimate
from svcflow.estimation.kpis import DEFAULT
from svcflow.estimation.results import Estimates
from svcflow.estimation.survey import hold_out
from svcflow.eventlog.log import Log
from svcflow.eventlog.selection import Moment
from svcflow.mining import Mined, mine
from svcflow.simulation.cutting import cut
from svcflow.simulation.fitting import fit
from svcflow.simulation.identifiability import Answer
from svcflow.simulation.model import FlowModel
from svcflow.simulation.outcome import Outcome
from svcflow.whatif import Change, WhatIf

SHARES = (0.05, 0.5)


@dataclass(frozen=True, eq=False)
class Flow:
    """A log, measured, with its definitions and the `model` fitted to it."""

    log: Log
    mined: Mined
    model: FlowModel
    definition: Workspace | None = field(default=None, repr=False)

    def identifiability(self) -> tuple[Answer, ...]:
        """Return what a simulation of this log can answer and what not."""
        return self.model.identifiability()

    def run(self, changes: WhatIf | Sequence[Change] = (), *, seed: int = 0, load: float = 1.0) -> Outcome:
        """Play the log's cases with changes made; the same seed plays the same cases with the same luck."""
        made = changes.changes if isinstance(changes, WhatIf) else tuple(changes)
        return self.model.run(made, seed=seed, load=load)

    def backtest(self, test: str | float = "25%", *, reps: int = 20, seed: int = 0) -> Backtest:
        """Return what the model, fitted on the time before the last cases, foretells of them; see `Backtest`.

        Raises UsageError where the log is too short for that.
        """
        period = find_periods(self.model, _read_share(test))[1]
        found = hold_out(self.model, period, replications=reps, seed=seed)
        if found is None:
            raise UsageError("the log is too short to hold a part of it back", "a back-test needs eight weeks or more")
        return found

    def estimate(
        self,
        scenarios: WhatIf | Iterable[WhatIf],
        *,
        kpi: Sequence[str] = DEFAULT,
        ci: float = 0.9,
        reps: int = 200,
        seed: int = 0,
        **options: Any,
    ) -> Estimates:
        """Return what scenarios would do; see `svcflow.estimation.estimate`, whose other options are taken too."""
        return estimate(
            self.log,
            self.mined,
            self.definition,
            scenarios,
            kpis=tuple(kpi),
            confidence=ci,
            replicates=reps,
            seed=seed,
            **({"loads": LOADS} | options),
        )


def simulate(
    log: Log,
    definition: Workspace | None = None,
    *,
    mined: Mined | None = None,
    until: Moment | None = None,
) -> Flow:
    """Return a log as a model of its flow; with `until`, of what had happened by then.

    Raises CannotSimulateError with the reason where there can be no simulation; `estimate` still gives bounds then.
    """
    if until is not None:
        log, mined = cut(log, until), None
    measured = mined or mine(log)
    return Flow(log, measured, fit(log, measured, definition), definition)


def _read_share(text: str | float) -> float:
    try:
        share = float(text.rstrip("% ")) / 100 if isinstance(text, str) else float(text)
    except ValueError:
        share = 0.0
    if not SHARES[0] <= share <= SHARES[1]:
        raise UsageError(f"{text!r} is no share to hold back", "write 25% or 0.25: from 5% to 50%")
    return share
