"""Where a typical case spends its time: the value stream, and how cycle times are spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log

if TYPE_CHECKING:
    from svcflow.analysis.casebook import Casebook
    from svcflow.mining import Mined

BINS = 24
LAST_SHOWN = 0.97
"""The histogram ends at this quantile; what lies beyond is counted, not drawn."""

FRESH = 1
"""New cases told for a bin or a stage; those told already serve first."""

MOST_STAGES = 9
"""More stages than this cannot be read in one strip; the ones with least time are left out."""


def draw_histogram(mined: Mined, book: Casebook) -> dict[str, Any] | None:
    """Return {edges_s, counts, beyond, examples} of cycle times in seconds, or ``None`` for fewer than two cases.

    `examples` has some cases of each bin, chosen by `book`.
    """
    cycle_times_s = mined.cycle_times / 1000
    if len(cycle_times_s) < 2:
        return None
    last = float(np.quantile(cycle_times_s, LAST_SHOWN)) or float(cycle_times_s.max())
    if last <= 0:
        return None
    edges = np.linspace(0.0, last, BINS + 1)
    counts, _ = np.histogram(cycle_times_s, bins=edges)
    place = np.minimum(np.searchsorted(edges, cycle_times_s, side="right") - 1, BINS - 1)
    place[cycle_times_s > last] = BINS
    cases = np.flatnonzero(mined.counted)
    return {
        "edges_s": [round(edge, 3) for edge in edges.tolist()],
        "counts": counts.tolist(),
        "beyond": int((cycle_times_s > last).sum()),
        "examples": [book.choose(cases[place == bin_], fresh=FRESH) for bin_ in range(BINS)],
    }


def lay_value_stream(log: Log, mined: Mined, book: Casebook) -> list[dict[str, Any]]:
    """Return the stages of the work in their usual order, with waiting and touch time per case of the whole log.

    A stage is an activity; its waiting is the sum over the directly-follows pairs that lead to it. The order is
    that of the mean relative position in a case. Touch time is ``None`` where no start times are known.
    """
    if not log.cases:
        return []
    arrivals: dict[str, list[dict[str, Any]]] = {}
    for pair in mined.directly_follows.to_rows():
        arrivals.setdefault(pair["to"], []).append(pair)
    touched = {row["activity"]: row for row in mined.activities.to_rows()}
    places = find_usual_places(log)
    stages = [
        _measure_stage(name, arrivals.get(name, []), touched[name], log)
        for name in sorted(touched, key=lambda name: (places[name], name))
    ]
    weights = sorted((stage["wait_s_per_case"] + (stage["touch_s_per_case"] or 0) for stage in stages), reverse=True)
    least = weights[MOST_STAGES - 1] if len(weights) > MOST_STAGES else -1.0
    shown = [s for s in stages if s["wait_s_per_case"] + (s["touch_s_per_case"] or 0) >= least][:MOST_STAGES]
    return [stage | {"examples": book.choose(_having(log, stage["activity"]), fresh=FRESH)} for stage in shown]


def _having(log: Log, activity: str) -> NDArray[np.int64]:
    """Return the cases that have an activity."""
    found: NDArray[np.int64] = np.unique(log.case_of_row[log.activity == log.activities.find(activity)])
    return found


def find_usual_places(log: Log) -> dict[str, float]:
    """Return the mean relative position (0 first, 1 last) of each activity's first instance in a case."""
    lengths = np.diff(log.offsets)
    case = np.repeat(np.arange(log.cases), lengths)
    position = (np.arange(log.instances) - log.offsets[case]) / np.maximum(lengths[case] - 1, 1)
    width = len(log.activities)
    _, first = np.unique(case * width + log.activity, return_index=True)
    counts = np.bincount(log.activity[first], minlength=width)
    means = np.bincount(log.activity[first], weights=position[first], minlength=width) / np.maximum(counts, 1)
    return dict(zip(log.activities.texts, means.tolist(), strict=True))


def _measure_stage(name: str, arrivals: list[dict[str, Any]], activity: dict[str, Any], log: Log) -> dict[str, Any]:
    total = sum(pair["total_s"] for pair in arrivals)
    timed = sum(pair["total_s"] for pair in arrivals if pair.get("timer"))
    touch = activity.get("processing")
    return {
        "activity": name,
        "cases": activity["cases"],
        "wait_s_per_case": total / log.cases,
        "touch_s_per_case": None if touch is None else touch["total_s"] / log.cases,
        "side": log.sides.get(name, "provider"),
        "timer": total > 0 and timed > total / 2,
    }
