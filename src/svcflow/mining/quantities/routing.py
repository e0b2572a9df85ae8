"""The shapes that handovers take: returns, ping-pong in every stated sense, straight and circular routes.

**What.** For teams, people, lines, departments and, for comparison, activities: how many cases show each shape, and
how often it occurs. `means` is the definition that a number rests on, since senses of *ping-pong* differ tenfold.

**How.** The sequence of holders of each case is run-collapsed: A A B is A B. Occurrences of a shape may overlap: A
B A B A shows A-B-A three times.

**Source.** metrics.md 4. On the audit log of a service desk the four senses flagged 16.7, 15.6, 5.3 and 1.0 % of
cases, and A-B-A on activities 57.2 %.

**Limits.** A return is no fault by itself: a case may be meant to come back. The same rule on activities counts the
ordinary back and forth of statuses; it is here to be told apart, never to be called ping-pong of teams.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Batch, Codes, Log
from svcflow.mining.levels import Levels, find_departments, find_lines
from svcflow.mining.quantity import Measured, Setting
from svcflow.mining.routing import Routes, regroup, sustain, trace_activities, trace_routes
from svcflow.mining.shapes import find_shapes
from svcflow.mining.tables import Table

TITLE = {"en": "Shapes of routing", "zh": "流转形态"}
DEFINITION = "routing"
MISSING = {
    "en": "Unknown is a value like any other, never dropped.",
    "zh": "未知视为一个取值，从不丢弃。",
}

SHAPES = {
    "handover": "A B: somebody else takes the case",
    "return": "somebody has the case again",
    "ping-pong A-B-A": "back after one other",
    "ping-pong A-B-A-B": "two such bounces in a row",
    "ping-pong A-B-A-B-A-B": "four such bounces in a row",
    "circular": "back after two others or more: A B C A",
    "linear": "three holders or more, none twice: A B C",
}
"""The name of each shape and what it means."""
COLUMNS = ("between", "shape", "means", "shape_zh", "means_zh", "count", "cases")
SHAPES_ZH = {
    "handover": ("移交", "A B：换由他人处理"),
    "return": ("返回", "某一方再次处理该案件"),
    "ping-pong A-B-A": ("来回 A-B-A", "经另一方后返回"),
    "ping-pong A-B-A-B": ("来回 A-B-A-B", "连续两次这样的来回"),
    "ping-pong A-B-A-B-A-B": ("来回 A-B-A-B-A-B", "连续四次这样的来回"),
    "circular": ("环形", "经两方以上后返回：A B C A"),
    "linear": ("直线", "三方以上且无人重复：A B C"),
}
"""The same in Chinese: name and meaning."""
BETWEEN = ("team", "person", "line", "department", "activity")

State = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RoutingFold:
    """Counts shapes; the state is (between, shape, (occurrences, cases)) and the number of cases."""

    machines: Codes
    outsiders: Codes
    levels: tuple[Levels | None, Levels | None]
    known: tuple[bool, bool]

    def partial(self, batch: Batch) -> tuple[State, int]:
        """Summarise one block."""
        counts = np.zeros((len(BETWEEN), len(SHAPES), 2), np.int64)
        one = np.ones(len(batch.offsets) - 1, np.int64)
        for place, routes in enumerate(self._trace(batch)):
            if routes is not None:
                counts[place] = _count_shapes(routes, one)
        counts[-1] = _count_shapes(trace_activities(batch), find_shapes(batch).cases)
        return counts, len(batch.offsets) - 1

    def _trace(self, batch: Batch) -> Iterator[Routes | None]:
        """Yield the routes in the order of BETWEEN but for activities, ``None`` where nobody knows."""
        teams, people = self.known
        of_teams = trace_routes(batch, batch.team, self.outsiders) if teams else None
        yield of_teams
        yield trace_routes(batch, batch.resource, self.machines) if people else None
        for level in self.levels:
            yield None if level is None or of_teams is None else regroup(of_teams, level.of_team)

    def merge(self, left: tuple[State, int], right: tuple[State, int]) -> tuple[State, int]:
        """Add two summaries."""
        return left[0] + right[0], left[1] + right[1]

    def finish(self, state: tuple[State, int], log: Log) -> Measured:
        """Return the shapes, those of teams first."""
        counts, cases = state
        known = (*self.known, *(level is not None for level in self.levels), True)
        rows = [
            (between, shape, means, *SHAPES_ZH[shape], *counts[i, k].tolist())
            for i, between in enumerate(BETWEEN)
            if known[i]
            for k, (shape, means) in enumerate(SHAPES.items())
        ]
        columns: dict[str, list[Any]] = dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
        columns["share"] = [number / cases if cases else None for number in columns["cases"]]
        lines = self.levels[0]
        figures = {
            f"handovers_per_case_{between}": int(counts[i, 0, 0]) / cases if cases else None
            for i, between in enumerate(BETWEEN[:-1])
            if known[i]
        }
        return Measured(
            Table(columns), figures | ({"lines_from": lines.source} if lines else {}), cases, "cases", "none"
        )


def _count_shapes(routes: Routes, cases: NDArray[np.int64]) -> State:
    """Return occurrences and cases of each shape, in the order of SHAPES; each route is that of so many `cases`."""
    returned = np.flatnonzero(routes.distance > 0)
    lengths = np.bincount(routes.case, minlength=len(cases))
    straight = lengths > 2
    straight[routes.case[returned]] = False
    occurrences = (
        routes.case[routes.received],
        routes.case[returned],
        routes.case[routes.bounced],
        routes.case[sustain(routes, 2)],
        routes.case[sustain(routes, 4)],
        routes.case[routes.distance > 2],
        np.flatnonzero(straight),
    )
    shown = [np.bincount(case, minlength=len(cases)) for case in occurrences]
    return np.array([(int((times * cases).sum()), int(cases[times > 0].sum())) for times in shown], np.int64)


def prepare(setting: Setting) -> RoutingFold:
    """Return the fold of this quantity."""
    levels = find_lines(setting.teams, setting.organisation), find_departments(setting.teams, setting.organisation)
    return RoutingFold(
        setting.machines,
        setting.outsiders,
        levels if setting.teams_move else (None, None),
        (len(setting.teams) > 1 and setting.teams_move, len(setting.resources) > 1),
    )
