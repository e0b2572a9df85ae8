"""Workspace x Log -> Runs: explanation, clocks, duties, people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from svcflow.execution.catalogue import catalogue

if TYPE_CHECKING:
    from svcflow.execution.monitor import Monitor
    from svcflow.execution.runs import Runs, execute

__all__ = ["Monitor", "Runs", "catalogue", "execute"]


def __getattr__(name: str) -> Any:
    # The manual of a deviation is read without loading numpy.
    if name not in ("Monitor", "Runs", "execute"):
        raise AttributeError(f"module 'svcflow.execution' has no attribute {name!r}")
    from svcflow.execution import monitor, runs  # noqa: PLC0415

    return getattr(monitor if name == "Monitor" else runs, name)
