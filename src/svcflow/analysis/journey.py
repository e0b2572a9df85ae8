"""The customer's way along a case: where they meet the service, after what silence, how content they are.

Waiting runs from the end of a case's touchpoint to the start of its next one, on the wall clock: what the customer has
of it, whoever works meanwhile. Satisfaction at a touchpoint is the first value known at or after a case's last event
of it, averaged over the cases that have one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from svcflow.analysis.stations import Station, list_stations
from svcflow.analysis.touchpoints import CONTACTS, Kind, find_touchpoints
from svcflow.times import waiting

if TYPE_CHECKING:
    from svcflow.analysis import Analysis
    from svcflow.eventlog.log import Column, Log

SATISFACTION = re.compile(r"(?<!dis)(?<!un)satisf|csat|\bnps\b|(?<!不)满意", re.IGNORECASE)
"""How attributes are named that say how content a customer is."""

MOST = 24


def follow_journey(analysis: Analysis) -> dict[str, Any] | None:
    """Return {touchpoints, contacts_per_case, chases, satisfaction}; ``None`` for fewer than two touchpoints.

    `chases` counts the times customers asked again, ``None`` where no step is named so; `satisfaction` is that of all
    cases, ``None`` where the log has no such attribute.
    """
    log = analysis.log
    found = find_touchpoints(log, list_stations(analysis))
    if len(found) < 2:
        return None
    score, meetings = find_satisfaction(log), _meet(log, found)
    rows = [_describe(log, meetings, score, touchpoint) for touchpoint in found]
    common = sorted(rows, key=lambda row: (-row["cases"], row["activity"]))[:MOST]
    touchpoints = [row | {"order": n} for n, row in enumerate((row for row in rows if row in common), start=1)]
    contacts = [station.count for station, kind in found if kind in CONTACTS]
    return {
        "touchpoints": touchpoints,
        "contacts_per_case": sum(contacts) / log.cases,
        "chases": _count_chases(log, [station.code for station, kind in found if kind == "chase"]),
        "satisfaction": score and score.describe(),
    }


@dataclass(frozen=True, slots=True)
class Meetings:
    """All events of touchpoints, in order: their rows in the log, cases, and waits since the one before in the case."""

    rows: NDArray[np.int64]
    case: NDArray[np.int64]
    waits: NDArray[np.float64]
    """In seconds; NaN for the first of a case."""


def _meet(log: Log, found: list[tuple[Station, Kind]]) -> Meetings:
    rows = np.flatnonzero(np.isin(log.activity, [station.code for station, _ in found]))
    case = np.searchsorted(log.offsets, rows, side="right") - 1
    waits = np.full(len(rows), np.nan)
    later = np.flatnonzero(case[1:] == case[:-1]) + 1
    waits[later] = waiting(log.time[rows[later - 1]], log.start[rows[later]]) / 1000
    return Meetings(rows, case, waits)


def _describe(log: Log, meetings: Meetings, score: Satisfaction | None, found: tuple[Station, Kind]) -> dict[str, Any]:
    station, kind = found
    here = log.activity[meetings.rows] == station.code
    waits = meetings.waits[here]
    known = ~np.isnan(waits)
    mean, rated = score.after(log, meetings.rows[here]) if score else (None, 0)
    return {
        "activity": station.activity,
        "kind": kind,
        "cases": station.cases,
        "share": station.cases / log.cases,
        "count": station.count,
        "waited_cases": len(np.unique(meetings.case[here][known])),
        "wait_mean_s": float(waits[known].mean()) if known.any() else None,
        "timer": station.timer,
        "satisfaction": mean,
        "rated_cases": rated,
    }


def _count_chases(log: Log, codes: list[int]) -> dict[str, int] | None:
    if not codes:
        return None
    rows = np.flatnonzero(np.isin(log.activity, codes))
    per_case = np.bincount(np.searchsorted(log.offsets, rows, side="right") - 1, minlength=log.cases)
    return {"count": len(rows), "cases": int((per_case > 0).sum()), "again_cases": int((per_case > 1).sum())}


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """What an attribute says of satisfaction: a value per row of the log or per case, NaN where unknown."""

    attribute: str
    boolean: bool
    of_rows: NDArray[np.float64] | None
    of_cases: NDArray[np.float64]

    def describe(self) -> dict[str, Any]:
        """Return what the last known value of each case says."""
        known = self.of_cases[~np.isnan(self.of_cases)]
        return {
            "attribute": self.attribute,
            "unit": "share" if self.boolean else "",
            "cases": len(known),
            "mean": float(known.mean()) if len(known) else None,
        }

    def after(self, log: Log, rows: NDArray[np.int64]) -> tuple[float | None, int]:
        """Return the mean of what is known of the cases of `rows` at or after their last row, and of how many."""
        case = np.searchsorted(log.offsets, rows, side="right") - 1
        cases, first_from_behind = np.unique(case[::-1], return_index=True)
        values = self.of_cases[cases]
        if self.of_rows is not None:
            known = np.append(np.flatnonzero(~np.isnan(self.of_rows)), log.instances)
            at = known[np.searchsorted(known, rows[::-1][first_from_behind])]
            inside = at < log.offsets[cases + 1]
            values = np.where(inside, self.of_rows[np.minimum(at, log.instances - 1)], np.nan)
        values = values[~np.isnan(values)]
        return (float(values.mean()) if len(values) else None), len(values)


def find_satisfaction(log: Log) -> Satisfaction | None:
    """Return the first attribute that is named for satisfaction and says anything; events go before cases."""
    for attributes, per_row in ((log.attributes, True), (log.case_attributes, False)):
        for name, column in attributes.items():
            if SATISFACTION.search(name) and column.kind in {"boolean", "number"}:
                values = _to_numbers(column)
                if not np.isnan(values).all():
                    of_cases = _last_known(log, values) if per_row else values
                    return Satisfaction(name, column.kind == "boolean", values if per_row else None, of_cases)
    return None


def _to_numbers(column: Column) -> NDArray[np.float64]:
    values = column.values.astype(np.float64)
    return np.where(values < 0, np.nan, values) if column.kind == "boolean" else values


def _last_known(log: Log, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the last known value of each case."""
    place = np.where(np.isnan(values), -1, np.arange(log.instances))
    last = np.maximum.reduceat(place, log.offsets[:-1])
    return np.where(last >= 0, values[last], np.nan)
