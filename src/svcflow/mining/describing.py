"""Durations by group as columns of a table: mean, median and P90 in seconds, on either clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.durations import BOUNDED, EXACT, Detail, Durations
from svcflow.mining.grouping import seconds
from svcflow.mining.quantity import Setting

EXACT_INSTANCES = 1_000_000
"""Percentiles of a log of up to so many instances are exact."""

Column = list[Any]
"""Seconds, ``None`` where nothing is known."""


def choose_detail(setting: Setting) -> Detail:
    """Return how much of its durations a group keeps: all of them where the log is not large."""
    return EXACT if setting.instances <= EXACT_INSTANCES else BOUNDED


def is_approximate(*parts: Durations) -> bool:
    """Return whether some percentile of these durations is approximate."""
    return any(bool((~part.exact).any()) for part in parts)


def list_durations(
    durations: Durations, keys: Iterable[int], *, unit: str = "_s", prefix: str = "", total: bool = True
) -> dict[str, Column]:
    """Return the columns mean, median, P90 and total of these keys, ``None`` for a key without durations."""
    place = {key: at for at, key in enumerate(durations.keys.tolist())}
    figures: dict[str, NDArray[np.generic]] = {
        "mean": durations.means if len(durations.keys) else np.empty(0),
        "median": durations.quantile(0.5),
        "p90": durations.quantile(0.9),
    }
    if total:
        figures["total"] = durations.totals
    places = [place.get(key) for key in keys]
    return {
        f"{prefix}{name}{unit}": [None if at is None else _say(values[at]) for at in places]
        for name, values in figures.items()
    }


def _say(millis: np.generic) -> float | None:
    return None if np.isnan(millis) else seconds(millis)


def count_durations(durations: Durations, keys: Iterable[int]) -> list[int]:
    """Return how many durations each of these keys has."""
    counts = dict(zip(durations.keys.tolist(), durations.counts.tolist(), strict=True))
    return [counts.get(key, 0) for key in keys]
