"""Accounts: which resources are machines, and which steps hang on one of them (metrics.md 3).

A machine is declared (`Log.machines`) or gives itself away: it writes round the clock, at a pace no person has.
A name that stands for nobody (``?``, ``unassigned``, ``待分配``) is neither person nor machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Codes, Log
from svcflow.mining.grouping import count, distinct, group

HOUR = 3_600_000
DAY = 24 * HOUR

INSTANCES = 100
"""Below this an account shows too little to be judged."""
DAYS = 10
HOURS_OF_A_DAY = 16
"""Nobody writes in so many different hours of one day as a habit: more than half of the account's days."""
PACE = 3.0
"""Instances per active day, as a multiple of the median account's."""

NOBODY = frozenset(
    ("unknown", "unassigned", "not assigned", "nobody", "no one", "none", "null", "nan", "n/a", "na", "nil", "missing",
     "未知", "未分配", "待分配", "无", "空", "onbekend", "unbekannt", "inconnu", "desconocido", "sconosciuto")
)  # fmt: skip
"""Names of accounts that say that there is none; names without any letter or digit say so too."""

LONE = 0.8
"""A share above this makes an account the one that does a step."""


@dataclass(frozen=True, slots=True)
class Lone:
    """The account that writes `share` of some instances, more than 80 %."""

    resource: str
    share: float
    machine: bool


def declared_machines(log: Log) -> Codes:
    """Return the codes of the resources that the mapping declares to be machines."""
    codes = (log.resources.find(name) for name in log.machines)
    return np.array(sorted(code for code in codes if code is not None), np.int32)


def find_machines(log: Log) -> frozenset[int]:
    """Return the codes of declared machines and of accounts that behave like one."""
    return frozenset(declared_machines(log).tolist()) | frozenset(_tireless(log).tolist())


def is_nobody(name: str) -> bool:
    """Return whether the name of an account says that nobody is known.

    >>> [is_nobody(name) for name in ("?", " Unassigned", "(none)", "R2")]
    [True, True, True, False]
    """
    plain = name.strip(" \t-_?.*#!()[]<>{}'\"").casefold()
    return not plain or plain in NOBODY


def find_outsiders(log: Log, machines: frozenset[int]) -> Codes:
    """Return the machines that change no team: those that mostly write as a team of their own, or as none.

    A machine that writes the team a case is with, as ticket systems do, passes cases on as people do: the counters of
    source systems count that. One whose team no other account ever has, or that has none, is an aside.
    """
    if not machines:
        return np.empty(0, np.int32)
    codes = np.array(sorted(machines), np.int32)
    if not log.has_teams:
        return codes
    automatic = np.zeros(len(log.resources), np.bool_)
    automatic[codes] = True
    rows = np.flatnonzero(automatic[log.resource])
    own = np.bincount(log.team[rows], minlength=len(log.teams))
    shared = np.bincount(log.team, minlength=len(log.teams)) > own
    shared[UNKNOWN] = False
    inside = rows[shared[log.team[rows]]]
    wrote, shares = (np.bincount(log.resource[at], minlength=len(log.resources))[codes] for at in (rows, inside))
    outside: Codes = codes[2 * shares < np.maximum(wrote, 1)]
    return outside


def find_lone(log: Log, resources: Codes, machines: frozenset[int]) -> Lone | None:
    """Return who wrote more than 80 % of the instances with these resource codes, if one account did."""
    if not len(resources):
        return None
    codes, counts = count(resources)
    top = int(np.argmax(counts))
    share = int(counts[top]) / len(resources)
    if share <= LONE or codes[top] == UNKNOWN or is_nobody(log.resources[int(codes[top])]):
        return None
    return Lone(log.resources[int(codes[top])], share, int(codes[top]) in machines)


def _tireless(log: Log) -> NDArray[np.int64]:
    """Return the codes of accounts that write round the clock at an inhuman pace."""
    counts = np.bincount(log.resource, minlength=len(log.resources))
    judged = np.flatnonzero(counts >= INSTANCES)
    named = [code != UNKNOWN and not is_nobody(log.resources[code]) for code in judged.tolist()]
    judged = judged[np.array(named, np.bool_)]
    rows = np.flatnonzero(np.isin(log.resource, judged))
    if not len(rows):
        return np.empty(0, np.int64)
    hours = log.time[rows] // HOUR
    hours -= hours.min()
    span = int(hours.max()) + 1
    hours_active = distinct(log.resource[rows].astype(np.int64) * span + hours)
    days, hours_of_day = count(hours_active // span * (span // 24 + 1) + hours_active % span // 24)
    by_account = group(days // (span // 24 + 1), hours_of_day)
    pace = counts[by_account.keys] / by_account.counts
    usual = float(np.median(pace))
    tireless = (by_account.counts >= DAYS) & (by_account.quantile(0.5) >= HOURS_OF_A_DAY) & (pace >= PACE * usual)
    return by_account.keys[tireless]
