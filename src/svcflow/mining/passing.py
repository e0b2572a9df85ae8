"""Handovers pair by pair, as quantities show them: with their share of all waiting and how often work comes back.

`LevelFold` counts them between what teams belong to, with the kernel that counts them between teams.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from svcflow.engines.fold import summarise_one
from svcflow.eventlog.log import Batch, Log
from svcflow.mining.describing import choose_detail, is_approximate
from svcflow.mining.durations import KEEP
from svcflow.mining.grouping import seconds
from svcflow.mining.handovers import Handovers, HandoversFold
from svcflow.mining.levels import Levels
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.tables import Table
from svcflow.mining.transitions import follow

Figures = Mapping[str, float | int | str | None]

KEPT = ("total_business_s", "median_business_s", "p90_business_s", "excess_business_s")
"""What stands in the table besides where a calendar is given."""


NO_MOVES = (
    "the export has one row a case, with the team that has it now: changes of team are not in it",
    "导出数据每个工单一行，只有当前团队，不含团队变更",
)
"""Why handovers between teams are not told, see `Setting.teams_move`."""

LISTED = 1_000
"""So many pairs are listed; the figures are of all."""


def describe_handovers(
    found: Handovers | None,
    waited_s: float,
    *,
    people: bool = False,
    approximate: bool = False,
    more: Figures | None = None,
) -> Measured:
    """Return the pairs of a table of handovers, dearest first; `waited_s` is all time between events.

    `approximate` tells that percentiles of many delays are; `more` are figures to print beside the others.
    """
    if found is None:
        return decline("the log names nobody between whom work is handed over", "日志未记录工作在谁之间移交")
    rows = sorted(found.to_rows(), key=lambda row: (-row["total_s"], -row["count"], row["from"], row["to"]))
    total, excess = sum(row["total_s"] for row in rows), _add_known([row["excess_s"] for row in rows])
    pairs, rows = len(rows), rows[:LISTED]
    columns: dict[str, list[Any]] = {
        "from": [row["from"] for row in rows],
        "to": [row["to"] for row in rows],
        "count": [row["count"] for row in rows],
        "cases": [row["cases"] for row in rows],
        "returns": [row["returns"] for row in rows],
        "return_rate": [row["returns"] / row["count"] for row in rows],
        "median_s": [row["median_s"] for row in rows],
        "p90_s": [row["p90_s"] for row in rows],
        "total_s": [row["total_s"] for row in rows],
        "share": [row["total_s"] / waited_s if waited_s else None for row in rows],
        "excess_s": [row["excess_s"] for row in rows],
    }
    columns |= {name: [row[name] for row in rows] for name in KEPT if rows and name in rows[0]}
    counts = found.counts
    figures: dict[str, float | int | str | None] = {
        "handover_cases": counts.cases,
        "pairs": pairs,
        "waiting_share": total / waited_s if waited_s else None,
        "excess_s": excess,
        **(more or {}),
    }
    names = ("from", "to") if people else ()
    approximate = approximate and any(row["count"] > KEEP for row in rows)
    return Measured(Table(columns), figures, counts.total, "handovers", approximate=approximate, people=names)


def _add_known(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known), 3) if known else None


@dataclass(frozen=True, slots=True)
class LevelFold:
    """Counts the handovers between what teams belong to: the fold for teams, over their lines or departments."""

    levels: Levels
    inner: HandoversFold

    def begin(self) -> Gathered:
        """Return an accumulator of nothing."""
        return Gathered(self)

    def partial(self, batch: Batch) -> tuple[Any, int]:
        """Summarise one block; the second part is the waiting of all its steps."""
        return summarise_one(self, batch)

    def merge(self, left: tuple[Any, int], right: tuple[Any, int]) -> tuple[Any, int]:
        """Put two summaries together."""
        return self.inner.merge(left[0], right[0]), left[1] + right[1]

    def finish(self, state: tuple[Any, int], log: Log) -> tuple[Handovers, float, bool]:
        """Return the handovers, all waiting of the log in seconds, whether percentiles are approximate."""
        delays = (state[0].elapsed.pairs, state[0].business.pairs)
        return self.inner.finish(state[0], log), seconds(state[1]), is_approximate(*delays)


class Gathered:
    """The handovers in the blocks so far, and their waiting."""

    def __init__(self, fold: LevelFold) -> None:
        self._fold, self._inner, self._waited = fold, fold.inner.begin(), 0

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        self._waited += int(follow(batch, self._fold.inner.activities).waiting.sum(dtype=np.int64))
        known = {name: found for name, found in batch.derived.items() if not name.startswith("routes of team")}
        self._inner.add(replace(batch, team=self._fold.levels.of_team[batch.team], derived=known))

    def state(self) -> tuple[Any, int]:
        """Return the state of the blocks so far."""
        return self._inner.state(), self._waited


def prepare_levels(levels: Levels, setting: Setting) -> LevelFold:
    """Return the fold over lines or departments."""
    people = (setting.outsiders, setting.clock, choose_detail(setting))
    return LevelFold(levels, HandoversFold("team", len(setting.activities), levels.names, *people))


@dataclass(frozen=True, slots=True)
class Declined:
    """The fold of a quantity that a log cannot tell: it reads nothing."""

    en: str
    zh: str
    columns: frozenset[str] = frozenset()

    def partial(self, batch: Batch) -> Literal[0]:
        """Summarise nothing."""
        return 0

    def merge(self, left: Literal[0], right: Literal[0]) -> Literal[0]:
        """Add nothing."""
        return 0

    def finish(self, state: Literal[0], log: Log) -> Measured:
        """Return why the log does not tell."""
        return decline(self.en, self.zh)
