"""What an export holds, as plain values for people and scripts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME, UNKNOWN, Column, Log, Quality, Role
from svcflow.eventlog.quality.catalogue import found
from svcflow.eventlog.quality.completeness import incomplete_fields

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def inspect(log: Log, suspects: Sequence[str] = ()) -> dict[str, Any]:
    """Return shape, roles with reasons, counts, period, attributes and quality of a log, ready for JSON.

    `suspects` are resources that behave like machines and are not declared to be ones.
    """
    counts = np.bincount(log.activity, minlength=len(log.activities))
    order = sorted(range(len(counts)), key=lambda code: (-int(counts[code]), log.activities[code]))
    sizes = np.diff(log.offsets)
    attributes = _describe_all(log)
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
        "shape": next((_say_role(role) for role in log.roles if role.role == "shape"), None),
        "notes": list(log.notes),
        "roles": [_say_role(role) for role in log.roles if role.role != "shape"],
        "activities": [{"activity": log.activities[code], "count": int(counts[code])} for code in order],
        "done": list(log.done),
        "machines": {"declared": list(log.machines), "suspects": list(suspects)},
        "attributes": attributes,
        "quality": [say_fact(fact) for fact in (*log.quality, *_judge(log, attributes, suspects))],
    }


def say_fact(fact: Quality) -> dict[str, Any]:
    """Return a fact of quality, ready for JSON."""
    return {
        "id": fact.id,
        "severity": fact.severity,
        "count": fact.count,
        "share": round(fact.share, 6),
        "message": fact.message,
        "effect": fact.effect,
        "rows": list(fact.rows),
    }


def judge(log: Log, suspects: Sequence[str] = ()) -> tuple[Quality, ...]:
    """Return all facts about a log: those found when it was read, and those that only an inspection looks for."""
    return (*log.quality, *_judge(log, _describe_all(log), suspects))


def _judge(log: Log, attributes: list[dict[str, Any]], suspects: Sequence[str]) -> Iterator[Quality]:
    known = [(str(entry["name"]), float(entry["known"])) for entry in attributes]
    fact = incomplete_fields(known)
    if fact is not None:
        yield fact
    if suspects:
        total = len(log.resources) - 1
        text = f"{len(suspects):,} of {total:,} accounts are called machines or write as no person can"
        yield found("machine-like", len(suspects), len(suspects) / total, f"{text} and are not declared as machines")


def _say_role(role: Role) -> dict[str, Any]:
    alternatives = list(role.alternatives)
    return {"role": role.role, "column": role.column, "reason": role.reason, "alternatives": alternatives}


def _describe_all(log: Log) -> list[dict[str, Any]]:
    return [
        *(_describe(name, column, of="case") for name, column in log.case_attributes.items()),
        *(_describe(name, column, of="event") for name, column in log.attributes.items()),
    ]


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
