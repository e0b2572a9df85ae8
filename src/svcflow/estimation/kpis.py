"""The figures an estimate is about: their names, what the report calls them, and how a run is read for them.

``cycle_time.mean``, ``cycle_time.p90``, ``resolve_time.mean``, ``resolve_time.p90`` (hours), ``wip`` (open cases, mean
over time) and ``sla.ID`` (the share of cases that meet a target).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from svcflow.errors import UsageError
from svcflow.simulation.outcome import Outcome

Floats = NDArray[np.float64]

HOUR = 3_600_000.0
WEEK = 168 * HOUR
DEFAULT = ("resolve_time.mean", "resolve_time.p90", "cycle_time.mean", "cycle_time.p90", "wip")
STATISTICS = ("mean", "p50", "p90")


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure: `span` and `statistic` of a duration, or the work in progress, or the share that meets a target."""

    name: str
    group: Literal["cycle_time", "resolve_time", "wip", "sla"]
    rest: str

    @property
    def metric(self) -> str:
        """Return the id of the figure in effects, such as ``mean_cycle_time``."""
        if self.group in {"cycle_time", "resolve_time"}:
            return f"{ {'p50': 'median'}.get(self.rest, self.rest) }_{self.group}"
        return "wip" if self.group == "wip" else f"sla_{self.rest}"

    @property
    def unit(self) -> str:
        """Return the unit of the figure in effects."""
        return {"wip": "cases", "sla": "share"}.get(self.group, "h")


def parse_kpis(names: Iterable[str]) -> tuple[Kpi, ...]:
    """Return the figures by name. Raises UsageError for a name that is none."""
    return tuple(_parse(name) for name in names)


def _parse(name: str) -> Kpi:
    group, _, rest = name.partition(".")
    if group == "cycle_time" and rest in STATISTICS:
        return Kpi(name, "cycle_time", rest)
    if group == "resolve_time" and rest in STATISTICS:
        return Kpi(name, "resolve_time", rest)
    if name == "wip":
        return Kpi(name, "wip", "")
    if group == "sla" and rest:
        return Kpi(name, "sla", rest)
    raise UsageError(f"unknown figure '{name}'", "cycle_time.mean, cycle_time.p90, resolve_time.mean, wip or sla.ID")


def read_outcome(outcome: Outcome, kpis: Sequence[Kpi], weeks: tuple[int, int] | None = None) -> Floats:
    """Return the figures of a run, NaN where there is none.

    With `weeks` only cases that arrive from the first to before the second of them are taken: what a run needs to fill
    up and to run dry lies outside. Shares of targets are those of the whole run.
    """
    inside = np.ones(len(outcome.week), np.bool_)
    if weeks is not None:
        inside = (outcome.week >= weeks[0]) & (outcome.week < weeks[1])
    taken = inside & outcome.counted
    cycle = (outcome.end - outcome.arrival)[taken] / HOUR
    spent = (outcome.resolved - outcome.arrival)[taken] / HOUR
    spans = {"cycle_time": cycle, "resolve_time": spent[~np.isnan(spent)]}
    return np.array([_read(outcome, kpi, spans, weeks) for kpi in kpis])


def _read(outcome: Outcome, kpi: Kpi, spans: dict[str, Floats], weeks: tuple[int, int] | None) -> float:
    if kpi.group == "wip":
        return _count_open(outcome, weeks)
    if kpi.group == "sla":
        return float(outcome.sla.get(kpi.rest, np.nan))
    return describe(spans[kpi.group], kpi.rest)


def describe(values: Floats, statistic: str) -> float:
    """Return the mean or the percentile of `values`, NaN of none."""
    if not len(values):
        return float("nan")
    return float(values.mean()) if statistic == "mean" else float(np.percentile(values, float(statistic[1:])))


def _count_open(outcome: Outcome, weeks: tuple[int, int] | None) -> float:
    """Return the mean number of open cases over the time of the weeks (of all arrivals)."""
    if not len(outcome.arrival):
        return float("nan")
    first, last = (float(outcome.arrival.min()), float(outcome.arrival.max()))
    if weeks is not None:
        first, last = weeks[0] * WEEK, weeks[1] * WEEK
    if last <= first:
        return float("nan")
    spent = np.clip(outcome.end, first, last) - np.clip(outcome.arrival, first, last)
    return float(spent.sum() / (last - first))
