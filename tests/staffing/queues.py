"""Logs whose cases really queue: arrivals by hour, people by shift, first come first served."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build

from svcflow.eventlog.log import Log


def queue(
    rates: Mapping[int, float],
    staff: Mapping[int, int],
    *,
    weeks: int = 10,
    handling_s: float = 1200.0,
    starts: bool = True,
    seed: int = 1,
) -> Log:
    """Return cases that team Front registers and team Back handles, Monday to Friday.

    `rates` are arrivals and `staff` the people of Back by hour of the day; handling is exponential, whoever began
    finishes. With `starts` the log knows when handling began.
    """
    random = np.random.default_rng(seed)
    rows: list[Row] = []
    free: dict[int, int] = {}
    waiting: list[tuple[str, int]] = []
    number = 0
    for day in range(7 * weeks):
        if day % 7 > 4:
            continue
        for hour in range(24):
            begin = MONDAY + day * DAY + hour * HOUR
            come = np.sort(random.integers(0, HOUR, random.poisson(rates.get(hour, 0.0)))) + begin
            for moment in come.tolist():
                number += 1
                case = f"c{number:06}"
                rows.append(Row(case, "register", moment, "front.1", "Front", moment - 60_000))
                waiting.append((case, moment))
            left = []
            for case, moment in waiting:
                on = [person for person in range(staff.get(hour, 0)) if free.get(person, 0) < begin + HOUR]
                person = min(on, key=lambda one: (max(free.get(one, 0), begin), one), default=None)
                start = max(free.get(person, 0), begin, moment) if person is not None else 0
                if person is None or start >= begin + HOUR:
                    left.append((case, moment))
                    continue
                end = start + max(int(random.exponential(handling_s) * 1000), 1000)
                free[person] = end
                rows.append(Row(case, "handle", end, f"back.{person}", "Back", start if starts else None))
            waiting = left
    return build(rows)
