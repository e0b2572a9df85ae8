"""Which cases show an effect: slow ones, re-opened ones, ones that were handed back and forth, or a condition's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from svcflow.errors import UsageError
from svcflow.eventlog.log import MISSING_TIME, Log, Millis
from svcflow.eventlog.selection import judge
from svcflow.mining.grouping import seconds
from svcflow.mining.mined import Mined, find_codes
from svcflow.mining.recurrence import recur
from svcflow.mining.routing import Routes, choose_holder, trace_routes

SLOWEST = 0.2
"""The share of the cases that are the slow ones."""


@dataclass(frozen=True, slots=True)
class Effect:
    """The cases of a log that show something: one flag per case, of those that `judged` covers."""

    id: str
    shown: NDArray[np.bool_]
    judged: NDArray[np.bool_]
    limit_s: float | None = None
    """For slow cases: the duration that they exceed."""
    time: Literal["resolve_time", "cycle_time"] | None = None
    """For slow cases: which time exceeds it."""


def mark(name: str, log: Log, mined: Mined, *, slower_than_s: float | None = None) -> Effect:
    """Return the cases that show one of `EFFECTS`; `slower_than_s` says in seconds what slow is.

    Raises UsageError for an effect that does not exist or that the log does not tell.
    """
    if name not in EFFECTS:
        raise UsageError(f"unknown effect {name!r}", f"there are {', '.join(EFFECTS)}")
    if name == "slow":
        return _mark_slow(mined, slower_than_s)
    return Effect(name, EFFECTS[name](log, mined), np.ones(log.cases, np.bool_))


def condition(log: Log, expression: str) -> Effect:
    """Return the cases for which a condition of the guard language on their attributes holds."""
    return Effect(expression, judge(log, expression), np.ones(log.cases, np.bool_))


def _mark_slow(mined: Mined, limit_s: float | None) -> Effect:
    """Return the slow cases by time to resolve where a log tells that, else by cycle time."""
    resolve = mined.cases.resolve
    resolved = resolve != MISSING_TIME
    known = bool(resolved.any())
    times, judged = (resolve, resolved) if known else (mined.cases.cycle, mined.counted)
    if not judged.any():
        raise UsageError("no case has ended: nobody knows which are slow", "choose another effect")
    limit = _find_limit(times[judged]) if limit_s is None else limit_s * 1000
    return Effect("slow", judged & (times > limit), judged, seconds(limit), "resolve_time" if known else "cycle_time")


def _find_limit(times: Millis) -> float:
    """Return the duration that a fifth of the cases exceed; where too many take just as long, the next below."""
    limit = float(np.quantile(times, 1 - SLOWEST))
    below = times[times < limit]
    return float(below.max()) if limit >= times.max() and len(below) else limit


def _mark_reopened(log: Log, mined: Mined) -> NDArray[np.bool_]:
    if not mined.done:
        raise UsageError("the log does not say when a matter is settled", "name `done:` in a mapping file (-m)")
    settled = np.isin(log.activity, find_codes(log, mined.done))
    goes_on = settled[:-1] & ~settled[1:]
    goes_on[log.offsets[1:-1] - 1] = False
    shown = np.zeros(log.cases, np.bool_)
    shown[log.case_of_row[:-1][goes_on]] = True
    return shown


def _mark_repeating(log: Log, _mined: Mined) -> NDArray[np.bool_]:
    shown = np.zeros(log.cases, np.bool_)
    shown[recur(log.batch(0, log.cases)).case] = True
    return shown


def _mark_handed_over(log: Log, mined: Mined) -> NDArray[np.bool_]:
    return np.bincount(_trace(log, mined).case, minlength=log.cases) > 1


def _mark_ping_pong(log: Log, mined: Mined) -> NDArray[np.bool_]:
    routes = _trace(log, mined)
    shown = np.zeros(log.cases, np.bool_)
    shown[routes.case[routes.bounced]] = True
    return shown


def _trace(log: Log, mined: Mined) -> Routes:
    """Return the routes between teams, or between people where teams are not known or hardly change."""
    holder = choose_holder(log, mined.team_cases)
    if holder is None:
        raise UsageError("the log knows neither teams nor people", "name them in a mapping file (-m)")
    return trace_routes(log.batch(0, log.cases), holder.codes, mined.waits.machines_array)


EFFECTS: dict[str, Callable[[Log, Mined], NDArray[np.bool_]]] = {
    "slow": lambda _log, mined: _mark_slow(mined, None).shown,
    "reopened": _mark_reopened,
    "repeating": _mark_repeating,
    "handed-over": _mark_handed_over,
    "ping-pong": _mark_ping_pong,
}
"""What cases may be asked about, by name."""
