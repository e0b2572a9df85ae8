"""The log as one chain of instances a case: every second of a cycle time lies in one waiting or one processing.

Along the completions of a case, ``waiting[i]`` runs from the completion before to the start of instance i (never
below zero), ``processing[i]`` from there to its completion, so that their sum is the case's cycle time to the
millisecond. Where only completions are known, processing is zero and waiting is the whole sojourn. Work that ran
beside other work counts only as far as it made the case longer. Source: advice.md 6, the case of a single chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow import times
from svcflow.eventlog.log import UNKNOWN, Codes, Log, Millis, Vocabulary
from svcflow.findings import Finding
from svcflow.mining.accounts import declared_machines
from svcflow.mining.routing import Holder, Routes, trace_routes

Rows = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Columns beside the log's rows: the case, whether a row is its first, and its two parts in milliseconds.

    `machines` are the codes of the resources that are no people.
    """

    log: Log
    case: NDArray[np.int64]
    first: Rows
    waiting: Millis
    processing: Millis
    machines: Codes

    def sum_cases(self, values: Millis) -> Millis:
        """Return the sum of `values` over the rows of each case."""
        total = np.concatenate([[0], np.cumsum(values)])
        return np.asarray(total[self.log.offsets[1:]] - total[self.log.offsets[:-1]], dtype=np.int64)

    def list_pairs(self) -> tuple[Codes, Codes]:
        """Return the activity before each row and its own; before a first row stands -1."""
        before = np.where(self.first, -1, np.roll(self.log.activity, 1)).astype(np.int32)
        return before, self.log.activity

    def number_occurrences(self) -> NDArray[np.int64]:
        """Return for each row how often its activity has happened in its case so far, itself included."""
        key = self.case * len(self.log.activities) + self.log.activity
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        new = np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(ordered)]
        position = np.arange(len(ordered))
        numbers = np.empty(len(ordered), dtype=np.int64)
        numbers[order] = position - np.maximum.accumulate(np.where(new, position, 0)) + 1
        return numbers


def link(log: Log, machines: Codes | None = None) -> Chain:
    """Return the chain of `log`; without `machines`, those that the log declares."""
    lengths = np.diff(log.offsets)
    first = np.zeros(log.instances, dtype=bool)
    first[log.offsets[:-1][lengths > 0]] = True
    since = np.where(first, 0, np.roll(log.time, 1))
    if log.instances:
        opened = np.minimum.reduceat(log.start, log.offsets[:-1][lengths > 0])
        since[first] = opened
    waiting = np.where(first, 0, times.waiting(since, log.start))
    case = np.repeat(np.arange(log.cases, dtype=np.int64), lengths)
    known = declared_machines(log) if machines is None else machines
    return Chain(log, case, first, waiting, times.sojourn(since, log.time) - waiting, known)


def select(chain: Chain, finding: Finding) -> Rows:
    """Return the rows whose waiting the finding is about.

    An activity: the wait before it; a pair: the wait between; a pair of teams or people: before the receiver's first
    instance; a loop: everything on its way round, from the first completion of its activity to the last.
    """
    log, names = chain.log, finding.subject.names
    match finding.subject.kind:
        case "loop":
            return select_rounds(chain, names, 1)
        case "activity":
            return _is_any(log.activity, [log.activities.find(names[0])]) & ~chain.first
        case "pair":
            return select_pair(chain, (names[0], names[1]))
        case "team":
            return _is_any(log.team, [log.teams.find(names[0])]) & ~chain.first
        case "team-pair" | "resource-pair":
            return _select_handovers(chain, finding)
    return np.zeros(log.instances, dtype=np.bool_)  # the process: no waits of a place


def _select_handovers(chain: Chain, finding: Finding) -> Rows:
    log, names = chain.log, finding.subject.names
    routes, parties = trace(chain, finding.subject.kind)
    received = routes.received
    sender, receiver = (parties.find(name) for name in names[:2])
    handed = _is_any(routes.holder[received - 1], [sender]) & _is_any(routes.holder[received], [receiver])
    rows = np.zeros(log.instances, dtype=np.bool_)
    rows[routes.row[received[handed]]] = True
    return rows


def trace(chain: Chain, kind: str) -> tuple[Routes, Vocabulary]:
    """Return the run-collapsed sequences of teams (``team-pair``) or people, and their names."""
    log = chain.log
    column, parties = (log.team, log.teams) if kind == "team-pair" else (log.resource, log.resources)
    holder = Holder("team" if kind == "team-pair" else "resource", column, parties)
    passed = holder.choose_passed(log, frozenset(chain.machines.tolist()))
    return trace_routes(log.batch(0, log.cases), column, passed), parties


def select_rounds(chain: Chain, names: Sequence[str], rounds: int) -> Rows:
    """Return the rows on the way round `names` after the first activity's completion number `rounds`, to its last."""
    log = chain.log
    mine = _is_any(log.activity, [log.activities.find(names[0])])
    before = np.concatenate([[0], np.cumsum(mine)])[:-1]
    done = before - before[log.offsets[:-1]][chain.case]
    total = np.bincount(chain.case[mine], minlength=log.cases)[chain.case]
    on_the_way = _is_any(log.activity, [log.activities.find(name) for name in names])
    return np.asarray(on_the_way & (done >= rounds) & (done < total))


def find_main_pair(chain: Chain, rows: Rows) -> tuple[str, str] | None:
    """Return the pair of activities on which `rows` wait longest in sum; ``None`` if there is none."""
    before, after = chain.list_pairs()
    chosen = rows & ~chain.first
    if not chosen.any():
        return None
    width = len(chain.log.activities)
    sums = np.bincount(before[chosen] * width + after[chosen], weights=chain.waiting[chosen], minlength=1)
    sender, receiver = divmod(int(sums.argmax()), width)
    return chain.log.activities[sender], chain.log.activities[receiver]


def select_pair(chain: Chain, pair: tuple[str, str]) -> Rows:
    """Return the rows of the second activity that directly follow the first."""
    before, after = chain.list_pairs()
    codes = [chain.log.activities.find(name) for name in pair]
    return _is_any(before, codes[:1]) & _is_any(after, codes[1:])


def changes_hands(chain: Chain, kind: str) -> Rows:
    """Return the rows whose team (``team-pair``) or else person is known and differs from that of the row before."""
    column = chain.log.team if kind == "team-pair" else chain.log.resource
    previous = np.roll(column, 1)
    return np.asarray(~chain.first & (column != previous) & (column != UNKNOWN) & (previous != UNKNOWN))


def keeps_hands(chain: Chain, kind: str) -> Rows:
    """Return the rows whose team or person is known and the same as on the row before."""
    column = chain.log.team if kind == "team-pair" else chain.log.resource
    return np.asarray(~chain.first & (column == np.roll(column, 1)) & (column != UNKNOWN))


def _is_any(column: Codes, codes: list[int | None]) -> Rows:
    return np.isin(column, [code for code in codes if code is not None])
