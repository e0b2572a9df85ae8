"""The waits of a log explained: what is waiting, whose it is, and by which hours (metrics.md 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Codes, Log
from svcflow.mining.batches import Batches, find_batches
from svcflow.mining.causes import CAUSES, Parts, explain_waits
from svcflow.mining.enablement import Enablement, enable
from svcflow.mining.grouping import all_seconds, distinct
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.rosters import NARROW, WIDE, Discovered, Roster, discover
from svcflow.mining.teamhours import give_hours
from svcflow.mining.waits import PROVIDER, own

Places = NDArray[np.int64]
Reason = Literal["no-start", "no-resource", "machine", "outside"]

_NAME = "explanation"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Waits that no cause is told of: their start or resource is not known, a machine did it, or others owned it."""

    reason: Reason
    count: int
    total: int
    """Milliseconds; without a start, of waiting and work together."""
    standing: int
    """The part of it in which the case stood still, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The waits of a log by cause; arrays have one entry for each instance, in the order of `enablement`.

    `parts` is measured on the hours of `roster`; where those are discovered, `wide` is the same on the widest that
    could be. Steps that run side by side wait at the same time; `standing` takes only the time in which nobody was at
    work on the case, for the instance that ended it. `told` tells which instances waited and can be explained.
    """

    enablement: Enablement
    batches: Batches
    resource: Codes
    team: Codes
    roster: Roster
    parts: Parts
    wide: Parts
    standing: Parts
    told: NDArray[np.bool_]
    left_out: tuple[LeftOut, ...]
    processing: int
    """The work of all instances whose start is known, in milliseconds."""


def explain(log: Log, setting: Setting) -> Explanation:
    """Return the waits of `log` by cause; worked out once for a setting."""
    if _NAME not in setting.memo:
        setting.memo[_NAME] = _explain(log, setting)
    found: Explanation = setting.memo[_NAME]
    return found


def _explain(log: Log, setting: Setting) -> Explanation:
    enablement = enable(log, setting.declared, strictly=True)
    row = enablement.instances.row
    resource, has_start = log.resource[row], log.has_start[row]
    batches = find_batches(enablement, resource, has_start)
    given = give_hours(log, setting)
    rosters: list[Roster] = (
        [given] if given else [_discover(log, enablement, resource, narrow=n) for n in (True, False)]
    )
    whole, still = enablement.enabled, enablement.stood
    parts = explain_waits(enablement, batches, (resource, whole), rosters)
    standing = explain_waits(enablement, batches, (resource, still), rosters[:1])[0]
    told, left_out = _choose_told(log, enablement, resource, setting)
    worked = int((enablement.instances.time - enablement.instances.start)[has_start].sum())
    return Explanation(
        enablement, batches, resource, log.team[row], rosters[0], parts[0], parts[-1], standing, told, left_out, worked
    )


def _discover(log: Log, enablement: Enablement, resource: Codes, *, narrow: bool) -> Discovered:
    instances = enablement.instances
    everybody = np.zeros(len(log.resources), np.int64)
    return discover(
        resource,
        instances.activity,
        (instances.start, instances.time),
        log.zone,
        pools=np.arange(len(log.resources)) if narrow else everybody,
        minutes=NARROW if narrow else WIDE,
    )


def _choose_told(
    log: Log, enablement: Enablement, resource: Codes, setting: Setting
) -> tuple[NDArray[np.bool_], tuple[LeftOut, ...]]:
    """Return which waits can be explained, and what is left out."""
    told = enablement.waits
    waited = enablement.waiting
    stood = enablement.instances.start - enablement.stood
    left_out = []
    for reason, out in _list_reasons(log, enablement, resource, setting):
        gone = told & out
        told = told & ~out
        if gone.any():
            left_out.append(LeftOut(reason, int(gone.sum()), int(waited[gone].sum()), int(stood[gone].sum())))
    return told, tuple(left_out)


def _list_reasons(
    log: Log, enablement: Enablement, resource: Codes, setting: Setting
) -> Iterator[tuple[Reason, NDArray[np.bool_]]]:
    instances = enablement.instances
    yield "outside", ~find_ours(log, enablement, setting.done)
    yield "machine", np.isin(resource, setting.machines)
    yield "no-start", ~log.has_start[instances.row]
    yield "no-resource", resource == UNKNOWN


def find_ours(log: Log, enablement: Enablement, done: Codes | None) -> NDArray[np.bool_]:
    """Return which waits the provider owns; `done` are the codes of the activities that settle a case."""
    ours: NDArray[np.bool_] = name_sides(log, enablement, done) == PROVIDER
    return ours


def name_sides(log: Log, enablement: Enablement, done: Codes | None) -> NDArray[np.str_]:
    """Return who owns the wait of each instance."""
    width = max(len(log.activities), 1)
    activity = enablement.instances.activity
    key = activity[enablement.preceding].astype(np.int64) * width + activity
    pairs, number = np.unique(key, return_inverse=True)
    before, after = np.divmod(pairs, width)
    sides = own(log, zip(before.tolist(), after.tolist(), strict=True), log.sides, done)
    return np.array(sides, np.str_)[number] if len(sides) else np.empty(0, np.str_)


class Grouped(NamedTuple):
    """The told waits by group, the group in which cases stood still longest first; durations in milliseconds."""

    names: Places
    parts: Parts
    standing: Places
    counts: Places
    cases: Places

    def to_columns(self) -> dict[str, list[Any]]:
        """Return the columns of a table: of how many waits and cases, seconds in all and by cause."""
        return {
            "count": self.counts.tolist(),
            "cases": self.cases.tolist(),
            "standing_s": all_seconds(self.standing),
            "total_s": all_seconds(self.parts.sum(axis=0)),
        } | {f"{cause}_s": all_seconds(part) for cause, part in zip(CAUSES, self.parts, strict=True)}


def group_waits(explanation: Explanation, keys: Places) -> Grouped:
    """Return the told waits by key."""
    at = np.flatnonzero(explanation.told)
    names, number = np.unique(keys[at], return_inverse=True)
    sums = np.zeros((len(CAUSES) + 1, len(names)), np.int64)
    np.add.at(sums[-1], number, explanation.standing[:, at].sum(axis=0))
    for cause in range(len(CAUSES)):
        np.add.at(sums[cause], number, explanation.parts[cause, at])
    case = explanation.enablement.instances.case[at]
    width = int(case.max(initial=0)) + 1
    cases = np.bincount(distinct(number * width + case) // width, minlength=len(names))
    counts = np.bincount(number, minlength=len(names))
    order = np.lexsort((names, -sums[:-1].sum(axis=0), -sums[-1]))
    return Grouped(names[order], sums[:-1, order], sums[-1, order], counts[order], cases[order])


def explain_told(log: Log, setting: Setting) -> Explanation | Measured:
    """Return what `explain` does; where a log tells no cause of any wait, what stands in place of them."""
    refused = refuse(log)
    if refused is not None:
        return refused
    found = explain(log, setting)
    return found if found.told.any() else decline(*NOTHING_TOLD)


def refuse(log: Log) -> Measured | None:
    """Return why a log does not tell causes, ``None`` where it does."""
    if not log.has_start.any():
        return decline(
            "This log has one time stamp for each step: it does not tell when work began, so waiting cannot be told "
            "from work, nor what it waited for. See `waiting-sides` for what can be told.",
            "该日志每个步骤只有一个时间戳：不知道工作何时开始，无法区分等待与处理，也无法判断等待原因。"
            "能给出的结果见 `waiting-sides`。",
        )
    if not log.has_resources:
        return decline(
            "This log does not tell who did the work: without resources nobody's queue, hours or batches can be seen.",
            "该日志没有记录由谁处理：没有资源信息，就看不到排队、工作时间和攒批。",
        )
    return None


NOTHING_TOLD = (
    "No wait of this log can be explained: none has a known start, a person who did the work, and is the provider's.",
    "该日志中没有可以解释的等待：没有一次等待同时具备已知的开始时间、处理人，并由服务方负责。",
)
