"""The rows of a comparison: a metric, an activity or a link of two groups of cases, with both figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.analysis.comparison import intervals
from svcflow.analysis.comparison.intervals import LEAST, Difference
from svcflow.analysis.comparison.links import LinkWaits, Pair, gather_links, list_activities
from svcflow.analysis.comparison.metrics import CaseMetric, list_metrics
from svcflow.eventlog.log import Log
from svcflow.mining.mined import Mined

Row = dict[str, Any]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Group:
    """One side of a comparison: some cases of a log that was mined."""

    name: str
    log: Log
    mined: Mined
    chosen: Flags

    @property
    def cases(self) -> int:
        """Return the number of its cases."""
        return int(self.chosen.sum())


Taken = Mapping[str, tuple[CaseMetric, NDArray[np.float64]]]


def take(group: Group) -> Taken:
    """Return each metric of a group with the known values of its cases."""
    return {m.id: (m, m.take(group.chosen)) for m in list_metrics(group.log, group.mined)}


def compare_metrics(a: Taken, b: Taken, least: int) -> list[Row]:
    """Return a row for each statistic of each metric that both sides know of enough cases."""
    rows = []
    for name in (name for name in a if name in b):
        metric, own = a[name]
        other = b[name][1]
        if min(len(own), len(other)) < least or _is_rare(metric, own, other, least):
            continue
        for statistic, differ in STATISTICS[metric.kind].items():
            rows.append(
                {"metric": name, "statistic": statistic, "unit": UNITS[metric.kind], "worse_if": metric.worse}
                | _write(differ(own, other))
            )
    return rows


def _is_rare(metric: CaseMetric, own: NDArray[np.float64], other: NDArray[np.float64], least: int) -> bool:
    """Return whether a share tells of fewer cases than may be told."""
    if metric.kind != "share" or least <= LEAST:
        return False
    counts = (int(x.sum()) for x in (own, 1 - own, other, 1 - other))
    return any(0 < count < least for count in counts)


STATISTICS: dict[str, dict[str, Callable[[NDArray[np.float64], NDArray[np.float64]], Difference]]] = {
    "duration": {
        "median": lambda a, b: intervals.differ_in_quantile(a, b, 0.5),
        "mean": intervals.differ_in_mean,
        "P90": lambda a, b: intervals.differ_in_quantile(a, b, 0.9),
    },
    "count": {"mean": intervals.differ_in_mean},
    "share": {"share": lambda a, b: intervals.differ_in_share((int(a.sum()), len(a)), (int(b.sum()), len(b)))},
}
UNITS = {"duration": "s", "count": "", "share": "share"}


def compare_activities(a: Group, b: Group, least: int) -> list[Row]:
    """Return a row for each activity that enough cases show: on which share of the cases, on both sides."""
    shown = [dict(list_activities(side.log, side.chosen)) for side in (a, b)]
    rows = []
    for name in sorted({*shown[0], *shown[1]}):
        counts = [side.get(name, 0) for side in shown]
        if _tells_few(counts, (a.cases, b.cases), least):
            continue
        found = intervals.differ_in_share((counts[0], a.cases), (counts[1], b.cases))
        rows.append(
            {"activity": name, "cases_a": counts[0], "cases_b": counts[1], "cases": sum(counts)} | _write_share(found)
        )
    return rows


def _tells_few(counts: list[int], wholes: tuple[int, int], least: int) -> bool:
    """Return whether a pair of counts concerns too few cases to compare, or to be told."""
    if sum(counts) < LEAST:
        return True
    left = [whole - count for whole, count in zip(wholes, counts, strict=True)]
    return least > LEAST and any(0 < count < least for count in (*counts, *left))


def compare_links(a: Group, b: Group, least: int) -> list[Row]:
    """Return a row for each link that enough cases take."""
    found = [gather_links(side.log, side.mined, side.chosen) for side in (a, b)]
    rows = []
    for pair in sorted({*found[0], *found[1]}):
        own, other = (side.get(pair) for side in found)
        counts = [link.cases if link else 0 for link in (own, other)]
        if not _tells_few(counts, (a.cases, b.cases), least):
            rows.append(_compare_link(pair, (own, other), (a.cases, b.cases)))
    return rows


def _compare_link(pair: Pair, links: tuple[LinkWaits | None, LinkWaits | None], cases: tuple[int, int]) -> Row:
    """Return how a link differs: the share of cases that take it, and what they wait there."""
    counts = [link.cases if link else 0 for link in links]
    share = intervals.differ_in_share((counts[0], cases[0]), (counts[1], cases[1]))
    per_case = [float(link.waits.sum()) / n if link else 0.0 for link, n in zip(links, cases, strict=True)]
    medians = [float(np.median(link.waits)) if link else None for link in links]
    known = next(link for link in links if link is not None)
    row: Row = {"from": pair[0], "to": pair[1], "cases": sum(counts), "cases_a": counts[0], "cases_b": counts[1]}
    row |= {"side": known.side, "timer": any(link.timer for link in links if link)}
    row |= _write_share(share)
    row |= {"median_a_s": medians[0], "median_b_s": medians[1], "wait_per_case_a_s": per_case[0],
            "wait_per_case_b_s": per_case[1], "wait_per_case_difference_s": per_case[1] - per_case[0]}  # fmt: skip
    row |= dict.fromkeys(("wait_difference_s", "wait_low_s", "wait_high_s", "wait_p"))
    own, other = links
    if own is not None and other is not None and min(len(own.waits), len(other.waits)) >= LEAST:
        wait = intervals.differ_in_mean(own.waits, other.waits)
        row |= {"wait_difference_s": wait.value, "wait_low_s": wait.low, "wait_high_s": wait.high, "wait_p": wait.p}
    return row


def _write(found: Difference) -> Row:
    return {
        "a": found.a.value,
        "b": found.b.value,
        "cases_a": found.a.n,
        "cases_b": found.b.n,
        "difference": found.value,
        "low": found.low,
        "high": found.high,
        "p": found.p,
    }


def _write_share(found: Difference) -> Row:
    return {
        "share_a": found.a.value,
        "share_b": found.b.value,
        "share_difference": found.value,
        "share_low": found.low,
        "share_high": found.high,
        "p": found.p,
    }
