"""What was mined, as the contract's JSON: durations in seconds, shares 0..1, times in the log's zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from svcflow.mining.handovers import Handovers
from svcflow.mining.rework import Rework

if TYPE_CHECKING:
    from svcflow.mining.mined import Mined
    from svcflow.mining.summarised import Summarised

Figures = Mapping[str, Any] | None


def find_zone(name: str) -> tzinfo:
    """Return the zone of that name, UTC where the log names none; readers have checked that there is such a zone."""
    return ZoneInfo(name) if name else UTC


def say_time(millis: int, zone: tzinfo) -> str:
    """Return milliseconds since 1970 UTC as ISO 8601 with offset, to the second."""
    return datetime.fromtimestamp(millis / 1000, tz=zone).isoformat(timespec="seconds")


def write_document(mined: Mined | Summarised, cycle_time: Figures, resolve_time: Figures) -> dict[str, Any]:
    """Return the keys that contract.md gives to mining."""
    return {
        "log": dict(mined.summary),
        "cycle_time": cycle_time,
        "resolve_time": _set_apart(cycle_time, resolve_time),
        "total_wait_s": mined.total_wait_s,
        "directly_follows": mined.directly_follows.to_rows(),
        "variants": mined.variants.to_rows(),
        "handovers": {name: _write_handovers(table) for name, table in mined.handovers.items()},
        "rework": _write_rework(mined.rework),
        "activities": mined.activities.to_rows(),
        "quantities": {name: quantity.to_json() for name, quantity in mined.quantities.items()},
    }


_TOLD = ("cases", "median_s", "p90_s")


def _set_apart(cycle_time: Figures, resolve_time: Figures) -> Figures:
    """Return the times to resolve; they say whether they are the cycle times once more, resolving being closing."""
    if resolve_time is None:
        return None
    same = cycle_time is not None and all(cycle_time[key] == resolve_time[key] for key in _TOLD)
    return {**resolve_time, "as_cycle_time": same}


def _write_handovers(table: Handovers | None) -> dict[str, Any] | None:
    return None if table is None else {**asdict(table.counts), "pairs": table.to_rows()}


def _write_rework(rework: Rework) -> dict[str, Any]:
    return {
        "immediate_repeats": rework.immediate_repeats,
        "self_loops": rework.self_loops,
        "self_loop_cases": rework.self_loop_cases,
        "repeating_cases": rework.repeating_cases,
        "reopens": rework.reopens,
        "reopen_cases": rework.reopen_cases,
        "activities": rework.to_rows(),
    }
