"""A small office as a log: people with shifts who take the oldest task, written without anything of the simulation.

Cases are opened on weekdays from 8 to 18; two people check them (25 minutes), every third asks the customer (a day or
so), three people decide (45 minutes). Everybody works from 9 to 17 and finishes what is begun.
"""

from __future__ import annotations

import numpy as np
from svcflow_test_logs import HOUR, MONDAY, Row, build

from svcflow.eventlog.log import Log

DAY, WEEK = 24 * HOUR, 168 * HOUR
CHECKERS, DECIDERS = 2, 3
CHECK_MIN, DECIDE_MIN = 25.0, 45.0
MINUTE = 60_000


def make_log(*, weeks: int = 10, per_day: int = 24, people: bool = True, starts: bool = False, seed: int = 1) -> Log:
    """Return the log of an office; without `people` it names teams only, with `starts` it knows when work began."""
    rng = np.random.default_rng(seed)
    days = [7 * week + day for week in range(weeks) for day in range(5)]
    opened = np.sort([day * DAY + (8 + 10 * rng.random()) * HOUR for day in days for _ in range(per_day)])
    count = len(opened)
    asks = rng.random(count) < 0.33
    checked = work(opened, _draw(rng, CHECK_MIN, count), CHECKERS)
    answered = checked[1] + np.where(asks, rng.lognormal(np.log(20), 0.5, count) * HOUR, 0)
    decided = work(answered, _draw(rng, DECIDE_MIN, count), DECIDERS)
    rows = []
    for case in range(count):
        name = f"c{case:05d}"
        rows.append(Row(name, "Open", _tell(opened[case])))
        for activity, team, done in (("Check", "Checkers", checked), ("Decide", "Deciders", decided)):
            who = f"{team} {int(done[2][case])}" if people else ""
            start = _tell(done[0][case]) if starts else None
            rows.append(Row(name, activity, _tell(done[1][case]), who, team, start))
        if asks[case]:
            rows.append(Row(name, "Answer", _tell(answered[case])))
    return build(rows, done=("Decide",), sides={"Answer": "customer"})


def work(ready: np.ndarray, minutes: np.ndarray, people: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return start, end and person of tasks that are taken in the order in which they become ready."""
    free = np.zeros(people)
    start, end, who = np.empty(len(ready)), np.empty(len(ready)), np.empty(len(ready), np.int64)
    for task in np.argsort(ready, kind="stable").tolist():
        begins = [_in_shift(max(ready[task], free[person])) for person in range(people)]
        person = int(np.argmin(begins))
        start[task], who[task] = begins[person], person
        end[task] = free[person] = begins[person] + minutes[task] * MINUTE
    return start, end, who


def _in_shift(moment: float) -> float:
    day, time = divmod(moment, DAY)
    if time < 9 * HOUR:
        time = 9 * HOUR
    elif time >= 17 * HOUR:
        day, time = day + 1, 9 * HOUR
    if day % 7 >= 5:
        day, time = day + 7 - day % 7, 9 * HOUR
    return float(day * DAY + time)


def _draw(rng: np.random.Generator, mean: float, count: int) -> np.ndarray:
    return rng.lognormal(np.log(mean) - 0.125, 0.5, count)


def _tell(moment: float) -> int:
    return MONDAY + round(moment / 1000) * 1000
