"""Waiting by step, from when each could have begun.

**What.** For each activity: how many of its instances waited for another, and for how long; for how long the case stood
still before them (`standing_s`); how many began before the instance before them had ended (`overlaps`), and how many
were enabled by another than the one just before (`passed_over`).

**How.** An instance is enabled by the latest instance of its case that had ended when it began and does not run side by
side with it; `waiting` runs from there to its start and is never negative. Activities run side by side if the
definitions say so (`parallel:`); of others the log decides: each follows the other, in neither order nearly always, and
not in turns (heuristics relation). Steps that run side by side wait at the same time, and each counts; `standing_s`
counts no moment twice, and with the work makes up the cycle times. Instances whose start is unknown count from enabled
to done: `known_start_share` says how many are not.

**Source.** Weijters, van der Aalst & de Medeiros 2006; Lashkevich et al., CAiSE 2023; metrics.md 6.

**Limits.** The log does not tell what the first step of a case waited for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from svcflow.eventlog.log import Batch, Log, Vocabulary
from svcflow.mining.concurrency import Concurrency
from svcflow.mining.describing import choose_detail, is_approximate
from svcflow.mining.durations import EXACT, Detail, Durations, from_groups
from svcflow.mining.enablement import Enablement, enable, enable_block
from svcflow.mining.grouping import Ints, add_up, all_seconds, distinct, group, say_known, seconds
from svcflow.mining.precedence import ORDER, OrderFold, judge_concurrency
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.tables import Table

if TYPE_CHECKING:
    from svcflow.eventlog.store.stored import Stored
    from svcflow.mining.surveyed import Surveyed

TITLE = {"en": "Waiting by step", "zh": "各步骤的等待"}
DEFINITION = "enablement"
MISSING = {
    "en": "Without a known start the work is in the time too; the share with one is given.",
    "zh": "开始时间未知时，时间中包含处理时间；并给出已知开始时间的占比。",
}


class Steps(NamedTuple):
    """What waited, by activity: `waits` of those that waited, the other numbers one for each activity.

    `known` of all waits have a known start.
    """

    waits: Durations
    standing: Ints
    overlaps: Ints
    passed: Ints
    cases: Ints
    known: int


@dataclass(frozen=True, slots=True)
class EnablementFold:
    """Summarises `Steps` of so many activities, of which some run side by side."""

    concurrency: Concurrency
    detail: Detail
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity"})

    def partial(self, batch: Batch) -> Steps:
        """Summarise one block."""
        return summarise_steps(enable_block(batch, self.concurrency), batch, self.detail)

    def merge(self, left: Steps, right: Steps) -> Steps:
        """Put two summaries together."""
        return Steps(
            left.waits.merge(right.waits),
            left.standing + right.standing,
            left.overlaps + right.overlaps,
            left.passed + right.passed,
            left.cases + right.cases,
            left.known + right.known,
        )

    def finish(self, state: Steps, log: Log) -> Measured:
        """Return the waiting by step."""
        return list_steps(state, self.concurrency, log.activities)


def measure(log: Log, setting: Setting) -> Measured:
    """Return the waiting of `log` by step."""
    found = enable(log, setting.declared)
    return list_steps(summarise_steps(found, log, EXACT), found.concurrency, log.activities)


def begin(log: Stored, setting: Setting) -> dict[str, Any]:  # noqa: ARG001 - the log is what it runs over
    """Return the fold that finds what runs side by side."""
    return {ORDER: OrderFold(len(setting.activities))}


def go_on(found: Surveyed) -> dict[str, Any]:
    """Return the fold that knows it."""
    return {DEFINITION: EnablementFold(judge_concurrency(found), choose_detail(found.setting))}


def tell(found: Surveyed) -> Measured:
    """Return the waiting of a file by step."""
    return list_steps(found.states[DEFINITION], judge_concurrency(found), found.log.activities)


def summarise_steps(found: Enablement, log: Log | Batch, detail: Detail) -> Steps:
    """Return what waited in some cases, of which `found` tells when their instances were enabled."""
    instances, width = found.instances, found.concurrency.width
    at = np.flatnonzero(found.waits)
    activity = instances.activity[at].astype(np.int64)
    number = max(len(log.offsets) - 1, 1)
    case = activity * number + instances.case[at]
    return Steps(
        from_groups(group(activity, found.waiting[at]), detail),
        add_up(activity, (instances.start - found.stood)[at], width),
        np.bincount(activity[instances.time[at - 1] > instances.start[at]], minlength=width),
        np.bincount(activity[found.source[at] != at - 1], minlength=width),
        np.bincount(distinct(case) // number, minlength=width),
        int(log.has_start[instances.row[at]].sum()),
    )


def list_steps(found: Steps, concurrency: Concurrency, activities: Vocabulary) -> Measured:
    """Return what waited as a table, what cases stood still for longest first."""
    waits, standing, overlaps, passed, cases, known = found
    count = int(waits.counts.sum())
    if not count:
        return decline("No case of this log has two steps.", "该日志中没有包含两个步骤的案例。")
    figures = {
        "total_s": seconds(waits.totals.sum()),
        "standing_s": seconds(standing.sum()),
        "known_start_share": known / count,
        "concurrent_pairs": len(concurrency.pairs) // 2,
        "declared_pairs": concurrency.declared // 2,
    }
    order = np.lexsort((waits.keys, -waits.totals, -standing[waits.keys]))
    codes = waits.keys[order]
    table = Table(
        {
            "activity": [activities[code] for code in codes.tolist()],
            "count": waits.counts[order].tolist(),
            "cases": cases[codes].tolist(),
            "standing_s": all_seconds(standing[codes]),
            "total_s": all_seconds(waits.totals[order]),
            "median_s": say_known(waits.quantile(0.5)[order]),
            "p90_s": say_known(waits.quantile(0.9)[order]),
            "overlaps": overlaps[codes].tolist(),
            "passed_over": passed[codes].tolist(),
        }
    )
    return Measured(table, figures, count, "instances", approximate=is_approximate(waits))
