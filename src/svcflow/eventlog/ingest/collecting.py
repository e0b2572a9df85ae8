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

PLAIN = (".csv", ".tsv", ".tab", ".txt", ".psv", ".ssv", ".dat", ".json", ".jsonl", ".ndjson", ".xes")
PACKED = 8
"""What other formats hold is taken to be so many times as large as the file."""


@dataclass(slots=True)
class Collector:
    """Takes blocks of rows; `limit` is how many bytes of them may wait in memory.

    `open_spill` is called once, when they no longer fit. `buckets` is then how many there are.
    """

    limit: int
    buckets: int
    open_spill: Callable[[], Spill]
    spill: Spill | None = None
    _waiting: list[Any] = field(default_factory=list)
    _bytes: int = 0

    def add(self, rows: Rows) -> bool:
        """Take some rows. Return whether everything taken so far now stands in the temporary file."""
        if len(rows):
            batch = rows.pack()
            self._waiting.append(batch)
            self._bytes += batch.nbytes
        if self._bytes <= self.limit:
            return False
        self.flush()
        return True

    def flush(self) -> None:
        """Divide the waiting rows among the buckets."""
        if self.spill is None:
            self.spill = self.open_spill()
        if self._waiting:
            scatter(self._join(), self.buckets, self.spill.add)
        self._waiting, self._bytes = [], 0

    def take(self) -> Rows:
        """Return all rows, which fitted into memory."""
        waiting, self._waiting = self._waiting, []
        return Rows.unpack(waiting)

    def _join(self) -> Any:
        """Return the waiting rows as one batch."""
        first = self._waiting[0].schema
        if all(batch.schema.equals(first) for batch in self._waiting):
            return pa.Table.from_batches(self._waiting).combine_chunks().to_batches()[0]
        return Rows.unpack(self._waiting).pack()


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
    """Divide buckets of more than `limit` packed bytes again, by another hash; one case is never divided."""
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
