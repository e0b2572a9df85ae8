"""Exact percentiles of a log of any size: a second pass that keeps only the values of the buckets they lie in.

After the first pass the histogram of a key tells in which of its cells each wanted order statistic lies and which rank
it has there (engine.md 6). `refine` runs the same folds once more, block by block with all values of the block, and
keeps those of the wanted cells. It works on whatever state holds `Durations`, and on any engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow import engines
from svcflow.engines.fold import Source
from svcflow.engines.local import Progress
from svcflow.errors import InputError
from svcflow.eventlog.log import Batch
from svcflow.eventlog.store.decoding import ALL
from svcflow.eventlog.store.stored import Stored
from svcflow.mining import variants
from svcflow.mining.buckets import Buckets, Opened, Sieve, ask, grant, locate
from svcflow.mining.cycling import CyclesFold, collides
from svcflow.mining.durations import BITS, CELLS, EXACT, Durations
from svcflow.mining.grouping import Floats, Ints
from svcflow.mining.tallies import Tally, empty_tally

Found = tuple[Tally, ...]
"""The positions found in the buckets of each `Durations` of a state, in their order."""


class Refined(Durations):
    """Durations some of whose buckets are opened: percentiles that lie in those are exact."""

    opened: Opened

    @property
    def exact(self) -> NDArray[np.bool_]:
        """Return for each key whether its percentiles are exact."""
        asked = ask(self)
        left = asked.codes[~self.opened.buckets.holds(asked.codes)]
        rough: NDArray[np.bool_] = np.isin(self.keys, left >> BITS)
        return np.full(len(self.keys), self.told) & ~rough

    def _rank(self, rank: Ints) -> Floats:
        found = super()._rank(rank)
        large, at, inside = locate(self, rank)
        codes = self.cells[at]
        known = self.opened.buckets.holds(codes)
        found[large[known]] = self.opened.rank(codes[known], inside[known])
        return found


@dataclass(frozen=True, slots=True)
class SievingFold:
    """Collects the values of some buckets. `inner` keeps all durations of a block, `buckets` are of each in turn."""

    inner: Any
    buckets: tuple[Buckets, ...]

    @property
    def columns(self) -> frozenset[str]:
        """Return the columns that are read."""
        return getattr(self.inner, "columns", ALL)

    def begin(self) -> Sieving:
        """Return an accumulator of nothing."""
        return Sieving(self)

    def partial(self, batch: Batch) -> Found:
        """Summarise one block."""
        sieving = self.begin()
        sieving.add(batch)
        return sieving.state()

    def merge(self, left: Found, right: Found) -> Found:
        """Put two summaries together."""
        return tuple(mine.merge(other) for mine, other in zip(left, right, strict=True))

    def finish(self, state: Found, log: Source) -> Found:
        """Return the summary as it is."""
        return state


class Sieving:
    """What the blocks so far hold of the buckets."""

    def __init__(self, fold: SievingFold) -> None:
        self._inner = fold.inner
        self._sieves = [Sieve(buckets) for buckets in fold.buckets]

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        parts = list_durations(self._inner.partial(batch))
        for sieve, part in zip(self._sieves, parts, strict=True):
            sieve.add(part)

    def state(self) -> Found:
        """Return what was found so far."""
        return tuple(sieve.state() for sieve in self._sieves)


def is_rough(state: Any) -> bool:
    """Return whether a state tells percentiles of some durations that are not exact."""
    return any(part.told and not part.exact.all() for part in list_durations(state))


def list_durations(state: Any) -> Iterator[Durations]:
    """Yield the durations that a state holds, in their order."""
    if isinstance(state, Durations):
        yield state
    elif isinstance(state, tuple):
        for part in state:
            yield from list_durations(part)


def refine(
    log: Source,
    folds: Mapping[str, Any],
    states: Mapping[str, Any],
    *,
    beside: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    **how: Any,
) -> dict[str, Any]:
    """Return the `states` of `folds` with exact percentiles, from one more pass; `how` are options of `engines.survey`.

    `beside` are folds of other names that run in that pass too; their states are returned with the others. Percentiles
    whose buckets together hold more than `buckets.MOST` values stay approximate, and `Durations.exact` says so. Raises
    InputError where the log is not the one the states are of.
    """
    held = {name: [*list_durations(state)] for name, state in states.items()}
    step = 1000 if isinstance(log, Stored) and log.file.layout.unit == "s" else 1
    flat = iter(grant([_ask(states[name], part) for name, parts in held.items() for part in parts], step))
    granted = {name: tuple(next(flat) for _ in parts) for name, parts in held.items()}
    sieving: dict[str, Any] = {
        name: _sieve(folds[name], states[name], buckets)
        for name, buckets in granted.items()
        if any(len(part.codes) for part in buckets)
    }
    tell = None if progress is None else lambda text: progress(f"exact percentiles, {text}")
    sieving |= beside or {}
    found = engines.survey(log, sieving, progress=tell, **how) if sieving else {}
    refined = {name: found[name] for name in beside or {}}
    for name, buckets in granted.items():
        values = found.get(name, (empty_tally(),) * len(buckets))
        opened = [Opened(*pair) for pair in zip(buckets, values, strict=True)]
        if not all(part.is_whole() for part in opened):
            raise InputError("the log changed while it was read", "run it again")
        refined[name] = _replace(states[name], iter(opened))
    return refined


def _ask(state: Any, durations: Durations) -> Buckets:
    """Return the buckets that are wanted; not those of variants whose hash another one has too."""
    asked = ask(durations)
    if not isinstance(state, variants.State):
        return asked
    return asked.take(~collides(state)[asked.codes >> BITS])


def _sieve(fold: Any, state: Any, buckets: tuple[Buckets, ...]) -> SievingFold:
    """Return the fold that collects the values of some buckets of a state of `fold`.

    The keys of the durations of variants are places among those a state knows, which a block does not.
    """
    if not isinstance(state, variants.State):
        return SievingFold(_keep_all(fold), buckets)
    ((codes, sizes),) = buckets
    keys, place = np.unique(codes >> BITS, return_inverse=True)
    return SievingFold(CyclesFold(state.hashes[keys]), (Buckets(place << BITS | codes & (CELLS - 1), sizes),))


def _keep_all(fold: Any) -> Any:
    """Return the fold with durations that keep all values."""
    known = {one.name for one in fields(fold)} if is_dataclass(fold) else set()
    return replace(fold, detail=EXACT) if "detail" in known else replace(fold, inner=_keep_all(fold.inner))


def _replace(state: Any, opened: Iterator[Opened]) -> Any:
    """Return a state with refined durations in place of its own."""
    if isinstance(state, Durations):
        refined = Refined(*state)
        refined.opened = next(opened)
        return refined
    if not isinstance(state, tuple):
        return state
    parts = [_replace(part, opened) for part in state]
    return state._make(parts) if hasattr(state, "_make") else tuple(parts)
