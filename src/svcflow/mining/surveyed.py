"""What passes over a canonical file found, for quantities that a log in memory is measured for at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from svcflow import engines
from svcflow.engines.local import Folds, States
from svcflow.eventlog.store.stored import Stored
from svcflow.findings import Side
from svcflow.mining.quantity import Setting
from svcflow.mining.refinement import refine
from svcflow.mining.tallies import Tally
from svcflow.mining.timers import Timer

PairKey = int
"""``before * activities + after``."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What is known of a file so far. `states` are those of folds by name.

    `written` counts the instances by ``resource * teams + team``; `pairs` says of each two activities that follow each
    other who owns the wait between them, and which timer makes it. `how` are the options of `engines.survey`.
    """

    log: Stored
    setting: Setting
    written: Tally
    pairs: Mapping[PairKey, tuple[Side, Timer | None]]
    how: Mapping[str, Any]
    states: States
    exact: bool = False
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What one quantity has worked out and another needs too."""

    def run(self, folds: Folds) -> States:
        """Return the states of folds from one more pass over the file."""
        return engines.survey(self.log, folds, **self.how) if folds else {}

    def go_on(self, folds: Folds) -> Surveyed:
        """Return what is known after one more pass; two where exact percentiles are asked for."""
        states = self.run(folds)
        if self.exact and folds:
            states = refine(self.log, folds, states, **self.how)
        return replace(self, states={**self.states, **states})
