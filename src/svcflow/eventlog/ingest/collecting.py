"""Gathers encoded rows: in memory while they fit, else divided among buckets in a temporary file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from svcflow.eventlog.ingest.hashing import hash_texts
from svcflow.eventlog.ingest.rows import Rows
from svcflow.eventlog.ingest.spill import Spill
from svcflow.eventlog.texts import buffer

FEWEST, MOST, FINER = 8, 256, 32
"""Buckets, and into how many one that is too large is divided."""

PIECE = 1 << 19
"""Bytes of rows for each bucket that are divided at once: few enough to stay in the cache of the processor."""

PLAIN = (".csv", ".tsv", ".tab", ".txt", ".psv", ".ssv", ".dat", ".json", ".jsonl", ".ndjson", ".xes")
PACKED = 8
"""What other formats hold is taken to be so many times as large as the file."""


@dataclass(slots=True)
class Collector:
    """Takes blocks of rows; `limit` is how many bytes of them may wait in memory.

    `open_spill` is called once, when they no longer fit. `buckets` is then how many there are, and from then on rows
    wait only until they are enough to be divided.
    """

    limit: int
    buckets: int
    open_spill: Callable[[], Spill]
    spill: Spill | None = None
    _waiting: list[Any] = field(default_factory=list)
    _bytes: int = 0
    _divided: int = 0

    def add(self, rows: Rows) -> bool:
        """Take some rows. Return, once in `limit` bytes, that all taken so far now stand in the temporary file."""
        if len(rows):
            batch = rows.pack()
            self._waiting.append(batch)
            self._bytes += batch.nbytes
        if self._bytes <= (self.limit if self.spill is None else min(self.limit, self._piece)):
            return False
        self._divided += self._bytes
        self.flush()
        if self._divided <= self.limit:
            return False
        self._divided = 0
        return True

    def flush(self) -> None:
        """Divide the waiting rows among the buckets."""
        if self.spill is None:
            self.spill = self.open_spill()
        waiting, self._waiting, self._bytes = self._waiting, [], 0
        while waiting:
            some, size = [waiting.pop(0)], 0
            while waiting and (size := size + some[-1].nbytes) + waiting[0].nbytes <= self._piece:
                some.append(waiting.pop(0))
            scatter(_join(some), self.buckets, self.spill.add)

    @property
    def _piece(self) -> int:
        return self.buckets * PIECE

    def take(self) -> Rows:
        """Return all rows, which fitted into memory."""
        waiting, self._waiting = self._waiting, []
        return Rows.unpack(waiting)


def _join(waiting: list[Any]) -> Any:
    """Return batches of rows as one."""
    first = waiting[0].schema
    if len(waiting) == 1:
        return waiting[0]
    if all(batch.schema.equals(first) for batch in waiting):
        return pa.Table.from_batches(waiting).combine_chunks().to_batches()[0]
    return Rows.unpack(waiting).pack()


def scatter(batch: Any, buckets: int, put: Callable[[int, Any], object], seed: int = 0) -> None:
    """Divide a batch by a hash of its cases and hand over each bucket's rows, in their order."""
    hashed = hash_texts(batch.column("case"), seed)
    bucket = (hashed >> np.uint64(64 - (buckets - 1).bit_length())).astype(np.uint8 if buckets <= 256 else np.uint16)
    order = np.argsort(bucket, kind="stable")
    ends = np.cumsum(np.bincount(bucket, minlength=buckets))
    del hashed, bucket
    sorted_ = batch.take(pa.Array.from_buffers(pa.int64(), len(order), [None, buffer(order)]))
    low = 0
    for place, high in enumerate(ends.tolist()):
        if high > low:
            put(place, sorted_.slice(low, high - low))
        low = high


def refine(spill: Spill, limit: int) -> None:
    """Divide buckets of more than `limit` bytes again, by another hash; one case is never divided."""
    for bucket, segments in sorted(spill.index.items()):
        if sum(segment.size for segment in segments) <= limit:
            continue
        del spill.index[bucket]
        base = (bucket + 1) * MOST
        for segment in segments:
            found: dict[int, Any] = {}
            scatter(spill.load(segment), FINER, found.__setitem__, seed=97)
            for place, batch in found.items():
                spill.add(base + place, batch)


def choose_buckets(files: Iterable[Path], memory: int) -> int:
    """Return how many buckets the rows of some files need: a power of two."""
    bytes_of_source = sum(
        path.stat().st_size * (1 if path.suffix.lower() in PLAIN else PACKED) for path in files if path.exists()
    )
    wanted = max(FEWEST, bytes_of_source * 20 // max(1, memory))
    return min(MOST, 1 << (wanted - 1).bit_length())
