"""How far the counters of the source system agree with what is counted here: reassignments and re-opens, case by case.

**What.** Where the export holds a counter of its own (ServiceNow's `reassignment_count` and `reopen_count`,
Zendesk's `Reopens`, 转派次数), the share of the cases in which it equals what the events show, both totals, and in how
many cases either is higher. Reassignments are compared with handovers between teams, between people, and between
either, stations (Zendesk's `Group stations`) with the stays of a case with known teams and people, and all but these
with the steps that are called so, such as *Reassignment*.

**How.** The counter of a case is the highest value it ever has. Handovers are counted as everywhere: unknown is a
value, machines that stand outside of all teams are passed over.

**Source.** metrics.md 4: on one public log dropping the unknown takes agreement from 99.6 % to 85.8 %.

**Limits.** Which changes a system counts is its own affair: some count a change of group, some one of the assignee
too. A low share in every row says that the export lacks events, or that the roles were read wrongly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.engines.fold import Source, summarise_one
from svcflow.eventlog.log import UNKNOWN, Batch, Codes, Log
from svcflow.mining.attributes import Owned, Reader, read_whole
from svcflow.mining.counters import Kind, SourceCounter, find_counters, has_history, read_counter
from svcflow.mining.grouping import Ints
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.reopening import find_reopens
from svcflow.mining.routing import trace_routes
from svcflow.mining.tables import Table
from svcflow.mining.transitions import case_of_rows

if TYPE_CHECKING:
    from svcflow.eventlog.store.stored import Stored
    from svcflow.mining.surveyed import Surveyed

TITLE = {"en": "Counters of the source system", "zh": "源系统计数器"}
DEFINITION = "source-counters"
MISSING = {
    "en": "Cases without a value of the counter are left out.",
    "zh": "计数器无值的案件不计入。",
}

CALLED: dict[str, re.Pattern[str]] = {
    "reassignments": re.compile(r"re-?assign|\btransfer|转派|改派|转单|轉派|改派|轉單", re.IGNORECASE),
    "reopens": re.compile(r"\bre-?open|重开|重新打开|重启|重開|重新打開", re.IGNORECASE),
}
"""How steps are called that counters count."""


NO_COUNTER = ("no attribute is a counter of reassignments or re-opens", "没有属性是转派或重开次数的计数器")
NO_HISTORY = (
    "the export holds a few times of each case, not its changes: there is nothing to compare the counters with",
    "导出文件只有每个案件的若干时间点而无变更历史，计数器无从核对",
)


class Compared(NamedTuple):
    """A counter beside what is counted here.

    `counts` are the cases in all, those where both are equal, where the counter is higher, where what is counted here
    is, and the sum of what is counted; `total` is the sum of the counter.
    """

    counter: str
    against: str
    counts: Ints
    total: Fraction

    def merge(self, other: Compared) -> Compared:
        """Add the cases of another part of the log."""
        return self._replace(counts=self.counts + other.counts, total=self.total + other.total)


@dataclass(frozen=True, slots=True)
class CountersFold:
    """Compares the counters of the file at `path` with what its blocks show."""

    path: str
    counters: tuple[SourceCounter, ...]
    setting: Setting
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity", "resource", "team"})

    def begin(self) -> Comparing:
        """Return an accumulator of nothing."""
        return Comparing(self)

    def partial(self, batch: Batch) -> tuple[Compared, ...]:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: tuple[Compared, ...], right: tuple[Compared, ...]) -> tuple[Compared, ...]:
        """Put two summaries together."""
        if not (left and right):
            return left or right
        return tuple(one.merge(other) for one, other in zip(left, right, strict=True))

    def finish(self, state: tuple[Compared, ...], log: Source) -> Measured:
        """Return the table."""
        return _list_counters(state, log.cases)


class Comparing:
    """The comparisons of the blocks so far."""

    def __init__(self, fold: CountersFold) -> None:
        self._fold = fold
        self._reader: Reader | None = None
        self._found: tuple[Compared, ...] = ()

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        if len(batch.offsets) < 2:
            return
        fold, self._reader = self._fold, self._reader or Reader(self._fold.path)
        read = [self._reader.read(batch, counter.attribute) for counter in fold.counters]
        self._found = fold.merge(self._found, _compare_all(batch, fold.setting, fold.counters, read))

    def state(self) -> tuple[Compared, ...]:
        """Return the comparisons so far."""
        return self._found


def measure(log: Log, setting: Setting) -> Measured:
    """Return the counters, those that agree best first."""
    counters = find_counters(log)
    refused = _refuse(log, counters)
    if refused is not None:
        return refused
    read = [read_whole(log, counter.attribute) for counter in counters]
    return _list_counters(_compare_all(log.batch(0, log.cases), setting, counters, read), log.cases)


def begin(log: Stored, setting: Setting) -> dict[str, Any]:
    """Return the fold that compares, if there is a counter."""
    counters = find_counters(log)
    refused = _refuse(log, counters)
    return {} if refused is not None else {DEFINITION: CountersFold(str(log.file.path.absolute()), counters, setting)}


def tell(found: Surveyed) -> Measured:
    """Return the counters of a file, those that agree best first."""
    refused = _refuse(found.log, find_counters(found.log))
    return refused or _list_counters(found.states[DEFINITION], found.log.cases)


def _refuse(log: Log | Stored, counters: tuple[SourceCounter, ...]) -> Measured | None:
    if not counters:
        return decline(*NO_COUNTER)
    return None if has_history(log) else decline(*NO_HISTORY)


def _list_counters(found: tuple[Compared, ...], cases: int) -> Measured:
    rows: list[dict[str, Any]] = []
    for one in found:
        known, equal, theirs, ours, counted = one.counts.tolist()
        rows.append(
            {
                "counter": one.counter,
                "compared_with": one.against,
                "cases": known,
                "equal_share": equal / known if known else None,
                "counter_total": round(one.total),
                "counted_total": counted,
                "counter_higher": theirs,
                "counted_higher": ours,
            }
        )
    rows.sort(key=lambda row: (row["counter"], -(row["equal_share"] or 0), row["compared_with"]))
    columns: dict[str, list[Any]] = {key: [row[key] for row in rows] for key in rows[0]} if rows else {}
    return Measured(Table(columns), {}, cases, "cases", "none")


def _compare_all(
    batch: Batch, setting: Setting, counters: tuple[SourceCounter, ...], read: list[Owned]
) -> tuple[Compared, ...]:
    """Return each counter beside everything that it may be compared with, over the cases of a block."""
    if len(batch.offsets) < 2:
        return ()
    counted = {kind: _count(batch, setting, kind) for kind in {counter.counts for counter in counters}}
    return tuple(
        _compare(counter.attribute[0], against, read_counter(owned), numbers)
        for counter, owned in zip(counters, read, strict=True)
        for against, numbers in counted[counter.counts].items()
    )


def _count(batch: Batch, setting: Setting, kind: Kind) -> dict[str, Ints]:
    """Return what a counter may be compared with: numbers of each case."""
    called = _count_called(batch, setting, kind)
    if kind == "reopens":
        if setting.done is None:
            return called
        return {"re-opens": _count_off(find_reopens(batch, setting.done).case, batch), **called}
    if kind == "stations":
        return _count_stations(batch, setting)

    def count(holder: Codes, passed: Codes) -> Ints:
        routes = trace_routes(batch, holder, passed)
        return _count_off(routes.case[routes.received], batch)

    found = {}
    if len(setting.teams) > 1:
        found["handovers between teams"] = count(batch.team, setting.outsiders)
    if len(setting.resources) > 1:
        found["handovers between people"] = count(batch.resource, setting.machines)
    if len(found) > 1:
        both = batch.team.astype(np.int64) * len(setting.resources) + batch.resource
        either = np.unique(both, return_inverse=True)[1].astype(np.int32)
        found["changes of either"] = count(either, setting.outsiders)
    return found | called


def _count_stations(batch: Batch, setting: Setting) -> dict[str, Ints]:
    """Return with how many known teams and people each case stayed, one after the other."""
    found = {}
    holders = {
        "stays with teams": (len(setting.teams) > 1, batch.team, setting.outsiders),
        "stays with people": (len(setting.resources) > 1, batch.resource, setting.machines),
    }
    for name, (known, holder, passed) in holders.items():
        if known:
            routes = trace_routes(batch, holder, passed)
            found[name] = _count_off(routes.case[routes.holder != UNKNOWN], batch)
    return found


def _count_called(batch: Batch, setting: Setting, kind: Kind) -> dict[str, Ints]:
    """Return how many steps of each case are called as what a counter counts, where any is."""
    if kind not in CALLED:
        return {}
    called = np.array([bool(CALLED[kind].search(name)) for name in setting.activities.texts], np.bool_)
    if not called.any():
        return {}
    names = [name for name, one in zip(setting.activities.texts, called.tolist(), strict=True) if one]
    return {f"steps called {', '.join(names)}": _count_off(case_of_rows(batch)[called[batch.activity]], batch)}


def _count_off(case: Ints, batch: Batch) -> Ints:
    return np.bincount(case, minlength=len(batch.offsets) - 1)


def _compare(name: str, against: str, theirs: NDArray[np.float64], ours: Ints) -> Compared:
    known = ~np.isnan(theirs)
    theirs, ours = theirs[known], ours[known]
    values, often = np.unique(theirs, return_counts=True)
    total = sum((Fraction(value) * n for value, n in zip(values.tolist(), often.tolist(), strict=True)), Fraction(0))
    shown = (theirs == ours, theirs > ours, theirs < ours)
    counts = np.array([len(theirs), *(one.sum() for one in shown), ours.sum()], np.int64)
    return Compared(name, against, counts, total)
