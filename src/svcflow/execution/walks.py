"""What goes into the search for an explanation, and what comes out: symbols, moves, walks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Symbols = NDArray[np.int32]


class Move(IntEnum):
    """What an explanation does with an event or a transition."""

    SILENT = 0
    SKIP = 1
    SYNC = 2
    EXTRA = 3
    ANYTIME = 4
    STOP = 5
    """An `anytime` step that ends the case."""


class Act(NamedTuple):
    """One move: the edge it takes (-1 for none), the event it is about or stands before, the state it begins in."""

    move: Move
    edge: int
    position: int
    state: int


@dataclass(frozen=True, slots=True)
class Walk:
    """The explanation of one sequence: its cost, whether the case is closed, its moves in order, its last state."""

    cost: int
    closed: bool
    acts: tuple[Act, ...]
    state: int


@dataclass(frozen=True)
class Alphabet:
    """What the symbols of a sequence mean: ``step * signatures + signature``; `steps` stand for the end of the log.

    A sequence ends with one more symbol that holds what is known after the last event.
    """

    steps: tuple[str, ...]
    signatures: tuple[tuple[int, ...], ...]
    anytime: dict[int, str | None]

    def read(self, symbol: int) -> tuple[int, int]:
        """Return the step and the signature of a symbol."""
        return divmod(symbol, len(self.signatures))
