"""Handovers between lines of support, up and down.

**What.** For each pair of lines what `handovers-of-teams` says of teams. `lines_from` says where the lines come
from.

**How.** A team is of the line that the organisation of the workspace gives it (`line:`), found by the team's id and
labels; where no organisation says, of the line its name shows: `2nd`, `L2`, `level 2`, `second line`, `二线`. The
sequence of lines of a case is run-collapsed, unknown being a value.

**Source.** metrics.md 4. At Volvo IT the suffix of a support team is its line (BPI Challenge 2013).

**Limits.** A name is evidence, no statement: state `line:` in the organisation where it matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from svcflow.engines.fold import Accumulator
from svcflow.eventlog.log import Batch, Log
from svcflow.mining.levels import NO_LINES, find_lines
from svcflow.mining.passing import NO_MOVES, Declined, LevelFold, describe_handovers, prepare_levels
from svcflow.mining.quantity import Measured, Setting

TITLE = {"en": "Handovers between lines", "zh": "支持层级间移交"}
DEFINITION = "handovers"
MISSING = {
    "en": "A team whose line is not known is on an unknown line: a value like any other.",
    "zh": "层级未知的团队归入未知层级，视为一个取值。",
}

State = tuple[Any, int]


@dataclass(frozen=True, slots=True)
class LinesFold:
    """Counts handovers between lines."""

    inner: LevelFold

    def begin(self) -> Accumulator[State]:
        """Return an accumulator of nothing."""
        return self.inner.begin()

    def partial(self, batch: Batch) -> State:
        """Summarise one block."""
        return self.inner.partial(batch)

    def merge(self, left: State, right: State) -> State:
        """Add two summaries."""
        return self.inner.merge(left, right)

    def finish(self, state: State, log: Log) -> Measured:
        """Return the pairs of lines."""
        found, waited_s, approximate = self.inner.finish(state, log)
        more = {"lines_from": self.inner.levels.source}
        return describe_handovers(found, waited_s, approximate=approximate, more=more)


def prepare(setting: Setting) -> LinesFold | Declined:
    """Return the fold of this quantity."""
    levels = find_lines(setting.teams, setting.organisation)
    if levels is None:
        return Declined(*NO_LINES)
    return LinesFold(prepare_levels(levels, setting)) if setting.teams_move else Declined(*NO_MOVES)
