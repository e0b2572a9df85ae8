"""Accounts: which resources are machines, and which steps hang on one of them (metrics.md 3).

A machine is declared (`Log.machines`) or gives itself away: it is called one (``system``, ``机器人``), or writes
round the clock, day after day, at a pace no person has.
A name that stands for nobody (``?``, ``unassigned``, ``待分配``) is neither person nor machine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Codes, Log, Vocabulary
from svcflow.mining.grouping import Ints, add_up, count, group, mark
from svcflow.mining.presence import HOUR, Presence, PresenceFold

DAY = 24 * HOUR

INSTANCES = 100
"""Below this an account shows too little to be judged."""
DAYS = 10
HOURS_OF_A_DAY = 16
"""Nobody writes in so many different hours of one day as a habit: more than half of the account's days."""
PACE = 3.0
"""Instances per active day, as a multiple of the median account's."""
PRESENT, USUAL = 0.9, 0.5
"""Who is away for more than a tenth of the days, from its first to its last, on which at least half as many accounts
write as on most, takes leave: no machine."""

NOBODY = frozenset(
    ("unknown", "unassigned", "not assigned", "nobody", "no one", "none", "null", "nan", "n/a", "na", "nil", "missing",
     "未知", "未分配", "待分配", "无", "空", "onbekend", "unbekannt", "inconnu", "desconocido", "sconosciuto")
)  # fmt: skip
"""Names of accounts that say that there is none; names without any letter or digit say so too."""

CALLED = re.compile(
    r"(the )?(system|systeem|sistema|système|systemkonto|automat(ion|ic|ed|isch)?|auto[ -]?close[rd]?|scheduler|cron"
    r"|batch|batch job|scheduled job|workflow engine|service account|system (user|account|process)|(ro)?bot[ _-]?\d*"
    r"|rpa[ _-]?\d*|系[统統](自[动動]|用[户戶]|账号|帳號)?|自[动動]|机器人|機器人|定[时時]任[务務])"
)
"""How accounts are called that say themselves that they are machines."""

LONE = 0.8
"""A share above this makes an account the one that does a step."""


class Accounts(Protocol):
    """What is known of the accounts of a log before its rows are read."""

    @property
    def resources(self) -> Vocabulary:
        """Return the vocabulary of the resources."""
        ...

    @property
    def teams(self) -> Vocabulary:
        """Return the vocabulary of the teams."""
        ...

    @property
    def machines(self) -> tuple[str, ...]:
        """Return the resources declared to be machines."""
        ...


@dataclass(frozen=True, slots=True)
class Lone:
    """The account that writes `share` of some instances, more than 80 %."""

    resource: str
    share: float
    machine: bool


def declared_machines(log: Accounts) -> Codes:
    """Return the codes of the resources that the mapping declares to be machines."""
    codes = (log.resources.find(name) for name in log.machines)
    return np.array(sorted(code for code in codes if code is not None), np.int32)


def find_machines(log: Log) -> frozenset[int]:
    """Return the codes of declared machines, and of accounts that are called or behave like one."""
    return judge_machines(log, watch(log))


def judge_machines(log: Accounts, presence: Presence) -> frozenset[int]:
    """Return the codes of declared machines and of accounts that, by name or as their `presence` tells, are one."""
    called = (code for code, name in enumerate(log.resources.texts) if is_called_machine(name))
    return frozenset((*declared_machines(log).tolist(), *called, *_tireless(log, presence).tolist()))


def watch(log: Log) -> Presence:
    """Return when the accounts of a log in memory write."""
    return PresenceFold(len(log.resources), len(log.teams)).partial(log.batch(0, log.cases))


def is_nobody(name: str) -> bool:
    """Return whether the name of an account says that nobody is known.

    >>> [is_nobody(name) for name in ("?", " Unassigned", "(none)", "R2")]
    [True, True, True, False]
    """
    plain = name.strip(" \t-_?.*#!()[]<>{}'\"").casefold()
    return not plain or plain in NOBODY


def is_called_machine(name: str) -> bool:
    """Return whether an account says by its name that it is a machine.

    >>> [is_called_machine(name) for name in ("System", "auto-close", "系统自动", "bot 3", "J. Bot", "System Support")]
    [True, True, True, True, False, False]
    """
    return bool(CALLED.fullmatch(name.strip(" \t-_?.*#!()[]<>{}'\"").casefold()))


def find_outsiders(log: Log, machines: frozenset[int]) -> Codes:
    """Return the machines that change no team; see `judge_outsiders`."""
    return judge_outsiders(log, watch(log), machines) if machines else np.empty(0, np.int32)


def judge_outsiders(log: Accounts, presence: Presence, machines: frozenset[int]) -> Codes:
    """Return the machines that change no team: those that mostly write as a team of their own, or as none.

    A machine that writes the team a case is with, as ticket systems do, passes cases on as people do: the counters of
    source systems count that. One whose team no other account ever has, or that has none, is an aside.
    """
    codes = np.array(sorted(machines), np.int32)
    if len(log.teams) < 2 or not len(codes):
        return codes
    account, team = np.divmod(presence.written.keys, len(log.teams))
    counts = presence.written.counts
    automatic = np.isin(account, codes)
    own = add_up(team[automatic], counts[automatic], len(log.teams))
    shared = add_up(team, counts, len(log.teams)) > own
    shared[UNKNOWN] = False
    inside = automatic & shared[team]
    wrote, shares = (add_up(account[at], counts[at], len(log.resources))[codes] for at in (automatic, inside))
    outside: Codes = codes[2 * shares < wrote + (wrote == 0)]
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


def _tireless(log: Accounts, presence: Presence) -> Ints:
    """Return the codes of accounts that write round the clock at an inhuman pace."""
    written = presence.written
    counts = add_up(written.keys // max(len(log.teams), 1), written.counts, len(log.resources))
    judged = np.flatnonzero(counts >= INSTANCES)
    named = [code != UNKNOWN and not is_nobody(log.resources[code]) for code in judged.tolist()]
    account = presence.days >> 32
    judge = mark(judged[np.array(named, np.bool_)], len(log.resources)).take(account)
    if not judge.any():
        return np.empty(0, np.int64)
    by_account = group(account[judge], np.bitwise_count(presence.hours[judge]).astype(np.int64))
    pace = counts[by_account.keys] / by_account.counts
    usual = float(np.median(pace))
    tireless = (by_account.counts >= DAYS) & (by_account.quantile(0.5) >= HOURS_OF_A_DAY) & (pace >= PACE * usual)
    found = by_account.keys[tireless]
    return found[_measure_presence(presence, found) >= PRESENT] if len(found) else found


def _measure_presence(presence: Presence, accounts: Ints) -> NDArray[np.float64]:
    """Return on which share of the days of work, from its first to its last, each account writes."""
    account, day = presence.days >> 32, presence.days & 0xFFFF_FFFF
    days, writing = count(day)
    days = days[writing >= USUAL * np.median(writing)]
    shares = np.zeros(len(accounts))
    for i, code in enumerate(accounts.tolist()):
        own = day[account == code]
        there = days[(days >= own[0]) & (days <= own[-1])]
        shares[i] = np.isin(there, own).mean() if len(there) else 1.0
    return shares
