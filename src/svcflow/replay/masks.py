"""What a change would have done to the waits of the log: one operator a function.

An operator takes the chain and the rows that the change touches and returns what every row would then wait and work,
in milliseconds. It never makes a case longer, and rows it does not touch stay as they were. Source: advice.md 6.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Millis
from svcflow.replay.chain import Chain, Rows

Replayed = tuple[Millis, Millis]


def cap(chain: Chain, rows: Rows, most_ms: int | Millis) -> Replayed:
    """Let no wait of `rows` be longer than `most_ms` (one value, or one a row)."""
    waiting = np.where(rows, np.minimum(chain.waiting, most_ms), chain.waiting)
    return waiting.astype(np.int64), chain.processing


def match_quantiles(chain: Chain, rows: Rows, like: Rows) -> Replayed:
    """Give each wait of `rows` the value of the same rank among the waits `like`, unless it is shorter already."""
    waits = chain.waiting[rows]
    ranks = (np.argsort(np.argsort(waits, kind="stable"), kind="stable") + 0.5) / max(len(waits), 1)
    waiting = chain.waiting.copy()
    if len(waits):
        waiting[rows] = np.minimum(waits, _quantiles(chain.waiting[like], ranks))
    return waiting, chain.processing


def drop(chain: Chain, rows: Rows) -> Replayed:
    """Let `rows` not happen: no wait before them and no work on them."""
    zero = np.int64(0)
    return np.where(rows, zero, chain.waiting), np.where(rows, zero, chain.processing)


def _quantiles(values: Millis, ranks: NDArray[np.float64]) -> Millis:
    return np.rint(np.quantile(values, ranks)).astype(np.int64)
