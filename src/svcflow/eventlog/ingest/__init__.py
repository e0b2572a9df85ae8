"""Any export of any size to a canonical file, in bounded memory.

Blocks of rows are read, encoded as numbers and divided among buckets by a hash of the case (`blocks`, `encoding`,
`spill`); each bucket holds whole cases and is sorted and paired alone (`buckets`); the sorted buckets are merged by the
beginning of their cases, final codes take the place of provisional ones, and whole cases go to the store (`merging`,
`finishing`). A log that fits into memory is one bucket and takes the same way without a temporary file.
"""

from __future__ import annotations

import importlib
from typing import Any

_PUBLIC = {"import_log": "svcflow.eventlog.ingest.importing", "Imported": "svcflow.eventlog.ingest.importing"}

__all__ = sorted(_PUBLIC)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'svcflow.eventlog.ingest' has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
