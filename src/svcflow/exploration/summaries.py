"""The key figures of a selection, as `mine` gives them."""

from __future__ import annotations

from typing import Any

import numpy as np

from svcflow.exploration.blocks import cut
from svcflow.exploration.selections import Selection
from svcflow.exploration.setting import Setting
from svcflow.mining.grouping import describe
from svcflow.mining.mined import find_zone, say_time

KINDS = {
    "cases": "count", "events": "count", "activities": "count", "variants": "count", "top_variant_share": "share",
    "start": "time", "end": "time", "open_cases": "count", "cycle_median_s": "duration", "cycle_mean_s": "duration",
    "cycle_p90_s": "duration", "cycle_p95_s": "duration", "cycle_max_s": "duration",
}  # fmt: skip
"""The key figures in their order, and what kind of value each is."""


def summarise(selection: Selection) -> dict[str, Any]:
    """Return cases, events, activities, variants, when the log begins and ends, open cases, and cycle times."""
    opened, chosen = selection.opened, selection.chosen
    log = opened.log
    zone = find_zone(log.zone)
    counts = np.bincount(opened.variants.of_case[chosen], minlength=1)
    finished = opened.finished
    found: dict[str, Any] = {
        "cases": selection.cases,
        "events": int(opened.sizes[chosen].sum()),
        "activities": int(np.count_nonzero(_occur(selection, log.activity, len(log.activities)))),
        "variants": int(np.count_nonzero(counts)),
        "top_variant_share": int(counts.max()) / selection.cases if selection.cases else None,
        "start": say_time(int(opened.begin[chosen].min()), zone) if selection.cases else None,
        "end": say_time(int(log.time[log.offsets[1:] - 1][chosen].max()), zone) if selection.cases else None,
        "open_cases": None if finished is None else int((~finished[chosen]).sum()),
    }
    times = describe(opened.cycle[chosen & opened.counted]) or {}
    return found | {f"cycle_{name}": value for name, value in times.items()}


def _occur(selection: Selection, codes: Any, width: int) -> Any:
    return np.bincount(codes[selection.rows], minlength=width)


def list_links(selection: Selection, setting: Setting) -> list[dict[str, Any]]:
    """Return the directly-follows rows of the selection as `mine` gives them."""
    return cut(selection.links.to_rows(), setting.min_group)


def differ(one: dict[str, Any], other: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the figures of two summaries side by side with their difference."""
    rows = []
    for name, kind in KINDS.items():
        a, b = one.get(name), other.get(name)
        change = b - a if isinstance(a, int | float) and isinstance(b, int | float) else None
        rows.append({"figure": name, "kind": kind, "a": a, "b": b, "difference": change})
    return rows
