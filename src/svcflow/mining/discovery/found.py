"""What a miner finds: a net, whose labels are numbers, and what it looks like as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pm4py.objects.process_tree.obj import ProcessTree

    from svcflow.mining.discovery.summary import Accepting

Write = Callable[[Sequence[str]], str]


@dataclass(frozen=True, slots=True)
class Found:
    """A net with its initial and final marking; `write` gives its text with the names of activities put in.

    `tree` is the process tree where the miner makes one.
    """

    net: Accepting
    write: Write
    tree: ProcessTree | None = None


def quote(name: str) -> str:
    """Return a name as it stands in a model's text; quotes in it are doubled.

    >>> quote("it's")
    "'it''s'"
    """
    return "'" + name.replace("'", "''") + "'"
