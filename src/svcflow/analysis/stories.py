"""Example cases, told line by line: the evidence behind a number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from svcflow.analysis.people import Mask
from svcflow.eventlog.log import UNKNOWN, Log
from svcflow.mining.mined import find_zone, say_time
from svcflow.times import waiting

MOST_LINES = 60
"""A longer case is cut, saying so; nobody reads on."""


def tell_cases(log: Log, case_ids: Iterable[str], mask: Mask) -> dict[str, list[dict[str, Any]]]:
    """Return for each case id its lines: time, activity, resource, team, waiting_s since the line before."""
    zone = find_zone(log.zone)
    wanted = dict.fromkeys(case_ids)
    numbers = {case_id: number for number, case_id in enumerate(log.case_ids) if case_id in wanted}
    return {case_id: _tell(log, numbers[case_id], mask, zone) for case_id in wanted if case_id in numbers}


def _tell(log: Log, case: int, mask: Mask, zone: tzinfo) -> list[dict[str, Any]]:
    low, high = int(log.offsets[case]), int(log.offsets[case + 1])
    waits = waiting(log.time[low : high - 1], log.start[low + 1 : high])
    lines = []
    for row in range(low, min(high, low + MOST_LINES)):
        resource, team = int(log.resource[row]), int(log.team[row])
        lines.append(
            {
                "time": say_time(int(log.time[row]), zone),
                "activity": log.activities[int(log.activity[row])],
                "resource": None if resource == UNKNOWN else mask(log.resources[resource]),
                "team": None if team == UNKNOWN else log.teams[team],
                "waiting_s": None if row == low else float(waits[row - low - 1]) / 1000,
            }
        )
    if high - low > MOST_LINES:
        lines.append(
            {
                "time": say_time(int(log.time[high - 1]), zone),
                "activity": f"… {high - low - MOST_LINES} more",
                "resource": None,
                "team": None,
                "waiting_s": None,
            }
        )
    return lines
