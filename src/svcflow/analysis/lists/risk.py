"""How likely a running clock is to breach: what became of the clocks that had run as far as it has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST = 20
"""Clocks that must have run as far: below this, a share says nothing."""


@dataclass(frozen=True, slots=True)
class Survival:
    """The clocks of one SLA, each as the share of its target that it had used when it stopped, or uses now.

    `used` is sorted; `stopped` says which of them stopped rather than run still.
    """

    used: NDArray[np.float64]
    stopped: NDArray[np.bool_]

    def breach(self, used: float) -> tuple[float | None, int]:
        """Return the probability that a clock which has used this share goes beyond its target, and n.

        Kaplan & Meier (1958): clocks that still run count until now. ``None`` below `LEAST` clocks at risk; 1 for a
        clock that is beyond already.

        >>> even = Survival(np.linspace(0.02, 2, 100), np.ones(100, bool))
        >>> even.breach(0.0), even.breach(0.9)
        ((0.5, 100), (0.892857, 56))
        """
        at_risk = len(self.used) - int(np.searchsorted(self.used, used, side="left"))
        if used > 1:
            return 1.0, at_risk
        if at_risk < LEAST:
            return None, at_risk
        left, right = np.searchsorted(self.used, used, side="left"), np.searchsorted(self.used, 1.0, side="right")
        remaining = len(self.used) - np.arange(left, right)
        kept = np.where(self.stopped[left:right], 1 - 1 / remaining, 1.0)
        return round(float(np.prod(kept)), 6), at_risk


def observe(used: NDArray[np.float64], stopped: NDArray[np.bool_]) -> Survival:
    """Return the survival of clocks given in any order; at equal shares those that stopped come first."""
    order = np.lexsort((~stopped, used))
    return Survival(used[order], stopped[order])
