"""How long each activity is waited for and worked on: median, P90, mean and total, on the wall clock and in open hours.

**What.** For each activity, dearest first: its instances and cases, the waiting from the end of the instance before it
to its start, and its processing from start to completion.

**How.** Waiting is known for every instance that has one before it in its case, processing only for those whose start
is known. Open hours are those of the calendar that was given.

**Limits.** With one time stamp per event the start is the completion: waiting is then sojourn, the activity's own work
is in it, and processing is not measurable: it is left out, never 0. The first instance of a case waits for nothing.

**Source.** metrics.md 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from svcflow.engines.fold import summarise_one
from svcflow.eventlog.log import Batch, Log
from svcflow.mining.collecting import Collector
from svcflow.mining.describing import choose_detail, is_approximate, list_durations
from svcflow.mining.durations import Detail, Durations
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.tables import Table
from svcflow.mining.transitions import BusinessClock

if TYPE_CHECKING:
    from svcflow.mining.mined import Mined

TITLE = {"en": "Waiting and processing by activity", "zh": "各活动的等待与处理时间"}
DEFINITION = "step-times"
MISSING = {
    "en": "An instance without a known start has no processing time; it is left out, not 0.",
    "zh": "开始时间未知的实例没有处理时间：不计入，也不记为 0。",
}

ID = "step-times"


@dataclass(frozen=True)
class OpenWorkFold:
    """Collects processing in open hours by activity; nothing without a clock."""

    activities: int
    clock: BusinessClock | None
    detail: Detail
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity"})

    def begin(self) -> OpenWork:
        """Return an accumulator of nothing."""
        return OpenWork(self)

    def partial(self, batch: Batch) -> Durations:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: Durations, right: Durations) -> Durations:
        """Put two summaries together."""
        return left.merge(right)

    def finish(self, state: Durations, log: Log) -> Measured:
        """Return the columns on processing in open hours, by activity code."""
        columns: dict[str, list[Any]] = {"code": state.keys.tolist()}
        if self.clock:
            columns |= list_durations(state, columns["code"], unit="_business_s", prefix="processing_")
        return Measured(Table(columns), {}, int(state.counts.sum()), "instances", approximate=is_approximate(state))


class OpenWork:
    """Processing in open hours of the blocks so far."""

    def __init__(self, fold: OpenWorkFold) -> None:
        self._clock = fold.clock
        self._collector = Collector(fold.activities, fold.detail)

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        if self._clock is None:
            return
        rows = np.flatnonzero(batch.has_start)
        spent = self._clock.elapsed_all(batch.start[rows], batch.time[rows])
        self._collector.add(batch.activity[rows].astype(np.int64), spent)

    def state(self) -> Durations:
        """Return the state of the blocks so far."""
        return self._collector.state()


def prepare(setting: Setting) -> OpenWorkFold:
    """Return the fold for what the table of activities does not hold: work in open hours."""
    return OpenWorkFold(len(setting.activities), setting.clock, choose_detail(setting))


def derive(mined: Mined, setting: Setting) -> Measured:
    """Return the activities, those with most waiting and processing first."""
    rows = mined.activities.to_rows()
    if not rows:
        return decline("the log holds no events", "日志没有事件")
    opened = mined.quantities[ID]
    by_code = {row["code"]: row for row in opened.to_rows()}
    listed = [_describe(row, by_code.get(setting.activities.find(row["activity"]) or 0, {}), setting) for row in rows]
    listed.sort(key=lambda row: -((row["waiting_total_s"] or 0) + (row.get("processing_total_s") or 0)))
    known = [
        name for name in listed[0] if not name.startswith("processing") or any(row[name] is not None for row in listed)
    ]
    columns = {name: [row[name] for row in listed] for name in known}
    whole = sum(row["waiting_total_s"] or 0 for row in listed)
    worked = sum(row["processing_total_s"] or 0 for row in listed) if "processing_total_s" in known else None
    figures = {"waiting_total_s": whole, "processing_total_s": worked}
    if worked is None:
        figures["processing"] = "not measurable: one time stamp per event"
    n = sum(row["count"] for row in rows)
    approximate = opened.approximate or "activities" in mined.rough
    return Measured(Table(columns), figures, n, "instances", approximate=approximate)


_ALWAYS = ("activity", "cases", "count")
_FIGURES = ("median", "p90", "mean", "total")


def _describe(row: dict[str, Any], opened: dict[str, Any], setting: Setting) -> dict[str, Any]:
    """Return one row of the table; what is not known is ``None``."""
    told: dict[str, Any] = {name: row[name] for name in _ALWAYS}
    for kind in ("waiting", "processing"):
        for unit in ("_s", "_business_s") if setting.clock else ("_s",):
            for figure in _FIGURES:
                name = f"{kind}_{figure}{unit}"
                told[name] = (row[kind] or {}).get(f"{figure}{unit}", opened.get(name))
    return told
