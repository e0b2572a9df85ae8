"""Batches of rows in one temporary file, each for a bucket, read back bucket by bucket."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from svcflow.errors import UsageError

_PLAIN = pa.ipc.IpcWriteOptions(use_threads=False)
"""Not packed: that costs more than writing and reading the few bytes of a row once."""


@dataclass(slots=True)
class Segment:
    """Where a batch stands in the file."""

    offset: int
    size: int


@dataclass(slots=True)
class Spill:
    """An open file of batches (Arrow IPC). `index` lists the segments of each bucket."""

    path: Path
    index: dict[int, list[Segment]] = field(default_factory=dict)
    size: int = 0
    _handle: int = -1

    @classmethod
    def open(cls, path: Path) -> Spill:
        """Open the file, which need not exist yet."""
        return cls(path, _handle=os.open(path, os.O_RDWR | os.O_CREAT, 0o600))

    def add(self, bucket: int, batch: Any) -> Segment:
        """Append a batch. Raises UsageError where there is no room."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema, options=_PLAIN) as stream:
            stream.write_batch(batch)
        data = memoryview(sink.getvalue())
        segment = Segment(self.size, len(data))
        try:
            while data:
                written = os.pwrite(self._handle, data, self.size)
                self.size += written
                data = data[written:]
        except OSError as error:
            raise UsageError(
                f"cannot write the temporary file {self.path}: {error.strerror}",
                "make room beside the target, or choose another place for it",
            ) from error
        self.index.setdefault(bucket, []).append(segment)
        return segment

    def read(self, bucket: int) -> list[Any]:
        """Return the batches of a bucket in the order in which they were added."""
        return [self.load(segment) for segment in self.index.get(bucket, [])]

    def load(self, segment: Segment) -> Any:
        """Return one batch."""
        parts, offset, left = [], segment.offset, segment.size
        while left:
            part = os.pread(self._handle, left, offset)
            if not part:
                raise UsageError(f"the temporary file {self.path} has become shorter", "start the import again")
            parts.append(part)
            offset, left = offset + len(part), left - len(part)
        data = parts[0] if len(parts) == 1 else b"".join(parts)
        return pa.ipc.open_stream(pa.py_buffer(data)).read_next_batch()

    def close(self) -> None:
        """Close the file and leave it there."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
