"""svcflow: service processes as YAML, executed against case logs, mined, and improved.

The public names load on first use (PEP 562), so that ``import svcflow`` is cheap.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "load": "svcflow.definitions",
    "check": "svcflow.definitions",
    "read_log": "svcflow.notebook",
    "import_log": "svcflow.eventlog.ingest",
    "export": "svcflow.eventlog",
    "execute": "svcflow.execution",
    "generate": "svcflow.generation",
    "draft": "svcflow.drafting",
    "Monitor": "svcflow.execution",
    "mine": "svcflow.mining",
    "detect": "svcflow.detectors",
    "WhatIf": "svcflow.whatif",
    "simulate": "svcflow.estimation",
    "estimate": "svcflow.estimation",
    "recommend": "svcflow.advice",
    "analyze": "svcflow.analysis",
    "render": "svcflow.report",
}

__all__ = ["__version__", *sorted(_PUBLIC)]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'svcflow' has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
