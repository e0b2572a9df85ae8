"""A small service with a known queue: cases of two steps, a team that is busy, a customer who answers in between."""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np
from tests.mining.logs import DAY, HOUR, MONDAY, Row, build

from svcflow.eventlog.log import Log


def play(*, weeks: int = 12, daily: int = 12, heads: int = 3, seed: int = 1, people: bool = True) -> Log:
    """Return the log of `daily` cases a working day: ``check`` by a team of `heads`, ``reply`` of the customer.

    People work from 8 to 16; checks take 75 minutes on average, and half of the cases are checked again.
    """
    random = np.random.default_rng(seed)
    free = [(MONDAY, f"p{number}") for number in range(heads)]
    waiting: list[tuple[int, str, int]] = []
    for week in range(weeks):
        for day in range(5):
            for number in range(daily):
                at = MONDAY + (7 * week + day) * DAY + round(random.uniform(8, 15) * HOUR)
                heappush(waiting, (at, f"{week:02}{day}{number:02}", 0))
    rows: list[Row] = []
    again = {}
    while waiting:
        ready, case, done = heappop(waiting)
        if done == 0:
            rows.append(Row(case, "open", ready, "portal", ""))
            again[case] = random.random() < 0.5
        now, person = heappop(free)
        begin = _open(max(now, ready))
        end = begin + round(random.lognormal(np.log(65), 0.5) * 60_000)
        heappush(free, (end, person))
        rows.append(Row(case, "check", end, person if people else "", "desk"))
        if done == 0 and again[case]:
            answer = end + round(random.exponential(20) * HOUR)
            rows.append(Row(case, "reply", answer, "customer", ""))
            heappush(waiting, (answer, case, 1))
    return build(rows, sides={"reply": "customer"}, machines=("portal", "customer"))


def _open(moment: int) -> int:
    """Return the first moment from `moment` on at which people work: Monday to Friday, 8 to 16."""
    day, time = divmod(moment - MONDAY, DAY)
    if time >= 16 * HOUR:
        day, time = day + 1, 0
    if day % 7 > 4:
        day, time = day + 7 - day % 7, 0
    return MONDAY + day * DAY + max(time, 8 * HOUR)
