"""Loops by activity: self-loops and repetitions, repeats and redos, and where loops start.

**What.** For each activity that a case shows twice, or from which it goes back to one: the *cases* that repeat it (as
in `loops`), the *looping cases* in which a loop enters or leaves it (these may not repeat it themselves), its
*self-loops* (the same again at once; three in a row are one self-loop of size 2) with their mean size, its
*repetitions* (again after something else), how often the same person did it again (*repeats*) or another one
(*redos*), and the time in loops, from the first completion in a case to the last. *Inflow* counts the loops that
enter the activity, *outflow* those that leave it: a loop is a directly-follows step to an activity the case has
seen. *Net loop gain* = outflow - inflow; above 0, loops start here.

**How.** Start and complete events are one instance before anything is counted. A recurrence is compared with the
time before it in the same case.

**Source.** The words are bupaR's (`number_of_selfloops`, `number_of_repetitions`, Janssenswillen et al. 2019); loop
inflow, outflow and net gain those of Minit / Microsoft Process Advisor.

**Limits.** Repetition is not always rework: several calls to a customer may be meant. Loops inside loops share
their time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Batch, Log
from svcflow.mining.grouping import add_up, all_seconds, distinct
from svcflow.mining.quantity import Measured, Setting
from svcflow.mining.recurrence import begin_self_loops, find_firsts, recur
from svcflow.mining.tables import Table

TITLE = {"en": "Loops by activity", "zh": "各活动的循环"}
DEFINITION = "loops"
MISSING = {
    "en": "Where either person is unknown, a recurrence is neither repeat nor redo, but counted as unattributed.",
    "zh": "任一人员未知时，重复既不计为同人也不计为他人，单列为未归属。",
}

FIELDS = (
    "cases", "looping_cases", "self_loops", "at_once", "repetitions", "repeats", "redos", "unattributed",
    "inflow", "outflow", "millis",
)  # fmt: skip
SHAPES = ("repeats_at_once", "redos_at_once", "repeats_later", "redos_later")

State = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class LoopsFold:
    """Counts recurrences; the state is FIELDS x activities, and the counts of the whole log."""

    width: int
    people: bool

    def partial(self, batch: Batch) -> State:
        """Summarise one block."""
        again = recur(batch)
        activity = batch.activity[again.row]
        now, then = batch.resource[again.row], batch.resource[again.before]
        known = (now != UNKNOWN) & (then != UNKNOWN)
        same, other = known & (now == then), known & (now != then)
        at_once = again.before == again.row - 1

        def per_activity(codes: NDArray[np.int32] | NDArray[np.int64]) -> NDArray[np.int64]:
            return np.bincount(codes, minlength=self.width)

        entered, left = activity.astype(np.int64), batch.activity[again.row - 1].astype(np.int64)
        fields = (
            self._count_cases(again.case, entered),
            self._count_cases(np.repeat(again.case, 2), np.stack([entered, left], axis=1).ravel()),
            per_activity(activity[begin_self_loops(again)]),
            per_activity(activity[at_once]),
            per_activity(activity[~at_once]),
            per_activity(activity[same]),
            per_activity(activity[other]),
            per_activity(activity[~known]),
            per_activity(entered),
            per_activity(left),
            add_up(entered, batch.time[again.row] - batch.time[again.before], self.width),
        )
        shapes = [same & at_once, other & at_once, same & ~at_once, other & ~at_once]
        whole = [len(batch.offsets) - 1, len(distinct(again.case)), *(int(which.sum()) for which in shapes)]
        return np.stack(fields).astype(np.int64), np.array(whole, np.int64)

    def _count_cases(self, case: NDArray[np.int64], codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return in how many cases each activity stands."""
        return np.bincount(codes[find_firsts(case, codes, self.width)], minlength=self.width)

    def merge(self, left: State, right: State) -> State:
        """Add two summaries."""
        return left[0] + right[0], left[1] + right[1]

    def finish(self, state: State, log: Log) -> Measured:
        """Return the activities in loops, those with the longest time in loops first."""
        (cases, repeating, *shapes) = state[1].tolist()
        found = dict(zip(FIELDS, state[0], strict=True))
        codes = np.flatnonzero(found["looping_cases"])
        codes = codes[np.lexsort((codes, -found["millis"][codes]))]
        told = {name: numbers[codes].tolist() for name, numbers in found.items()}
        none = [None] * len(codes)
        size = found["at_once"][codes] / np.maximum(found["self_loops"][codes], 1)
        columns: dict[str, list[Any]] = {
            "activity": [log.activities[code] for code in codes.tolist()],
            "cases": told["cases"],
            "looping_cases": told["looping_cases"],
            "self_loops": told["self_loops"],
            "loop_size": [mean or None for mean in size.tolist()],
            "repetitions": told["repetitions"],
            "repeats": told["repeats"] if self.people else none,
            "redos": told["redos"] if self.people else none,
            "unattributed": told["unattributed"],
            "inflow": told["inflow"],
            "outflow": told["outflow"],
            "net_loop_gain": (found["outflow"] - found["inflow"])[codes].tolist(),
            "time_in_loops_s": all_seconds(found["millis"][codes]),
        }
        figures: dict[str, float | int | str | None] = {
            "looping_cases": repeating,
            "looping_cases_share": repeating / cases if cases else None,
            "self_loops": int(found["self_loops"].sum()),
            "repetitions": int(found["repetitions"].sum()),
            **{name: number if self.people else None for name, number in zip(SHAPES, shapes, strict=True)},
        }
        return Measured(Table(columns), figures, cases, "cases")


def prepare(setting: Setting) -> LoopsFold:
    """Return the fold of this quantity."""
    return LoopsFold(len(setting.activities), len(setting.resources) > 1)
