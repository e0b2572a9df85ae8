"""Escalations: cases that go up a line of support, how long they wait before it, and whether lines are skipped.

**What.** For each pair of lines, lower first: how often cases go up from the one to the other, how many levels that
skips, the *wait before the escalation*, which the first instance on the higher line waits, and how long the lower
line had *held* the case, from the start of its first instance on. Besides, how many cases keep to *push to front*:
they start at line 1, nothing goes back down, and no line is skipped; each condition also alone.

**How.** The lines are those of `handovers-of-lines`. Instances of no known line are passed over here, since what is
unknown is neither above nor below; cases without any known line are not judged.

**Source.** metrics.md 4; the target of 30 minutes is that of metrics.md 9.

**Limits.** Where the export knows one time per event, the wait holds the work of the higher line's first instance
too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow import times
from svcflow.eventlog.log import Batch, Codes, Log
from svcflow.mining.describing import choose_detail, is_approximate
from svcflow.mining.durations import EXACT, Detail, Durations, from_groups
from svcflow.mining.grouping import all_seconds, count, distinct, group, seconds
from svcflow.mining.levels import NO_LINES, Levels, find_lines
from svcflow.mining.passing import Declined
from svcflow.mining.quantity import Measured, Setting
from svcflow.mining.routing import regroup, trace_routes
from svcflow.mining.tables import Table
from svcflow.mining.tallies import Tally
from svcflow.mining.transitions import BusinessClock

TITLE = {"en": "Escalations", "zh": "升级"}
DEFINITION = "escalations"
MISSING = {
    "en": "Instances of teams without a known line are passed over; cases without any are not judged.",
    "zh": "层级未知的团队的实例略过；没有任何已知层级的案件不作判断。",
}
PROMPT = 30 * 60_000
"""An escalation should wait no longer: 30 minutes, in milliseconds."""

JUDGED, FRONT, NEVER_DOWN, NONE_SKIPPED, PUSHED, UP, DOWN, SKIPS = range(8)


class Part(NamedTuple):
    """What is known so far: counts; by pair of lines the cases, the prompt escalations, the waits, the time held."""

    counts: NDArray[np.int64]
    cases: Tally
    prompt: Tally
    open_prompt: Tally
    waits: Durations
    open_waits: Durations
    held: Durations
    all_waits: Durations
    """Of all pairs together, by key 0."""


@dataclass(frozen=True, slots=True)
class EscalationsFold:
    """Measures what goes up a line."""

    levels: Levels
    outsiders: Codes
    clock: BusinessClock | None = None
    detail: Detail = EXACT

    def partial(self, batch: Batch) -> Part:
        """Summarise one block."""
        stays = regroup(trace_routes(batch, batch.team, self.outsiders), self.levels.of_team, known=True)
        row, case, line = stays.row, stays.case, stays.holder
        first = np.ones(len(row), np.bool_)
        first[1:] = case[1:] != case[:-1]
        height = self.levels.heights[line].astype(np.int64)
        climb = np.where(first, 0, height - np.roll(height, 1))
        up = np.flatnonzero(climb > 0)
        pairs = line[up - 1].astype(np.int64) * len(self.levels.names) + line[up]
        ends, starts = batch.time[row[up] - 1], batch.start[row[up]]
        waits = times.waiting(ends, starts)
        open_waits = self.clock.elapsed_all(ends, np.maximum(starts, ends)) if self.clock else waits
        held = times.waiting(batch.start[row[up - 1]], starts)
        width = len(self.levels.names) ** 2
        collected = ((pairs, waits), (pairs, open_waits), (pairs, held), (np.zeros_like(pairs), waits))
        return Part(
            _count_cases(first, height, climb),
            Tally(*count(distinct(case[up] * width + pairs) % width)),
            Tally(*count(pairs[waits <= PROMPT])),
            Tally(*count(pairs[open_waits <= PROMPT])),
            *(from_groups(group(*rows), self.detail) for rows in collected),
        )

    def merge(self, left: Part, right: Part) -> Part:
        """Put two summaries together."""
        rest = (a.merge(b) for a, b in zip(left[1:], right[1:], strict=True))  # type: ignore[attr-defined]
        return Part(left.counts + right.counts, *rest)

    def finish(self, state: Part, log: Log) -> Measured:
        """Return the escalations by pair of lines."""
        waits, held = state.waits, state.held
        source, target = np.divmod(waits.keys, len(self.levels.names))
        heights = self.levels.heights
        columns: dict[str, list[Any]] = {
            "from": [self.levels.names[code] for code in source.tolist()],
            "to": [self.levels.names[code] for code in target.tolist()],
            "skipped": (heights[target] - heights[source] - 1).tolist(),
            "count": waits.counts.tolist(),
            "cases": state.cases.of(waits.keys).tolist(),
            "wait_median_s": all_seconds(waits.quantile(0.5)),
            "wait_p90_s": all_seconds(waits.quantile(0.9)),
            "wait_total_s": all_seconds(waits.totals),
            "within_30_min_share": (state.prompt.of(waits.keys) / waits.counts).tolist(),
            "held_median_s": all_seconds(held.quantile(0.5)),
        }
        if self.clock:
            columns["wait_median_business_s"] = all_seconds(state.open_waits.quantile(0.5))
            columns["within_30_min_business_share"] = (state.open_prompt.of(waits.keys) / waits.counts).tolist()
        approximate = is_approximate(*state[-4:])
        return Measured(
            Table(columns), self._sum_up(state), int(state.counts[JUDGED]), "cases", approximate=approximate
        )

    def _sum_up(self, state: Part) -> dict[str, float | int | str | None]:
        counts = state.counts.tolist()
        judged, up = counts[JUDGED], counts[UP]
        return {
            "lines_from": self.levels.source,
            "escalations": up,
            "levels_skipped": counts[SKIPS],
            "back_down": counts[DOWN],
            "start_at_line_1_share": counts[FRONT] / judged if judged else None,
            "never_down_share": counts[NEVER_DOWN] / judged if judged else None,
            "none_skipped_share": counts[NONE_SKIPPED] / judged if judged else None,
            "push_to_front_share": counts[PUSHED] / judged if judged else None,
            "wait_median_s": seconds(state.all_waits.quantile(0.5)[0]) if up else None,
            "wait_p90_s": seconds(state.all_waits.quantile(0.9)[0]) if up else None,
            "within_30_min_share": int(state.prompt.counts.sum()) / up if up else None,
        }


def _count_cases(first: NDArray[np.bool_], height: NDArray[np.int64], climb: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the counts of one block: cases judged, cases that fulfil each condition, moves, levels skipped."""
    starts = np.flatnonzero(first)
    number = np.cumsum(first) - 1
    front = height[starts] == 1
    down, skips = (np.bincount(number[moves], minlength=len(starts)) > 0 for moves in (climb < 0, climb > 1))
    counts = np.zeros(SKIPS + 1, np.int64)
    counts[[JUDGED, FRONT]] = len(starts), front.sum()
    counts[[NEVER_DOWN, NONE_SKIPPED]] = (~down).sum(), (~skips).sum()
    counts[PUSHED] = (front & ~down & ~skips).sum()
    counts[[UP, DOWN, SKIPS]] = (climb > 0).sum(), (climb < 0).sum(), (climb[climb > 1] - 1).sum()
    return counts


def prepare(setting: Setting) -> EscalationsFold | Declined:
    """Return the fold of this quantity."""
    levels = find_lines(setting.teams, setting.organisation)
    if levels is None:
        return Declined(*NO_LINES)
    return EscalationsFold(levels, setting.outsiders, setting.clock, choose_detail(setting))
