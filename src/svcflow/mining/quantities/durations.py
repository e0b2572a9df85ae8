"""How long cases take: cycle, touch, waiting and idle time, time to resolve, on the wall clock and in open hours.

**What.** ``cycle``: first start to last completion. ``touch``: the time in which at least one instance of the case is
worked on. ``waiting``: the rest; touch + waiting = cycle in every case. ``idle``: the case is with a team but with no
person, while the provider owns its state. ``resolve``: first start to the last resolving activity. Figures: cycle time
efficiency = touch / (touch + waiting), steps and approvals per case.

**How.** Touch is the union of a case's instances, so overlapping work is not counted twice; in open hours it is the
union of their open parts. Idle time is the wait after an instance that names a team but no person. Approvals are
instances of activities whose names say so.

**Limits.** Cases known to be open are left out (``open_left_out``), if it was stated what done is; a case is in
``resolve`` if it was resolved at all. Where what resolves a case also closes it, ``resolve`` would be ``cycle`` once
more: it is no row of its own, and ``resolve_is_cycle`` says so. Touch and efficiency are told only where starts are
known: ``started_share`` says of how many instances; the others count as instants. Idle time is told only of logs in
which some work is with a team and nobody in it.

**Source.** metrics.md 2; idle time as in ServiceNow's process mining.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow import times
from svcflow.engines.fold import summarise_one
from svcflow.eventlog.log import UNKNOWN, Batch, Log, Millis
from svcflow.mining.collecting import Collector
from svcflow.mining.describing import choose_detail, count_durations, is_approximate, list_durations
from svcflow.mining.durations import Detail, Durations
from svcflow.mining.grouping import add_up, is_among
from svcflow.mining.lives import find_lives
from svcflow.mining.owners import PROVIDER, find_owned
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.tables import Table
from svcflow.mining.transitions import business_waiting, case_of_rows, follow, measure_cycles

TITLE = {"en": "How long cases take", "zh": "案例时长"}
DEFINITION = "durations"
MISSING = {
    "en": "Open cases are left out where done was stated; an instance without a known start counts as an instant.",
    "zh": "完成活动已说明时，未结案例不计入；开始时间未知的实例按瞬时处理。",
}

CYCLE, TOUCH, WAITING, IDLE, RESOLVE = range(5)
NAMES = ("cycle", "touch", "waiting", "idle", "resolve")
APPROVAL = ("approv", "sign off", "sign-off", "authori", "genehmig", "批准", "审批", "核准", "签批")
"""Parts of the names of activities that are approvals."""


class State(NamedTuple):
    """Durations by kind on either clock, steps by case (in place of milliseconds), and counts: see `COUNTS`."""

    elapsed: Durations
    business: Durations
    steps: Durations
    counts: Counts


COUNTS = ("cases", "open_left_out", "instances", "started", "approvals", "alone")


class Counts(NamedTuple):
    """Whole numbers that are added, in the order of `COUNTS`."""

    numbers: NDArray[np.int64]

    def merge(self, other: Counts) -> Counts:
        """Add two."""
        return Counts(self.numbers + other.numbers)


@dataclass(frozen=True)
class DurationsFold:
    """Collects the durations of cases."""

    setting: Setting
    detail: Detail
    provided: NDArray[np.bool_]
    approvals: NDArray[np.int32]
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity", "resource", "team"})
    idle: bool = field(default=False)

    def begin(self) -> CaseDurations:
        """Return an accumulator of nothing."""
        return CaseDurations(self)

    def partial(self, batch: Batch) -> State:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: State, right: State) -> State:
        """Put two summaries together."""
        return State(*(mine.merge(other) for mine, other in zip(left, right, strict=True)))  # type: ignore[attr-defined]

    def finish(self, state: State, log: Log) -> Measured:
        """Return a row for each kind that this log tells."""
        counts = dict(zip(COUNTS, state.counts.numbers.tolist(), strict=True))
        if not counts["cases"]:
            return decline("no case has ended", "没有已结束的案例")
        known = set(state.elapsed.keys.tolist()) - (set() if counts["alone"] else {IDLE})
        again = {CYCLE, RESOLVE} <= known and _are_same(state.elapsed)
        shown = [kind for kind in range(len(NAMES)) if kind in known - ({RESOLVE} if again else set())]
        columns: dict[str, list[Any]] = {
            "time": [NAMES[kind] for kind in shown],
            "cases": [*count_durations(state.elapsed, shown)],
            **list_durations(state.elapsed, shown),
        }
        if self.setting.clock:
            columns |= list_durations(state.business, shown, unit="_business_s")
        figures = _describe(state, counts) | ({"resolve_is_cycle": "yes"} if again else {})
        approximate = is_approximate(state.elapsed, state.business, state.steps)
        return Measured(Table(columns), figures, counts["cases"], "cases", "elapsed", approximate)


def _describe(state: State, counts: dict[str, int]) -> dict[str, float | int | str | None]:
    cases = counts["cases"]
    steps = list_durations(state.steps, [0], unit="", total=False)
    figures: dict[str, float | int | str | None] = {
        "cycle_time_efficiency_share": _share(state.elapsed),
        "business_efficiency_share": _share(state.business),
        "started_share": counts["started"] / counts["instances"],
        "steps_mean": counts["instances"] / cases,
        "steps_median": None if steps["median"][0] is None else steps["median"][0] * 1000,
        "steps_p90": None if steps["p90"][0] is None else steps["p90"][0] * 1000,
        "approvals_per_case": counts["approvals"] / cases if counts["approvals"] else None,
        "open_left_out": counts["open_left_out"],
    }
    if figures["business_efficiency_share"] is None:
        del figures["business_efficiency_share"]
    return figures


def _are_same(durations: Durations) -> bool:
    """Return whether times to resolve read as cycle times do."""
    told = list_durations(durations, [CYCLE, RESOLVE], total=False)
    counts = [*count_durations(durations, [CYCLE, RESOLVE])]
    return all(first == second for first, second in (counts, told["median_s"], told["p90_s"]))


def _share(durations: Durations) -> float | None:
    """Return touch time as a share of touch and waiting, ``None`` where it is not known."""
    totals = dict(zip(durations.keys.tolist(), durations.totals.tolist(), strict=True))
    whole = totals.get(TOUCH, 0) + totals.get(WAITING, 0)
    return totals[TOUCH] / whole if TOUCH in totals and whole else None


class CaseDurations:
    """The durations of the cases of the blocks so far."""

    def __init__(self, fold: DurationsFold) -> None:
        self._fold = fold
        self._elapsed, self._business = (Collector(len(NAMES), fold.detail) for _ in range(2))
        self._steps = Collector(1, fold.detail)
        self._counts = np.zeros(len(COUNTS), np.int64)

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        setting = self._fold.setting
        lives = find_lives(batch, setting.done)
        kept = ~lives.open if setting.open_left_out else np.ones(len(lives.open), np.bool_)
        lengths = np.diff(batch.offsets)[kept]
        started, approvals = batch.has_start.any(), len(self._fold.approvals)
        rows = np.repeat(kept, np.diff(batch.offsets)) if started or approvals else np.empty(0, np.bool_)
        counted = (
            int(kept.sum()),
            int((~kept).sum()),
            int(lengths.sum()),
            int(np.count_nonzero(batch.has_start[rows])) if started else 0,
            int(is_among(batch.activity[rows], self._fold.approvals).sum()) if approvals else 0,
            0,
        )
        self._counts += np.array(counted)
        self._steps.add(np.zeros(len(lengths), np.int64), lengths)
        self._add_cases(batch, kept, known=batch.has_start)
        if self._fold.idle:
            self._add_idle(batch, kept)

    def _add_cases(self, batch: Batch, kept: NDArray[np.bool_], *, known: NDArray[np.bool_]) -> None:
        setting = self._fold.setting
        starts, ends = batch.start, batch.time
        resolved, resolving = self._find_resolved(batch, kept)
        told = kept & np.logical_or.reduceat(known, batch.offsets[:-1]) if known.any() else np.zeros_like(kept)
        for collector, clock in ((self._elapsed, None), (self._business, setting.clock)):
            if clock is not None and len(starts):
                origin = np.full(1, setting.span[0], np.int64)
                starts, ends = (clock.elapsed_all(origin, instants) for instants in (batch.start, batch.time))
            elif collector is self._business:
                continue
            cycle = measure_cycles(batch) if collector is self._elapsed else times.cycle(starts, ends, batch.offsets)
            _collect(collector, CYCLE, cycle[kept])
            if told.any():
                touch = times.busy(starts, ends, batch.offsets)
                _collect(collector, TOUCH, touch[told])
                _collect(collector, WAITING, (cycle - touch)[told])
            if len(resolved):
                begins = np.minimum.reduceat(starts, batch.offsets[:-1])
                _collect(collector, RESOLVE, ends[resolving] - begins[resolved])

    def _find_resolved(self, batch: Batch, kept: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the cases that were resolved, and for each the row of its last resolving activity."""
        rows = np.flatnonzero(is_among(batch.activity, self._fold.setting.resolving))
        last = np.full(len(kept), -1)
        last[case_of_rows(batch)[rows]] = rows  # rows ascend, so the last one of a case stays
        cases = np.flatnonzero(last >= 0)
        return cases, last[cases]

    def _add_idle(self, batch: Batch, kept: NDArray[np.bool_]) -> None:
        setting = self._fold.setting
        steps = follow(batch, len(setting.activities))
        before = steps.row - 1
        alone = (batch.team[before] != UNKNOWN) & (batch.resource[before] == UNKNOWN)
        alone &= self._fold.provided[steps.pair]
        self._counts[COUNTS.index("alone")] += int(alone.sum())
        cases = np.flatnonzero(kept)
        waits = [(self._elapsed, steps.waiting)]
        if setting.clock:
            waits.append((self._business, business_waiting(batch, steps, setting.clock)))
        for collector, waiting in waits:
            _collect(collector, IDLE, add_up(steps.case[alone], waiting[alone], len(kept))[cases])

    def state(self) -> State:
        """Return the state of the blocks so far."""
        return State(self._elapsed.state(), self._business.state(), self._steps.state(), Counts(self._counts.copy()))


def _collect(collector: Collector, kind: int, values: Millis) -> None:
    collector.add(np.full(len(values), kind, np.int64), values)


def prepare(setting: Setting) -> DurationsFold:
    """Return the fold of this quantity."""
    names = (name.casefold() for name in setting.activities.texts)
    approvals = [code for code, name in enumerate(names) if any(word in name for word in APPROVAL)]
    both = len(setting.resources) > 1 and len(setting.teams) > 1
    return DurationsFold(
        setting, choose_detail(setting), find_owned(setting, PROVIDER), np.array(approvals, np.int32), idle=both
    )
