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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Codes, Log
from svcflow.mining.counters import Kind, find_counters, has_history, read_counter
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.reopening import find_reopens
from svcflow.mining.routing import trace_routes
from svcflow.mining.tables import Table

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

Ints = NDArray[np.int64]


def measure(log: Log, setting: Setting) -> Measured:
    """Return the counters, those that agree best first."""
    counters = find_counters(log)
    if not counters:
        return decline("no attribute is a counter of reassignments or re-opens", "没有属性是转派或重开次数的计数器")
    if not has_history(log):
        return decline(
            "the export holds a few times of each case, not its changes: there is nothing to compare the counters with",
            "导出文件只有每个案件的若干时间点而无变更历史，计数器无从核对",
        )
    counted = {kind: _count(log, setting, kind) for kind in set(counters.values())}
    rows = [
        _compare(name, against, read_counter(log, name), numbers)
        for name, kind in counters.items()
        for against, numbers in counted[kind].items()
    ]
    rows.sort(key=lambda row: (row["counter"], -(row["equal_share"] or 0), row["compared_with"]))
    columns: dict[str, list[Any]] = {key: [row[key] for row in rows] for key in rows[0]} if rows else {}
    return Measured(Table(columns), {}, log.cases, "cases", "none")


def _count(log: Log, setting: Setting, kind: Kind) -> dict[str, Ints]:
    """Return what a counter may be compared with: numbers of each case."""
    whole = log.batch(0, log.cases)
    called = _count_called(log, kind)
    if kind == "reopens":
        if setting.done is None:
            return called
        return {"re-opens": np.bincount(find_reopens(whole, setting.done).case, minlength=log.cases), **called}
    if kind == "stations":
        return _count_stations(log, setting)

    def count(holder: Codes, passed: Codes) -> Ints:
        routes = trace_routes(whole, holder, passed)
        return np.bincount(routes.case[routes.received], minlength=log.cases)

    found = {}
    if log.has_teams:
        found["handovers between teams"] = count(log.team, setting.outsiders)
    if log.has_resources:
        found["handovers between people"] = count(log.resource, setting.machines)
    if len(found) > 1:
        both = log.team.astype(np.int64) * len(log.resources) + log.resource
        either = np.unique(both, return_inverse=True)[1].astype(np.int32)
        found["changes of either"] = count(either, setting.outsiders)
    return found | called


def _count_stations(log: Log, setting: Setting) -> dict[str, Ints]:
    """Return with how many known teams and people each case stayed, one after the other."""
    whole, found = log.batch(0, log.cases), {}
    holders = {
        "stays with teams": (log.has_teams, log.team, setting.outsiders),
        "stays with people": (log.has_resources, log.resource, setting.machines),
    }
    for name, (known, holder, passed) in holders.items():
        if known:
            routes = trace_routes(whole, holder, passed)
            found[name] = np.bincount(routes.case[routes.holder != UNKNOWN], minlength=log.cases)
    return found


def _count_called(log: Log, kind: Kind) -> dict[str, Ints]:
    """Return how many steps of each case are called as what a counter counts, where any is."""
    if kind not in CALLED:
        return {}
    called = np.array([bool(CALLED[kind].search(name)) for name in log.activities.texts], np.bool_)
    if not called.any():
        return {}
    case = np.repeat(np.arange(log.cases), np.diff(log.offsets))
    names = [name for name, one in zip(log.activities.texts, called.tolist(), strict=True) if one]
    return {f"steps called {', '.join(names)}": np.bincount(case[called[log.activity]], minlength=log.cases)}


def _compare(name: str, against: str, theirs: NDArray[np.float64], ours: Ints) -> dict[str, Any]:
    known = ~np.isnan(theirs)
    theirs, ours = theirs[known], ours[known]
    return {
        "counter": name,
        "compared_with": against,
        "cases": len(theirs),
        "equal_share": float((theirs == ours).mean()) if len(theirs) else None,
        "counter_total": round(float(theirs.sum())),
        "counted_total": int(ours.sum()),
        "counter_higher": int((theirs > ours).sum()),
        "counted_higher": int((theirs < ours).sum()),
    }
