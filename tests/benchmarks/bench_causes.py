"""Waiting by cause on a log with starts: CPU seconds for 250,000 events, beside the rate of the published tool.

A service of four teams is played: cases of ten steps arrive in office hours, wait in line, are now and then passed
over, and go on. Everything is measured that `svcflow mine --what waiting-causes` measures: enablement, batches, hours
discovered twice (each person, everybody), and the waiting of each instance by cause, twice (all of it, and the part in
which cases stood still); with what every run of `mine` measures.

    python tests/benchmarks/bench_causes.py             250,000 events, and how the cost grows from a quarter to twice
    python tests/benchmarks/bench_causes.py --smoke     10,000 events; does the measuring itself work?

The published tool (Kronos, wta 1.3.8) manages 11 to 30 events a second: 13,098 events of BPIC 2017 in 431 s CPU, 4,928
of AcademicCredentials in about 160 s; it gets slower as logs grow. Exit status 1 if the bar is missed: 10 s CPU.
"""

from __future__ import annotations

import argparse
import heapq
import math
import random
import resource
import sys
import time

import numpy as np

from svcflow.eventlog.log import Log, Vocabulary
from svcflow.mining import mine
from svcflow.mining.quantity import Measured

EVENTS, SMOKE, STEPS, BAR_S = 250_000, 10_000, 10, 10.0
PUBLISHED = (11, 30)
MINUTE, DAY = 60_000, 86_400_000
MONDAY = 1_772_409_600_000
TEAMS, PERSONS, LOAD = 4, 15, 0.85


def play(events: int) -> Log:
    """Return a log of about so many instances, each with its start, its end and who did it."""
    dice = random.Random(7)
    cases = max(events // STEPS, 1)
    service = 30 * MINUTE
    span = cases * STEPS * service * 3 / (TEAMS * PERSONS * LOAD)  # a third of the day is open
    waiting = [(open_from(MONDAY + int(dice.random() * span)), case, 0) for case in range(cases)]
    heapq.heapify(waiting)
    free = [[(MONDAY, person) for person in range(PERSONS)] for _ in range(TEAMS)]
    rows = []
    while waiting:
        ready, case, step = heapq.heappop(waiting)
        team = step * 7 % TEAMS
        idle, person = heapq.heappop(free[team])
        start = open_from(max(ready, idle))
        end = start + int(dice.expovariate(1 / service)) + MINUTE
        heapq.heappush(free[team], (end, person))
        rows.append((case, end, start, step, team * PERSONS + person + 1, team + 1))
        if step + 1 < STEPS:
            passed_over = dice.random() < 0.1
            heapq.heappush(waiting, (end + (dice.randrange(4 * 60) * MINUTE if passed_over else 0), case, step + 1))
    return canonical(np.array(rows, np.int64))


def open_from(moment: int) -> int:
    """Return when the office is next open: from 9 to 17 h on weekdays."""
    day, within = divmod(moment, DAY)
    if within >= 17 * 60 * MINUTE:
        day, within = day + 1, 0
    while (day + 3) % 7 > 4:
        day, within = day + 1, 0
    return int(day * DAY + max(within, 9 * 60 * MINUTE))


def canonical(rows: np.ndarray) -> Log:
    """Return rows of case, end, start, activity, resource and team as a log."""
    rows = rows[np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))]
    case, end, start, activity, person, team = rows.T
    return Log(
        source="played", zone="UTC", case_ids=[str(number) for number in range(int(case.max()) + 1)],
        offsets=np.append(0, np.cumsum(np.bincount(case))), time=end.copy(), start=start.copy(),
        has_start=np.ones(len(rows), np.bool_), events=len(rows),
        activity=activity.astype(np.int32), activities=Vocabulary(tuple(f"step {i}" for i in range(STEPS))),
        resource=person.astype(np.int32), resources=name("person", TEAMS * PERSONS),
        team=team.astype(np.int32), teams=name("team", TEAMS),
    )  # fmt: skip


def name(kind: str, count: int) -> Vocabulary:
    """Return so many names, and one for unknown."""
    return Vocabulary(("", *(f"{kind} {number:02}" for number in range(count))))


def measure(log: Log) -> tuple[float, Measured]:
    """Return the CPU seconds of mining a log with its causes (and what is always mined), and the causes."""
    begin = time.process_time()
    found = mine(log, quantities=["waiting-causes"]).quantities["waiting-causes"]
    return time.process_time() - begin, found


def main() -> int:
    """Print what was measured; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--smoke", action="store_true", help="10,000 events: does the measuring itself work?")
    smoke = parser.parse_args().smoke
    events = SMOKE if smoke else EVENTS
    log = play(events)
    seconds, found = measure(log)
    shares = ", ".join(f"{row['cause']} {row['share']:.1%}" for row in found.to_rows())
    print(f"{log.instances:,} events of {log.cases:,} cases; {found.n:,} waits: {shares}")
    met = seconds <= BAR_S
    print(f"waiting causes: {seconds:.2f} s CPU of at most {BAR_S:.0f} s: {'MET' if met else 'MISSED'}")
    rate = log.instances / seconds
    low, high = (rate / published for published in reversed(PUBLISHED))
    print(f"{rate:,.0f} events a second, {low:,.0f} to {high:,.0f} times the published tool's 11 to 30")
    if not smoke:
        sizes = [events // 4, events // 2, events, 2 * events]
        costs = [seconds if size == events else measure(play(size))[0] for size in sizes]
        slope = np.polyfit([math.log(size) for size in sizes], [math.log(cost) for cost in costs], 1)[0]
        print("growth: " + ", ".join(f"{s:,}: {c:.2f} s" for s, c in zip(sizes, costs, strict=True)))
        print(f"exponent {slope:.2f}; peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
