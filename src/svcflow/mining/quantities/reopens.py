"""Re-opens: cases that were settled and went on, after which step, by whom, and how much later.

**What.** For each done activity and the activity that re-opened the case: how often and in how many cases, how long
after the case was settled, and whether the team (and the person) that re-opened it was the one that had settled it
or another. `reopen_rate` is the share of the settled cases that were ever re-opened.

**How.** A re-open is a step from a done activity to one that is not done: Resolved, Closed, Active is one. The
delay runs from the first of the done instances in a row to the start of the one that re-opens.

**Source.** metrics.md 5. The counter `reopen_count` of ServiceNow and `reopens` of Zendesk count the same; see
`source-counters` for how far they agree.

**Limits.** What *done* is was stated or guessed (see the roles of the log). A case settled near the end of the log
may yet be re-opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow import times
from svcflow.eventlog.log import UNKNOWN, Batch, Codes, Log
from svcflow.mining.describing import choose_detail, is_approximate
from svcflow.mining.durations import EXACT, Detail, Durations, from_groups
from svcflow.mining.grouping import all_seconds, count, distinct, group, seconds
from svcflow.mining.passing import Declined
from svcflow.mining.quantity import Measured, Setting
from svcflow.mining.reopening import find_reopens, is_settled
from svcflow.mining.sums import Sums, sum_by
from svcflow.mining.tables import Table
from svcflow.mining.tallies import Tally
from svcflow.mining.transitions import BusinessClock, case_of_rows

TITLE = {"en": "Re-opens", "zh": "重开"}
DEFINITION = "reopens"
MISSING = {
    "en": "Where the team or person on either side is unknown, the re-open is by neither the same nor another.",
    "zh": "任一方团队或人员未知时，既不计为同一方也不计为另一方。",
}


class Part(NamedTuple):
    """What is known so far. By pair of activities: cases, by whom (SIDES), delays; and counts of cases."""

    counts: NDArray[np.int64]
    cases: Tally
    by: Sums
    delays: Durations
    open_delays: Durations
    all_delays: Durations
    """Of all pairs together, by key 0."""


SIDES = ("same_team", "other_team", "same_person", "other_person")


@dataclass(frozen=True, slots=True)
class ReopensFold:
    """Measures re-opens; `done` are the codes of done activities."""

    width: int
    done: Codes
    clock: BusinessClock | None = None
    detail: Detail = EXACT

    def partial(self, batch: Batch) -> Part:
        """Summarise one block."""
        found = find_reopens(batch, self.done)
        before, pairs = found.row - 1, found.pair(batch, self.width)
        start, since = batch.start[found.row], batch.time[found.settled]
        sides = [same_or_other(column[before], column[found.row]) for column in (batch.team, batch.resource)]
        delays = times.waiting(since, start)
        opened = self.clock.elapsed_all(since, np.maximum(since, start)) if self.clock else delays
        per_case = count(found.case)[1]
        settled = distinct(case_of_rows(batch)[is_settled(batch, self.done)])
        space = self.width * self.width
        return Part(
            np.array([len(settled), len(per_case), int((per_case > 1).sum())], np.int64),
            Tally(*count(distinct(found.case * space + pairs) % space)),
            sum_by(pairs, np.concatenate(sides)),
            from_groups(group(pairs, delays), self.detail),
            from_groups(group(pairs, opened), self.detail),
            from_groups(group(np.zeros_like(pairs), delays), self.detail),
        )

    def merge(self, left: Part, right: Part) -> Part:
        """Put two summaries together."""
        return Part(
            left.counts + right.counts,
            left.cases.merge(right.cases),
            left.by + right.by,
            left.delays.merge(right.delays),
            left.open_delays.merge(right.open_delays),
            left.all_delays.merge(right.all_delays),
        )

    def finish(self, state: Part, log: Log) -> Measured:
        """Return the re-opens by pair of activities, most frequent first."""
        delays = state.delays
        order = np.lexsort((delays.keys, -delays.counts))
        keys = delays.keys[order]
        source, target = np.divmod(keys, max(self.width, 1))
        columns: dict[str, list[Any]] = {
            "settled_by": [log.activities[code] for code in source.tolist()],
            "reopened_by": [log.activities[code] for code in target.tolist()],
            "count": delays.counts[order].tolist(),
            "cases": state.cases.of(keys).tolist(),
            **dict(zip(SIDES, state.by.get(keys).tolist(), strict=True)),
            "after_median_s": all_seconds(delays.quantile(0.5)[order]),
            "after_p90_s": all_seconds(delays.quantile(0.9)[order]),
        }
        if self.clock:
            columns["after_median_business_s"] = all_seconds(state.open_delays.quantile(0.5)[order])
        for names, known in ((SIDES[:2], log.has_teams), (SIDES[2:], log.has_resources)):
            columns |= {} if known else dict.fromkeys(names, [None] * len(keys))
        settled, reopened, twice = state.counts.tolist()
        figures: dict[str, float | int | str | None] = {
            "reopens": int(delays.counts.sum()),
            "reopened_cases": reopened,
            "reopen_rate": reopened / settled if settled else None,
            "reopened_twice_cases": twice,
            "after_median_s": seconds(state.all_delays.quantile(0.5)[0]) if len(keys) else None,
        }
        return Measured(Table(columns), figures, settled, "settled cases", approximate=is_approximate(*state[-3:]))


def same_or_other(before: Codes, after: Codes) -> NDArray[np.int64]:
    """Return two rows of 0 and 1: both known and the same, both known and different."""
    known = (before != UNKNOWN) & (after != UNKNOWN)
    return np.stack([known & (before == after), known & (before != after)]).astype(np.int64)


def prepare(setting: Setting) -> ReopensFold | Declined:
    """Return the fold of this quantity."""
    if setting.done is None:
        return Declined(
            "the log does not say after which activities a matter is settled (`done:` in a mapping)",
            "日志未说明哪些活动表示事项已解决（映射中的 done）",
        )
    return ReopensFold(len(setting.activities), setting.done, setting.clock, choose_detail(setting))
