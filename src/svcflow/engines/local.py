"""Folds in this process: one pass over the blocks of a log, on one thread or several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from itertools import islice
from threading import Lock
from typing import Any, cast

from svcflow.engines.fold import Accumulator, Fold, Source
from svcflow.engines.memory import give_back, keep_room
from svcflow.eventlog.log import Batch, Log
from svcflow.eventlog.store.decoding import ALL
from svcflow.eventlog.store.stored import Stored
from svcflow.kernels.library import is_built

ROWS = 262_144 if is_built() else 131_072
"""Instances in a block: compiled loops run best through long ones, numpy through what stays in the cache."""

_LONG, _OFTEN = 64, 16
"""After so many blocks what is free is given back, every so many: the pages that are taken again cost time."""

Folds = Mapping[str, Fold[Any, Any]]
States = dict[str, Any]
Progress = Callable[[str], None]


def run(
    log: Source, folds: Folds, *, jobs: int = 1, rows: int = ROWS, progress: Progress | None = None
) -> dict[str, Any]:
    """Return the table of each fold, by name, from one pass over `log`.

    `jobs` threads take every `jobs`-th block each, of a file every `jobs`-th row group. The result does not depend on
    `jobs` or `rows`.
    """
    return finish(log, folds, survey(log, folds, jobs=jobs, rows=rows, progress=progress))


def survey(log: Source, folds: Folds, *, jobs: int = 1, rows: int = ROWS, progress: Progress | None = None) -> States:
    """Return the state of each fold, by name, from one pass over `log`; see `run`."""
    log = choose_columns(log, folds)
    tell = _count_up(log, progress)
    if log.instances <= rows:
        return summarise(log, log.batches(rows), folds, tell)
    with keep_room(), ThreadPoolExecutor(jobs) as pool:
        if jobs <= 1:
            return summarise(log, log.batches(rows), folds, tell)
        shares = (_share(log, rows, first, jobs) for first in range(jobs))
        return merge(folds, list(pool.map(lambda share: summarise(log, share, folds, tell), shares)))


def finish(log: Source, folds: Folds, states: States) -> dict[str, Any]:
    """Return the table of each fold from the states of the whole log."""
    whole = cast("Log", log)  # which of the two a fold can finish with, its own signature says
    return {name: fold.finish(states[name], whole) for name, fold in folds.items()}


def summarise(
    log: Source, batches: Iterable[Batch], folds: Folds, tell: Callable[[Batch], None] | None = None
) -> States:
    """Return the state of each fold over `batches`, which are some of those of `log` or none."""
    gathered = {name: _begin(fold) for name, fold in folds.items()}
    seen, batch = 0, None
    for seen, batch in enumerate(batches, 1):
        for accumulator in gathered.values():
            accumulator.add(batch)
        if tell:
            tell(batch)
        if seen >= _LONG and seen % _OFTEN == 0:
            give_back()
    if not seen:
        empty = log.batch(0, 0)
        for accumulator in gathered.values():
            accumulator.add(empty)
    states = {}
    for name in folds:
        if seen >= _LONG:
            batch = None
            give_back()
        states[name] = gathered.pop(name).state()  # what one gathered is let go before the next
    return states


def merge(folds: Folds, parts: Sequence[States]) -> States:
    """Return the states of the parts of a log as those of the whole; there is at least one part."""
    return {name: reduce(fold.merge, (part[name] for part in parts)) for name, fold in folds.items()}


def choose_columns(log: Source, folds: Folds) -> Source:
    """Return `log`, of a file only the columns that some fold reads."""
    if not isinstance(log, Stored):
        return log
    return log.only(frozenset().union(*(getattr(fold, "columns", ALL) for fold in folds.values())))


class _Merging:
    """Accumulates for a fold that has but `partial`: states are merged by twos, fours and so on, each copied seldom."""

    def __init__(self, fold: Fold[Any, Any]) -> None:
        self._fold = fold
        self._heap: list[tuple[int, Any]] = []

    def add(self, batch: Batch) -> None:
        self._heap.append((0, self._fold.partial(batch)))
        while len(self._heap) > 1 and self._heap[-1][0] == self._heap[-2][0]:
            (level, left), (_, right) = self._heap[-2:]
            self._heap[-2:] = [(level + 1, self._fold.merge(left, right))]

    def state(self) -> Any:
        return reduce(lambda right, left: self._fold.merge(left, right), (state for _, state in reversed(self._heap)))


def _begin(fold: Fold[Any, Any]) -> Accumulator[Any]:
    begin: Callable[[], Accumulator[Any]] | None = getattr(fold, "begin", None)
    return begin() if begin else _Merging(fold)


def _share(log: Source, rows: int, first: int, jobs: int) -> Iterator[Batch]:
    """Return the blocks of one of `jobs` threads."""
    if isinstance(log, Stored):
        return log.share(first, jobs).batches(rows)
    return islice(log.batches(rows), first, None, jobs)


def _count_up(log: Source, progress: Progress | None) -> Callable[[Batch], None] | None:
    """Return what says after each block how many cases were seen by all threads."""
    if progress is None:
        return None
    lock, seen, cases = Lock(), 0, log.cases

    def tell(batch: Batch) -> None:
        nonlocal seen
        with lock:
            seen += len(batch.offsets) - 1
            progress(f"mining: {seen:,} of {cases:,} cases")

    return tell
