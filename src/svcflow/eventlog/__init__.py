"""Any export to the canonical log. The names load on first use: importing this package costs nothing."""

from __future__ import annotations

import importlib
from typing import Any

_PUBLIC = {
    "read_log": "svcflow.eventlog.reading",
    "Log": "svcflow.eventlog.log",
    "Batch": "svcflow.eventlog.log",
    "select": "svcflow.eventlog.selection",
    "export": "svcflow.eventlog.exporting.landing",
    "open_store": "svcflow.eventlog.store.stored",
}

__all__ = sorted(_PUBLIC)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'svcflow.eventlog' has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
