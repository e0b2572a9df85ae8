"""Agreed deviations: taken out of the results, but counted (definitions.md 3.5).

An agreement is about a code, perhaps one step, SLA or rule, where its condition is known to hold with what was known
of the case after the event (or at the end of the case, for what did not happen). It counts for deviations whose time
is within its last day; what happened later is a deviation again, whenever one looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.model import Agreement, Process
from svcflow.eventlog.log import MISSING_TIME
from svcflow.execution.frame import Coded, Frame, coded
from svcflow.execution.knowledge import TRUE
from svcflow.execution.track import Track

_Kind = TypeVar("_Kind", bound=np.generic)


def split_agreed(
    deviations: Frame, agreements: Sequence[Agreement], of: tuple[Process, Track], until: tuple[int, str]
) -> tuple[Frame, Frame]:
    """Return the deviations that nobody agreed to, and those somebody did, with reason and owner.

    `until` is now (ms) and the time zone whose days count. Of several agreements the first takes a deviation.
    """
    process, track = of
    taken = np.full(len(deviations), -1, np.int64)
    for i, agreement in enumerate(agreements):
        free = taken < 0
        taken[free & _covers(agreement, deviations, (process, track), until)] = i
    kept, agreed = np.flatnonzero(taken < 0), np.flatnonzero(taken >= 0)
    allowed = deviations.take(agreed)
    number = taken[agreed]
    texts = {name: coded([getattr(a, name) for a in agreements]) for name in ("reason", "owner")}
    more = {name: Coded(_pick(column.codes, number), column.texts) for name, column in texts.items()}
    line = _pick(np.asarray([a.position.line for a in agreements], np.int64), number)
    files = coded([a.position.file for a in agreements])
    more |= {"agreed_in": Coded(_pick(files.codes, number), files.texts)}
    columns = {**allowed.columns, **more, "agreed_line": line}
    untouched = deviations if not len(agreed) else deviations.take(kept)
    return untouched, Frame(columns, allowed.times, allowed.told)


def _pick(values: NDArray[_Kind], at: NDArray[np.int64]) -> NDArray[_Kind]:
    return values[at] if len(values) else values[:0]


def _covers(
    agreement: Agreement, deviations: Frame, of: tuple[Process, Track], until: tuple[int, str]
) -> NDArray[np.bool_]:
    """Return the deviations that one agreement is about, and in time for."""
    process, track = of
    code = deviations["code"]
    covered = np.isin(code.codes, [i for i, text in enumerate(code.texts) if text == agreement.code])
    if agreement.step is not None:
        covered &= _about(agreement.step, deviations, process)
    now, zone = until
    if agreement.until is not None:
        time = np.where(deviations["time"] == MISSING_TIME, now, deviations["time"])
        covered &= time < _day_after(agreement.until, zone)
    if agreement.when is not None and covered.any():
        at = np.flatnonzero(covered)
        row, last = deviations["row"][at], track.last[deviations["index"][at]]
        rows = np.where(row >= 0, row, np.minimum(deviations["anchor"][at], last))
        covered[at] = track.knowledge.judge(agreement.when, rows, "after") == TRUE
    return covered


def _about(name: str, deviations: Frame, process: Process) -> NDArray[np.bool_]:
    """Return the deviations of a step or an SLA, or from a rule, of that name."""
    step = deviations["step"]
    about = np.isin(step.codes, [i for i, text in enumerate(step.texts) if text == name])
    rule = process.rules.get(name)
    if rule is not None:
        about |= (deviations["line"] == rule.position.line) & (deviations["column"] == rule.position.column)
    return about


def _day_after(day: str, zone: str) -> int:
    """Return the instant (ms) at which the day after a day begins."""
    then = date.fromisoformat(day)
    if then >= date.max - timedelta(days=1):
        return int(np.iinfo(np.int64).max)
    then += timedelta(days=1)
    return round(datetime(then.year, then.month, then.day, tzinfo=ZoneInfo(zone)).timestamp() * 1000)
