"""What the changes of a recommendation would do to the log, until queues are simulated: its waits, replayed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from svcflow.advice.context import Context, Place
from svcflow.eventlog.log import UNKNOWN, Millis, Vocabulary
from svcflow.eventlog.selection import judge
from svcflow.replay.chain import Chain, Rows, select_rounds
from svcflow.replay.effect import Estimate
from svcflow.replay.masks import Replayed, cap, drop, match_quantiles
from svcflow.whatif import (
    Automate,
    Bypass,
    CapWait,
    Change,
    DropRepeats,
    KeepHands,
    MergeTeams,
    Scope,
    Skip,
)

FEWEST_ALIKE = 20
NO_CHANGE = "no time of the log follows from it: it keeps what is agreed from being forgotten"
NO_QUEUES = "it moves queues; a replay of single cases cannot judge it, a simulation is needed"
TOO_FEW = "fewer than 20 passes within one team to compare with"


def estimate_changes(context: Context, changes: Sequence[Change], assumption: str, place: Place | None) -> Estimate:
    """Return the effect of some changes made together, by replay; refused, with the reason, where it cannot tell."""
    if not changes:
        return context.refuse(NO_CHANGE)
    replayed = replay(context, changes)
    if isinstance(replayed, str):
        return context.refuse(replayed)
    return context.estimate(replayed, assumption, place=place)


def replay(context: Context, changes: Sequence[Change]) -> Replayed | str:
    """Return what every row would wait and work after the changes, or why that is not known."""
    chain = context.chain
    waiting, processing = chain.waiting, chain.processing
    for change in changes:
        found = _replay_one(context, change)
        if isinstance(found, str):
            return found
        waiting, processing = np.minimum(waiting, found[0]), np.minimum(processing, found[1])
    return waiting, processing


def _replay_one(context: Context, change: Change) -> Replayed | str:  # noqa: PLR0911 - one for each kind
    chain = context.chain
    match change:
        case CapWait():
            return _cap(context, change)
        case KeepHands():
            return _keep(chain, select_scope(context, change.scope))
        case MergeTeams():
            first, second = change.teams
            rows = select_scope(context, Scope(sender=first, receiver=second))
            return _keep(chain, rows | select_scope(context, Scope(sender=second, receiver=first)))
        case DropRepeats(share=1.0):
            rounds = change.from_round - 1
            if change.rounds:
                return drop(chain, select_rounds(chain, change.activities, rounds) & context.addressable)
            return drop(chain, select_scope(context, Scope(change.activities, from_round=change.from_round)))
        case Skip(share=1.0) | Automate():
            return drop(chain, select_scope(context, change.scope))
        case Bypass():
            code = chain.log.teams.find(change.team)
            mine = np.asarray(chain.log.team == (-2 if code is None else code))
            return drop(chain, mine & select_scope(context, Scope(where=change.where)))
    return NO_QUEUES


def select_scope(context: Context, scope: Scope) -> Rows:
    """Return the rows of which everything holds that the scope states."""
    chain, log = context.chain, context.chain.log
    rows = np.ones(log.instances, dtype=np.bool_)
    before, after = chain.list_pairs()
    if scope.activities:
        rows &= np.isin(after, _find_codes(log.activities, scope.activities))
    if scope.after:
        rows &= np.isin(before, _find_codes(log.activities, scope.after))
    previous = np.where(chain.first, UNKNOWN, np.roll(log.team, 1))
    for name, column in ((scope.sender, previous), (scope.receiver, log.team)):
        if name is not None:
            rows &= column == log.teams.find(name)
    if scope.sender is not None and scope.receiver is not None:
        rows &= previous != log.team
    if scope.handover is not None:
        hands = log.team if scope.handover == "team" else log.resource
        last = np.where(chain.first, UNKNOWN, np.roll(hands, 1))
        rows &= (hands != last) & (hands != UNKNOWN) & (last != UNKNOWN)
    if scope.from_round > 1:
        rows &= chain.number_occurrences() >= scope.from_round
    if scope.where:
        rows &= judge(log, scope.where)[chain.case]
    return np.asarray(rows, dtype=np.bool_)


def _find_codes(words: Vocabulary, names: Sequence[str]) -> list[int]:
    return [code for code in map(words.find, names) if code is not None]


def _cap(context: Context, change: CapWait) -> Replayed:
    chain = context.chain
    rows = select_scope(context, change.scope) & ~chain.first
    limit = np.full(int(rows.sum()), change.limit_s * 1000, dtype=np.int64)
    begin = chain.log.time[rows] - chain.waiting[rows] - chain.processing[rows]
    if change.calendar and context.workspace:
        limit = context.find_calendar(change.calendar).deadlines(begin, limit) - begin
    most: Millis = chain.waiting.copy()
    most[rows] = np.maximum(limit - (chain.processing[rows] if change.whole else 0), 0)
    return cap(chain, rows, most)


def _keep(chain: Chain, rows: Rows) -> Replayed | str:
    """Give each handover the wait of the same rank among those of its pair of activities that stay in one hand."""
    log = chain.log
    hands = log.team if log.has_teams else log.resource
    kept = ~chain.first & (hands == np.roll(hands, 1)) & (hands != UNKNOWN)
    before, after = chain.list_pairs()
    key = np.where(chain.first, -1, before.astype(np.int64) * len(log.activities) + after)
    waiting, known = chain.waiting.copy(), False
    for pair in np.unique(key[rows]):
        mine, like = rows & (key == pair), kept & (key == pair)
        if like.sum() >= FEWEST_ALIKE:
            known = True
            waiting[mine] = match_quantiles(chain, mine, like)[0][mine]
    return (waiting, chain.processing) if known else TOO_FEW
