"""Folds in this process: one pass over the blocks of a log, on one thread or several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from itertools import islice
from typing import Any, cast

from svcflow.engines.fold import Fold, Source
from svcflow.eventlog.log import Batch, Log
from svcflow.eventlog.store.decoding import ALL
from svcflow.eventlog.store.stored import Stored

ROWS = 131_072
"""Instances in a block: it stays in the processor's cache while all folds read it."""

Folds = Mapping[str, Fold[Any, Any]]


def run(
    log: Source, folds: Folds, *, jobs: int = 1, rows: int = ROWS, progress: Callable[[str], None] | None = None
) -> dict[str, Any]:
    """Return the table of each fold, by name, from one pass over `log`.

    `jobs` threads take every `jobs`-th block each, of a file every `jobs`-th row group. The result does not depend on
    `jobs` or `rows`.
    """
    if isinstance(log, Stored):
        log = log.only(_choose_columns(folds))
    if jobs <= 1 or log.instances <= rows:
        states = _summarise(log, log.batches(rows), folds, progress)
    else:
        with ThreadPoolExecutor(jobs) as pool:
            shares = (_share(log, rows, first, jobs) for first in range(jobs))
            parts = list(pool.map(lambda share: _summarise(log, share, folds, None), shares))
        states = {name: reduce(fold.merge, (part[name] for part in parts)) for name, fold in folds.items()}
    whole = cast("Log", log)  # which of the two a fold can finish with, its own signature says
    return {name: fold.finish(states[name], whole) for name, fold in folds.items()}


def _share(log: Source, rows: int, first: int, jobs: int) -> Iterator[Batch]:
    """Return the blocks of one of `jobs` threads."""
    if isinstance(log, Stored):
        return log.share(first, jobs).batches(rows)
    return islice(log.batches(rows), first, None, jobs)


def _choose_columns(folds: Folds) -> frozenset[str]:
    """Return the columns that some fold reads."""
    return frozenset().union(*(getattr(fold, "columns", ALL) for fold in folds.values()))


def _summarise(
    log: Source, batches: Iterable[Batch], folds: Folds, progress: Callable[[str], None] | None
) -> dict[str, Any]:
    """Return the state of each fold over `batches` of `log`."""
    gathered: dict[str, list[Any]] = {name: [] for name in folds}
    for batch in batches:
        for name, fold in folds.items():
            gathered[name].append(fold.partial(batch))
        if progress:
            progress(f"mining: {batch.first_case + len(batch.offsets) - 1:,} of {log.cases:,} cases")
    return {name: _merge(fold, gathered[name] or [fold.partial(log.batch(0, 0))]) for name, fold in folds.items()}


def _merge(fold: Fold[Any, Any], states: list[Any]) -> Any:
    """Merge pairwise, so that states which grow are not copied once per block."""
    while len(states) > 1:
        pairs = zip(states[::2], states[1::2], strict=False)
        states = [fold.merge(a, b) for a, b in pairs] + (states[-1:] if len(states) % 2 else [])
    return states[0]
