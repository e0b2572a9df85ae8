"""What an export holds, as plain values for people and scripts."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME, UNKNOWN, Column, Log

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def inspect(log: Log) -> dict[str, Any]:
    """Return shape, roles with reasons, counts, period, attributes and quality of a log, ready for JSON."""
    counts = np.bincount(log.activity, minlength=len(log.activities))
    order = sorted(range(len(counts)), key=lambda code: (-int(counts[code]), log.activities[code]))
    sizes = np.diff(log.offsets)
    return {
        "svcflow": 1,
        "source": log.source,
        "log": {
            "cases": log.cases,
            "events": log.events,
            "instances": log.instances,
            "activities": len(log.activities),
            "resources": len(log.resources) - 1,
            "teams": len(log.teams) - 1,
            "steps_per_case": {"min": int(sizes.min()), "median": float(np.median(sizes)), "max": int(sizes.max())},
            "start": say_time(int(min(log.start.min(), log.time.min())), log.zone),
            "end": say_time(int(log.time.max()), log.zone),
            "zone": log.zone,
        },
        "notes": list(log.notes),
        "roles": [
            {"role": r.role, "column": r.column, "reason": r.reason, "alternatives": list(r.alternatives)}
            for r in log.roles
        ],
        "activities": [{"activity": log.activities[code], "count": int(counts[code])} for code in order],
        "done": list(log.done),
        "attributes": [
            *(_describe(name, column, of="case") for name, column in log.case_attributes.items()),
            *(_describe(name, column, of="event") for name, column in log.attributes.items()),
        ],
        "quality": [
            {"id": q.id, "count": q.count, "share": round(q.share, 6), "message": q.message, "rows": list(q.rows)}
            for q in log.quality
        ],
    }


def say_time(millis: int, zone: str) -> str:
    """Return a time in ISO 8601, in the zone of the log; without offset where the zone is not known.

    >>> say_time(0, ""), say_time(0, "Europe/Amsterdam")
    ('1970-01-01T00:00:00', '1970-01-01T01:00:00+01:00')
    """
    moment = (_EPOCH + dt.timedelta(milliseconds=millis)).astimezone(ZoneInfo(zone or "UTC"))
    text = moment.isoformat(timespec="milliseconds" if millis % 1000 else "seconds")
    return text if zone else text.removesuffix("+00:00")


def _describe(name: str, column: Column, *, of: str) -> dict[str, Any]:
    known = _known(column)
    distinct = len(np.unique(column.values[known]))
    return {"name": name, "of": of, "kind": column.kind, "values": distinct, "known": round(float(known.mean()), 6)}


def _known(column: Column) -> NDArray[np.bool_]:
    unknown = {"text": UNKNOWN, "boolean": -1, "datetime": MISSING_TIME}
    known: NDArray[np.bool_] = (
        ~np.isnan(column.values) if column.kind == "number" else column.values != unknown[column.kind]
    )
    return known
