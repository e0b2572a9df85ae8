"""The work of some resources of a file, of all cases at once: what compares cases with each other looks at that.

Nothing in a block of cases tells what else a resource had in hand. So all instances of some resources are gathered, as
many as fit into `ROOM` bytes, what they come to is worked out, and those of the next ones follow. Where one share does
not hold them all, a pass over the file writes each to a temporary file (`spooling`); on Spark each share has a pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.engines import LOCAL
from svcflow.engines.fold import Source, summarise_one
from svcflow.eventlog.log import UNKNOWN, Batch
from svcflow.mining.grouping import Ints, add_up
from svcflow.mining.quantity import Measured, decline
from svcflow.mining.spooling import Columns, Gathering, Spooled, SpoolFold, open_folder, sort_cases
from svcflow.mining.surveyed import Surveyed

ROOM = 96 << 20
"""Bytes that the gathered work takes."""
ROUNDS = 100
"""Work that needs more rounds than this is not gathered: they would take longer than all that is told of it."""
LONGEST = 4_000_000
"""A resource with more instances than this is too much for one look."""

ROWS = 1 << 19
"""So many instances are looked at at once, all of some resources."""

_NAME = "worklists"


class Work(NamedTuple):
    """Gathered columns, case by case; the first is the number of the case."""

    columns: Columns

    def merge(self, other: Work) -> Work:
        """Put the work of two parts of a log together."""
        return _join([self.columns, other.columns])


@dataclass(frozen=True, slots=True)
class WorkFold:
    """Gathers the work of the resources that are chosen, by code."""

    gathering: Gathering
    chosen: NDArray[np.bool_]

    @property
    def columns(self) -> frozenset[str]:
        """Return which columns are read."""
        return self.gathering.columns

    def begin(self) -> Gatherer:
        """Return an accumulator of nothing."""
        return Gatherer(self)

    def partial(self, batch: Batch) -> Work:
        """Gather the work of one block."""
        return summarise_one(self, batch)

    def merge(self, left: Work, right: Work) -> Work:
        """Put two parts together."""
        return left.merge(right)

    def finish(self, state: Work, log: Source) -> Work:
        """Return the work as it is."""
        return state


class Gatherer:
    """The work of the blocks so far."""

    def __init__(self, fold: WorkFold) -> None:
        self._fold = fold
        self._parts: list[Columns] = []

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        self._parts.append(self._fold.gathering.gather(batch, self._fold.chosen))

    def state(self) -> Work:
        """Return the work so far."""
        work = _join(self._parts)
        self._parts = [work.columns]
        return work


def _join(parts: list[Columns]) -> Work:
    return Work(sort_cases(tuple(np.concatenate(column) for column in zip(*parts, strict=True))))


def count_work(found: Surveyed) -> Ints:
    """Return how many instances each resource has; none are counted of the unknown one."""
    teams, resources = max(len(found.log.teams), 1), max(len(found.log.resources), 1)
    counts = add_up(found.written.keys // teams, found.written.counts, resources)
    counts[UNKNOWN] = 0
    return counts


def share_out(counts: Ints, size: int) -> list[NDArray[np.bool_]]:
    """Return which resources each pass gathers, given how many instances each has and the bytes each of these takes."""
    most = ROOM // size
    shares, taken = [], np.flatnonzero(counts)
    while len(taken):
        fit = max(int(np.searchsorted(np.cumsum(counts[taken]), most, side="right")), 1)
        chosen = np.zeros(len(counts), np.bool_)
        chosen[taken[:fit]] = True
        shares.append(chosen)
        taken = taken[fit:]
    return shares


def refuse_work(counts: Ints, shares: list[NDArray[np.bool_]]) -> Measured | None:
    """Return why work is not gathered, ``None`` where it can be."""
    longest = int(counts.max(initial=0))
    if longest > LONGEST:
        return decline(
            f"one resource alone has {longest:,} steps: more than {LONGEST:,} are not looked at at once. If it is a "
            "machine, name it in the mapping (machines); else read the log into memory (--in-memory)",
            f"单个处理人就有 {longest:,} 个步骤，超过一次可处理的 {LONGEST:,} 个。若为机器账号，请在映射的 machines "
            "中列出；否则请将日志载入内存（--in-memory）",
        )
    if len(shares) > ROUNDS:
        return decline(
            f"the work of all resources would take {len(shares):,} rounds of {ROOM >> 20} MB, more than {ROUNDS}: ask "
            "for a part of the time (--since, --until), or read the log into memory (--in-memory)",
            f"收集全部处理人的工作需 {len(shares):,} 轮（每轮 {ROOM >> 20} MB），超过 {ROUNDS} 轮："
            "请限定时间范围（--since、--until），或将日志载入内存（--in-memory）",
        )
    return None


def gather(found: Surveyed, gathering: Gathering, shares: list[NDArray[np.bool_]]) -> Iterator[Columns]:
    """Yield the work of each share of the resources.

    More shares than one go to a temporary file each in one pass, on Spark each takes a pass. Raises InputError where
    there is no room for such files.
    """
    if len(shares) > 1 and found.how.get("engine", LOCAL) == LOCAL:
        yield from _spool(found, gathering, shares)
        return
    for chosen in shares:
        work: Work = found.run({_NAME: WorkFold(gathering, chosen)})[_NAME]
        yield work.columns
        del work  # before the next is gathered


def _spool(found: Surveyed, gathering: Gathering, shares: list[NDArray[np.bool_]]) -> Iterator[Columns]:
    of = np.full(len(shares[0]), -1, np.int16)
    for number, chosen in enumerate(shares):
        of[chosen] = number
    with open_folder() as folder:
        spooled: Spooled = found.run({_NAME: SpoolFold(gathering, of, len(shares), folder)})[_NAME]
        for number in range(len(shares)):
            yield spooled.read(number)


def cut(resource: NDArray[np.int32], rows: int) -> Iterator[Ints]:
    """Yield the places of about so many instances, all of some resources, in their order."""
    few = int(resource.max(initial=0)) < 1 << 16
    order = np.argsort(resource.astype(np.uint16) if few else resource, kind="stable")  # short keys need no comparing
    bounds = np.append(np.flatnonzero(np.diff(resource[order], prepend=-1)), len(order))
    block = (bounds[1:] - 1) // rows
    edges = np.append(bounds[:-1][np.diff(block, prepend=-1) != 0], len(order))
    for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        yield np.sort(order[low:high])
