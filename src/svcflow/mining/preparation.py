"""What must be known of a log before it is mined: machines, what done means, the span. One quick pass tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from svcflow import engines
from svcflow.definitions.model import Organisation
from svcflow.engines.fold import Source
from svcflow.eventlog.log import Batch, Codes, Log
from svcflow.eventlog.store.stored import Stored
from svcflow.mining.accounts import judge_machines, judge_outsiders
from svcflow.mining.concurrency import Declared
from svcflow.mining.presence import Presence, PresenceFold
from svcflow.mining.quantity import Setting
from svcflow.mining.settling import Settling, SettlingFold, choose_openers, is_contradicted
from svcflow.mining.tallies import Tally
from svcflow.mining.transitions import BusinessClock

STATED = "stated"
"""How the reason of a role begins that somebody stated, rather than a guess."""

MILESTONE = "milestone"
"""How roles begin of columns of times reached: each row is a case, with the team that has it now."""

_NEVER = (np.iinfo(np.int64).max, np.iinfo(np.int64).min)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The setting of a log, the names of its trusted done activities, the codes of its machines.

    `resources` and `teams` say how many of them occur; `written` counts instances by ``resource * teams + team``.
    """

    setting: Setting
    done: tuple[str, ...]
    machines: frozenset[int]
    resources: int
    teams: int
    written: Tally


class Span(NamedTuple):
    """The first start and the last completion."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class SpanFold:
    """Finds the first start and the last completion."""

    columns: ClassVar[frozenset[str]] = frozenset({"time", "start"})

    def partial(self, batch: Batch) -> Span:
        """Summarise one block."""
        return Span(int(batch.start.min(initial=_NEVER[0])), int(batch.time.max(initial=_NEVER[1])))

    def merge(self, left: Span, right: Span) -> Span:
        """Put two spans together."""
        return Span(min(left.first, right.first), max(left.last, right.last))

    def finish(self, state: Span, log: Source) -> Span:
        """Return the span, of an empty log 0 to 0."""
        return state if state.first <= state.last else Span(0, 0)


def prepare(
    log: Log | Stored, clock: BusinessClock | None, organisation: Organisation | None, declared: Declared, **how: Any
) -> Prepared:
    """Look `log` over; `how` are the options of `engines.run`."""
    width = len(log.activities)
    stated = find_codes(log, log.done)
    folds: dict[str, Any] = {"span": SpanFold(), "settling": SettlingFold(width, stated)}
    if log.has_resources or log.has_teams:
        folds["presence"] = PresenceFold(len(log.resources), len(log.teams))
    found = engines.run(log, folds, **how)
    presence: Presence = found.get("presence", PresenceFold(1, 1).begin().state())
    machines = judge_machines(log, presence)
    outsiders = judge_outsiders(log, presence, machines)
    settling: Settling = found["settling"]
    trusted = () if is_guessed(log) and is_contradicted(settling) else log.done
    done = find_codes(log, trusted)
    setting = Setting(
        log.activities,
        log.resources,
        log.teams,
        log.zone,
        done if trusted else None,
        choose_openers(settling, done, log.activities),
        np.array(sorted(machines), np.int32),
        clock,
        organisation,
        outsiders,
        span=(found["span"].first, found["span"].last),
        cases=log.cases,
        instances=log.instances,
        sides=log.sides,
        states=log.states,
        open_left_out=bool(trusted) and not is_guessed(log),
        teams_move=not any(role.role.startswith(MILESTONE) for role in log.roles),
        declared=declared,
    )
    if clock is not None and log.instances:
        clock.elapsed_all(*(np.array([moment]) for moment in setting.span))  # threads then only read it
    account, team = np.divmod(presence.written.keys, max(len(log.teams), 1))
    people, groups = (len(np.unique(codes[codes > 0])) for codes in (account, team))
    return Prepared(setting, trusted, machines, people, groups, presence.written)


def find_codes(log: Log | Stored, names: tuple[str, ...]) -> Codes:
    """Return the sorted codes of the activities of these names that occur."""
    codes = (log.activities.find(name) for name in names)
    return np.array(sorted(code for code in codes if code is not None), np.int32)


def trust_done(log: Log) -> tuple[str, ...]:
    """Return the done activities of a log; none if they were guessed and the log goes on after most of them."""
    if not log.done or not is_guessed(log):
        return log.done
    fold = SettlingFold(len(log.activities), find_codes(log, log.done))
    return () if is_contradicted(fold.partial(log.batch(0, log.cases))) else log.done


def is_guessed(log: Log | Stored) -> bool:
    """Return whether what done means was guessed rather than stated."""
    return any(role.role == "done" and not role.reason.startswith(STATED) for role in log.roles)
