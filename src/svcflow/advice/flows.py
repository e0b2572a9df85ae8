"""Where a step stands in the flow of a process, as a path of its file."""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import Item, Process, Task
from svcflow.definitions.net import walk


def find_task(process: Process, step: str) -> tuple[str | int, ...] | None:
    """Return the path of a step in the flow; ``None`` where it is not in it, or in that of another process.

    >>> split_path("flow/4/repeat/do/0")
    ('flow', 4, 'repeat', 'do', 0)
    """
    return next((split_path(task.path) for task in list_tasks(process.flow) if task.step == step), None)


def split_path(path: str) -> tuple[str | int, ...]:
    """Return a path as keys and indices."""
    return tuple(int(part) if part.isdigit() else part for part in path.split("/"))


def list_tasks(item: Item) -> Iterator[Task]:
    """Yield the places of steps in a flow, in their order."""
    return (found for found in walk(item) if isinstance(found, Task))
