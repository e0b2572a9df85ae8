"""The cycles that cases go round: the shortest ways back to an activity, up to six steps, named by their steps.

**What.** For each cycle: its steps from where cases mostly enter it back to the first, how many *rounds* were made
in how many *passes* (rounds without a break) and cases, and the time from the first completion of the repeated step
to its last.

**How.** A cycle has at most six steps and none of them twice: in A B B A only the self-loop of B is one. A B A B A
goes round A-B twice, in one pass. Rotations are one cycle: it is named from the step at which most passes enter.

**Source.** metrics.md 5; a self-loop of size n is a pass of n rounds (bupaR).

**Limits.** Loops longer than six steps, and those with a loop inside, show in `activity-loops` only. The times of
cycles that overlap may not be added up. The 200 cycles with the longest time are listed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Batch, Log
from svcflow.mining.cycles import LONGEST, Passes, find_passes, turn
from svcflow.mining.grouping import add_up, seconds
from svcflow.mining.quantity import Measured, Setting
from svcflow.mining.recurrence import find_firsts
from svcflow.mining.tables import Table

TITLE = {"en": "Cycles", "zh": "循环路径"}
DEFINITION = "cycles"
MISSING = {
    "en": "Every instance has an activity: nothing is missing.",
    "zh": "每个实例都有活动：无缺失。",
}
LISTED = 200

Steps = tuple[int, ...]
Numbers = NDArray[np.int64]
State = tuple[dict[Steps, Numbers], Numbers]
"""Rounds, passes, cases and milliseconds of each cycle, by the steps as entered (cases under the turned steps); the
cases of the log, and those with a cycle."""


@dataclass(frozen=True, slots=True)
class CyclesFold:
    """Counts cycles; the state grows with the number of distinct ones."""

    def partial(self, batch: Batch) -> State:
        """Summarise one block."""
        passes = find_passes(batch)
        found: dict[Steps, Numbers] = defaultdict(lambda: np.zeros(4, np.int64))
        entered, code = _number(passes)
        size = len(entered)
        sums = (
            np.bincount(code, passes.rounds, size).astype(np.int64),
            np.bincount(code, minlength=size),
            add_up(code, passes.millis, size),
        )
        turned = [turn(steps) for steps in entered]
        places = {steps: place for place, steps in enumerate(dict.fromkeys(turned))}
        for steps, rounds, count, millis in zip(entered, *sums, strict=True):
            found[steps] += (rounds, count, 0, millis)
        cycle = np.array([places[steps] for steps in turned], np.int64)[code] if size else code
        order = np.argsort(passes.case, kind="stable")
        firsts = find_firsts(passes.case[order], cycle[order], max(len(places), 1))
        for steps, cases in zip(places, np.bincount(cycle[order][firsts], minlength=len(places)), strict=True):
            found[steps] += (0, 0, cases, 0)
        return dict(found), np.array([len(batch.offsets) - 1, len(np.unique(passes.case))], np.int64)

    def merge(self, left: State, right: State) -> State:
        """Add two summaries."""
        found = dict(left[0])
        for steps, numbers in right[0].items():
            found[steps] = found[steps] + numbers if steps in found else numbers
        return found, left[1] + right[1]

    def finish(self, state: State, log: Log) -> Measured:
        """Return the cycles, those with the longest time first."""
        ways: dict[Steps, list[tuple[int, Steps]]] = defaultdict(list)
        totals: dict[Steps, Numbers] = defaultdict(lambda: np.zeros(4, np.int64))
        for steps, numbers in state[0].items():
            ways[turn(steps)].append((-int(numbers[1]), steps))
            totals[turn(steps)] = totals[turn(steps)] + numbers
        order = sorted(totals, key=lambda steps: (-int(totals[steps][3]), -int(totals[steps][0]), steps))
        rows = [(min(ways[steps])[1], *totals[steps].tolist()) for steps in order]
        cases, looping = state[1].tolist()
        columns: dict[str, list[Any]] = {
            "cycle": [[log.activities[code] for code in (*steps, steps[0])] for steps, *_ in rows[:LISTED]],
            "steps": [len(steps) for steps, *_ in rows[:LISTED]],
            "rounds": [rounds for _, rounds, *_ in rows[:LISTED]],
            "passes": [count for _, _, count, *_ in rows[:LISTED]],
            "cases": [number for *_, number, _ in rows[:LISTED]],
            "in_cycle_s": [seconds(millis) for *_, millis in rows[:LISTED]],
        }
        figures: dict[str, float | int | str | None] = {
            "cycles": len(rows),
            "cycling_cases": looping,
            "cycling_cases_share": looping / cases if cases else None,
            "rounds": sum(rounds for _, rounds, *_ in rows),
        }
        return Measured(Table(columns), figures, cases, "cases")


def _number(passes: Passes) -> tuple[list[Steps], Numbers]:
    """Return the distinct ways of the passes, and the number of each pass's way among them."""
    width = int(passes.steps.max(initial=0)) + 2
    key = np.zeros(len(passes.case), np.int64)
    for column in range(LONGEST):
        if width ** (column + 1) >= 1 << 62:
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
        key = key * width + passes.steps[:, column] + 1
    _, first, code = np.unique(key, return_index=True, return_inverse=True)
    ways = zip(passes.steps[first].tolist(), passes.length[first].tolist(), strict=True)
    return [tuple(steps[:length]) for steps, length in ways], code.astype(np.int64)


def prepare(_: Setting) -> CyclesFold:
    """Return the fold of this quantity."""
    return CyclesFold()
