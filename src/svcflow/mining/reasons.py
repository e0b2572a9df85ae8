"""Why a log waits, as tables tell it: of a log in memory, or of a file by way of the work of its resources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Batch, Log
from svcflow.mining.batches import find_batches
from svcflow.mining.concurrency import Concurrency
from svcflow.mining.describing import choose_detail
from svcflow.mining.diaries import MOST, Diary, keep_diary
from svcflow.mining.durations import EXACT
from svcflow.mining.enablement import Enablement, enable_block
from svcflow.mining.explanation import Explanation, Place, discover_alone, explain, explain_parts
from svcflow.mining.precedence import ORDER, Instances, OrderFold, judge_concurrency
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.reckoning import Cases, Grouped, Reckoned, list_groups, reckon
from svcflow.mining.rosters import WIDE, Discovered, Given, Roster
from svcflow.mining.spooling import Columns
from svcflow.mining.teamhours import give_hours
from svcflow.mining.told import Account, AccountFold, account_for, choose_told, name_before
from svcflow.mining.worklists import LONGEST, ROWS, count_work, cut, gather, refuse_work, share_out

if TYPE_CHECKING:
    from svcflow.eventlog.store.stored import Stored
    from svcflow.mining.surveyed import Surveyed

_NAME = "reasons"
_DIARY = "diary of everybody"
_ACCOUNT = "account of waits"


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a log waits. `hours` says where those of resources are from, `calendars` which were given."""

    account: Account
    reckoned: Reckoned
    cases: Cases
    concurrency: Concurrency
    hours: str
    calendars: str | None
    batches: Measured | None = None
    """Why batches are not told, ``None`` where they are."""

    def group(self, by: str) -> Grouped:
        """Return the explained waits by ``teams``, ``pairs`` or ``resources``."""
        return list_groups(getattr(self.reckoned, by), getattr(self.account, by))


def find_reasons(log: Log, setting: Setting) -> Reasons | Measured:
    """Return why a log in memory waits; where it does not tell that, what stands in its place."""
    refused = refuse(log, starts=bool(log.has_start.any()))
    if refused is not None:
        return refused
    if _NAME not in setting.memo:
        found = explain(log, setting)
        cases = Cases(log.cases, len(log.activities))
        cases.add(found)
        reckoned = reckon(found, len(log.activities), EXACT)
        concurrency, account = found.enablement.concurrency, account_for(found.enablement, log, setting)
        setting.memo[_NAME] = Reasons(account, reckoned, cases, concurrency, *_name_hours(found.roster))
    reasons: Reasons = setting.memo[_NAME]
    return reasons


def begin(log: Stored, setting: Setting) -> dict[str, Any]:
    """Return the folds of the first pass over a file: what runs side by side, and when everybody works."""
    if refuse(log, starts=log.file.layout.starts) is not None:
        return {}
    nobody = np.empty(0, np.int32)
    return {ORDER: OrderFold(len(log.activities)), _DIARY: keep_diary("everybody", setting, nobody)}


def go_on(found: Surveyed) -> dict[str, Any]:
    """Return the fold of the second pass, which knows that: which waits can be explained."""
    return {} if _DIARY not in found.states else {_ACCOUNT: AccountFold(found.setting, judge_concurrency(found))}


def gather_reasons(found: Surveyed) -> Reasons | Measured:
    """Return why a file waits, from further passes that gather the work of its resources; worked out once."""
    if _NAME not in found.memo:
        refused = refuse(found.log, starts=found.log.file.layout.starts)
        found.memo[_NAME] = refused or _gather_reasons(found)
    reasons: Reasons | Measured = found.memo[_NAME]
    return reasons


@dataclass(frozen=True, slots=True)
class Gathering:
    """Gathers what explaining the waits of resources needs: see `_lay_out` for its columns."""

    setting: Setting
    concurrency: Concurrency
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity", "resource", "team"})
    size: ClassVar[int] = 54

    def gather(self, batch: Batch, chosen: NDArray[np.bool_]) -> Columns:
        """Return the columns of the instances of chosen resources."""
        enablement = enable_block(batch, self.concurrency, strictly=True)
        instances, row = enablement.instances, enablement.instances.row
        told, _ = choose_told(enablement, batch, self.setting)
        at = np.flatnonzero(chosen[batch.resource[row]])
        case = (instances.case[at] + batch.first_case).astype(np.int32)
        codes = batch.resource[row[at]], instances.activity[at], batch.team[row[at]], name_before(enablement)[at]
        times = instances.start[at], instances.time[at], enablement.enabled[at], enablement.stood[at]
        return case, *codes, *times, batch.has_start[row[at]], told[at]


def _gather_reasons(found: Surveyed) -> Reasons | Measured:
    setting, log = found.setting, found.log
    given, concurrency = give_hours(log, setting, found.written), judge_concurrency(found)
    diary: Diary = found.states[_DIARY]
    if given is None and not diary.told:
        return decline(*TOO_MANY)
    counts, gathering = count_work(found), Gathering(setting, concurrency)
    without = refuse_work(counts, [])
    if without is not None:  # a machine's waits are not explained, only its batches are told
        counts[setting.machines[counts[setting.machines] > LONGEST]] = 0
    shares = share_out(counts, gathering.size)
    refused = refuse_work(counts, shares)
    if refused is not None:
        return refused
    everybody = np.zeros(len(log.resources), np.int64)
    wide = Discovered(everybody, diary.choose_open(len(log.activities)), WIDE, setting.zone, setting.span)
    cases, reckoned = Cases(log.cases, len(log.activities)), None
    for columns in gather(found, gathering, shares):
        for some in cut(columns[1], ROWS):
            part = _explain(tuple(column[some] for column in columns), found, given, wide)
            cases.add(part)
            more = reckon(part, len(log.activities), choose_detail(setting))
            reckoned = more if reckoned is None else reckoned.merge(more)
    if reckoned is None:
        return decline(*NOTHING_TOLD)
    if not cases.told:
        without = decline(*TOO_MANY_BATCHES)
    hours = _name_hours(given or wide)
    return Reasons(found.states[_ACCOUNT], reckoned, cases, concurrency, *hours, batches=without)


def _explain(columns: Columns, found: Surveyed, given: Given | None, wide: Discovered) -> Explanation:
    """Return the waits of some resources by cause; all instances of theirs are there."""
    case, resource, activity, team, before, start, time, enabled, stood, has_start, told = columns
    row = np.arange(len(case))
    instances = Instances(row, case.astype(np.int64), row, time, start, activity)
    enablement = Enablement(instances, enabled, row, stood, Concurrency(0, row[:0]))
    batches = find_batches(enablement, resource, has_start)
    setting = found.setting
    rosters: list[Roster] = (
        [given]
        if given
        else [discover_alone(enablement, resource, len(setting.resources), Place(setting.zone, setting.span)), wide]
    )
    parts = explain_parts(enablement, batches, resource, rosters)
    return Explanation(enablement, batches, resource, team, before, rosters[0], *parts, told)


def _name_hours(roster: Roster) -> tuple[str, str | None]:
    """Return where the hours are from, and the names of the calendars."""
    return roster.source, ", ".join(filter(None, roster.names)) if isinstance(roster, Given) else None


def refuse(log: Log | Stored, *, starts: bool) -> Measured | None:
    """Return why a log does not tell causes, ``None`` where it does."""
    if not starts:
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
TOO_MANY = (
    f"more than {MOST:,} days of work of different activities: no hours can be found (give a calendar, or --in-memory)",
    f"不同活动的工作日超过 {MOST:,} 个，无法推断工作时间（请指定日历，或将日志载入内存：--in-memory）",
)
TOO_MANY_BATCHES = (
    "too many cases are in batches of too many kinds: they are not counted (--in-memory)",
    "处于各类批次中的案例过多，无法计数（--in-memory）",
)
