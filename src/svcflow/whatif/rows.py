"""Which rows of a log a scope means: one meaning for everything that judges a change.

The row before is that of the case in the log's order (by completion). Who has a case is told by the stays of
`mining.routing`: machines that stand outside of all teams are passed over, so that a case which a machine notes
something on between two teams is handed from the one to the other.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import xxhash
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Codes, Log, Vocabulary
from svcflow.eventlog.selection import judge
from svcflow.mining.routing import Holder, trace_routes
from svcflow.whatif.changes import Names, Scope

Rows = NDArray[np.bool_]
NOBODY = -1


class Selector:
    """Finds rows of one log; `machines` are the codes of the resources that are no people."""

    def __init__(self, log: Log, machines: Codes) -> None:
        self.log = log
        self._machines = machines
        self._holders: dict[str, tuple[Codes, Codes]] = {}

    def select(self, scope: Scope) -> Rows:
        """Return the rows of which everything holds that `scope` states. Raises GuardError for no condition."""
        log = self.log
        rows = np.ones(log.instances, np.bool_)
        if scope.activities:
            rows &= mark_names(log.activities, scope.activities)[log.activity]
        if scope.after:
            rows &= ~self.first & mark_names(log.activities, scope.after)[self.before]
        if scope.sender is not None or scope.receiver is not None:
            rows &= self._select_teams(scope)
        if scope.handover is not None:
            rows &= self.changes_hands(scope.handover)
        if scope.from_round > 1:
            rows &= self.occurrence >= scope.from_round
        if scope.where is not None:
            rows &= judge(log, scope.where)[self.case]
        return np.asarray(rows, dtype=np.bool_)

    def changes_hands(self, kind: str) -> Rows:
        """Return the rows that begin a stay with a ``team`` (or a ``resource``), come from another one, both known."""
        before, now = self.find_holders(kind)
        return np.asarray((before != now) & (before > UNKNOWN) & (now > UNKNOWN))

    def keeps_hands(self, kind: str) -> Rows:
        """Return the rows whose team (or resource) is known and had the case before."""
        before, now = self.find_holders(kind)
        return np.asarray((before == now) & (now > UNKNOWN))

    def find_holders(self, kind: str) -> tuple[Codes, Codes]:
        """Return by row who had the case before it and who has it now, NOBODY before a first row and beside stays."""
        if kind not in self._holders:
            self._holders[kind] = self._trace(kind)
        return self._holders[kind]

    def flip_coins(self, share: float, word: str, seed: int) -> Rows:
        """Return the rows of a `share` of the cases, the same for the same seed, id of the case and `word`.

        What is drawn for a smaller share is drawn for a larger one too.
        """
        if share >= 1:
            return np.ones(self.log.instances, np.bool_)
        salt = xxhash.xxh64_intdigest(word.encode("utf-8", "surrogatepass"), seed=seed)
        drawn = (xxhash.xxh64_intdigest(case.encode("utf-8", "surrogatepass"), seed=salt) for case in self.log.case_ids)
        coins = np.fromiter(drawn, np.uint64, self.log.cases)
        return np.asarray((coins / 2.0**64 < share)[self.case])

    @cached_property
    def case(self) -> NDArray[np.int64]:
        """Return the case of each row."""
        return self.log.case_of_row

    @cached_property
    def first(self) -> Rows:
        """Return which rows are the first of their case."""
        return np.asarray(np.diff(self.case, prepend=-1) != 0)

    @cached_property
    def before(self) -> Codes:
        """Return the activity of the row before; it means nothing for the first row of a case."""
        return np.roll(self.log.activity, 1)

    @cached_property
    def occurrence(self) -> NDArray[np.int64]:
        """Return how often the activity of each row has happened in its case so far, itself included."""
        key = self.case * len(self.log.activities) + self.log.activity
        order = np.argsort(key, kind="stable")
        new = np.diff(key[order], prepend=-1) != 0
        position = np.arange(len(key))
        numbers = np.empty(len(key), dtype=np.int64)
        numbers[order] = position - np.maximum.accumulate(np.where(new, position, 0)) + 1
        return numbers

    def _select_teams(self, scope: Scope) -> Rows:
        before, now = self.find_holders("team")
        rows = np.ones(self.log.instances, np.bool_)
        for name, column in ((scope.sender, before), (scope.receiver, now)):
            if name is not None:
                code = self.log.teams.find(name)
                rows &= column == (NOBODY - 1 if code is None else code)
        return rows

    def _trace(self, kind: str) -> tuple[Codes, Codes]:
        log = self.log
        column, names = (log.team, log.teams) if kind == "team" else (log.resource, log.resources)
        passed = Holder(kind, column, names).choose_passed(log, frozenset(self._machines.tolist()))
        routes = trace_routes(log.batch(0, log.cases), column, passed)
        beside = np.isin(log.resource, passed)
        stay = np.zeros(log.instances, np.int64)
        stay[routes.row] = 1
        stay = np.cumsum(stay) - 1
        known = (stay >= 0) & ~beside
        known[known] &= routes.case[stay[known]] == self.case[known]
        now, before = (np.full(log.instances, NOBODY, np.int32) for _ in range(2))
        now[known] = routes.holder[stay[known]]
        before[known] = now[known]
        came = np.full(len(routes.row), NOBODY, np.int32)
        came[routes.received] = routes.holder[routes.received - 1]
        before[routes.row] = came
        return before, now


def mark_names(vocabulary: Vocabulary, names: Names) -> NDArray[np.bool_]:
    """Return which codes of a vocabulary are those of `names`; names that do not occur mark nothing."""
    marked = np.zeros(len(vocabulary), np.bool_)
    marked[[code for code in map(vocabulary.find, names) if code is not None]] = True
    return marked
