"""Which waits can be explained, and what is left out: counted case by case, over a log of any size (metrics.md 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from svcflow.engines.fold import Source
from svcflow.eventlog.log import UNKNOWN, Batch, Codes, Log
from svcflow.mining.concurrency import Concurrency
from svcflow.mining.enablement import Enablement, enable_block
from svcflow.mining.grouping import Ints, add_up, count, distinct, is_among
from svcflow.mining.quantity import Setting
from svcflow.mining.tallies import Tally
from svcflow.mining.waits import PROVIDER, own

Reason = Literal["outside", "machine", "no-start", "no-resource"]
REASONS: tuple[Reason, ...] = get_args(Reason)
Flags = NDArray[np.bool_]


class Told(NamedTuple):
    """The explained waits of each key, and the cases they are of."""

    counts: Tally
    cases: Tally

    def merge(self, other: Told) -> Told:
        """Add those of two parts."""
        return Told(self.counts.merge(other.counts), self.cases.merge(other.cases))


class Account(NamedTuple):
    """The waits that are explained, by team, ``before * activities + after`` and resource, and those that are not.

    `left_out` has a row for each of `REASONS`: how many waits, their milliseconds (without a start, of waiting and work
    together), and the part of these in which the case stood still. `worked` is the time that each resource was at work,
    `processing` that of all instances whose start is known, `known` counts those with a resource too.
    """

    teams: Told
    pairs: Told
    resources: Told
    left_out: Ints
    worked: Ints
    processing: int
    known: int

    @property
    def number(self) -> int:
        """Return how many waits are explained."""
        return int(self.teams.counts.counts.sum())

    def merge(self, other: Account) -> Account:
        """Add the accounts of two parts of a log."""
        return Account(
            self.teams.merge(other.teams),
            self.pairs.merge(other.pairs),
            self.resources.merge(other.resources),
            self.left_out + other.left_out,
            self.worked + other.worked,
            self.processing + other.processing,
            self.known + other.known,
        )


@dataclass(frozen=True, slots=True)
class AccountFold:
    """Gives an `Account` of a log whose activities run side by side as `concurrency` says."""

    setting: Setting
    concurrency: Concurrency
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "activity", "resource", "team"})

    def partial(self, batch: Batch) -> Account:
        """Summarise one block."""
        return account_for(enable_block(batch, self.concurrency, strictly=True), batch, self.setting)

    def merge(self, left: Account, right: Account) -> Account:
        """Put two summaries together."""
        return left.merge(right)

    def finish(self, state: Account, log: Source) -> Account:
        """Return the summary as it is."""
        return state


def account_for(enablement: Enablement, log: Log | Batch, setting: Setting) -> Account:
    """Return the account of some cases, whose instances `enablement` tells of."""
    instances, row, width = enablement.instances, enablement.instances.row, len(setting.activities)
    told, out = choose_told(enablement, log, setting)
    at, number = np.flatnonzero(told), max(len(log.offsets) - 1, 1)
    waited, stood = enablement.waiting, instances.start - enablement.stood

    def tell(codes: NDArray[np.integer]) -> Told:
        keys = codes[at].astype(np.int64)
        cases = distinct(keys * number + instances.case[at]) // number
        return Told(Tally(*count(keys)), Tally(*count(cases)))

    work, has_start, resource = instances.time - instances.start, log.has_start[row], log.resource[row]
    return Account(
        tell(log.team[row]),
        tell(name_before(enablement).astype(np.int64) * width + instances.activity),
        tell(resource),
        np.array([(gone.sum(), waited[gone].sum(), stood[gone].sum()) for gone in out], np.int64),
        add_up(resource.astype(np.int64), work, max(len(setting.resources), 1)),
        int(work[has_start].sum()),
        int((has_start & (resource != UNKNOWN)).sum()),
    )


def choose_told(enablement: Enablement, log: Log | Batch, setting: Setting) -> tuple[Flags, list[Flags]]:
    """Return which waits can be explained, and which are left out, in the order of `REASONS`."""
    told, left_out = enablement.waits, []
    for out in _list_reasons(enablement, log, setting):
        left_out.append(told & out)
        told = told & ~out
    return told, left_out


def _list_reasons(enablement: Enablement, log: Log | Batch, setting: Setting) -> Iterator[Flags]:
    row = enablement.instances.row
    yield ~_find_ours(enablement, setting)
    yield is_among(log.resource[row], setting.machines)
    yield ~log.has_start[row]
    yield log.resource[row] == UNKNOWN


def _find_ours(enablement: Enablement, setting: Setting) -> Flags:
    """Return which waits the provider owns."""
    width = max(len(setting.activities), 1)
    key = name_before(enablement).astype(np.int64) * width + enablement.instances.activity
    pairs, number = np.unique(key, return_inverse=True)
    before, after = np.divmod(pairs, width)
    sides = own(setting, zip(before.tolist(), after.tolist(), strict=True), setting.sides, setting.done)
    return np.array([side == PROVIDER for side in sides], np.bool_)[number]


def name_before(enablement: Enablement) -> Codes:
    """Return the activity that each instance waited for; see `Enablement.preceding`."""
    activity: Codes = enablement.instances.activity[enablement.preceding]
    return activity
