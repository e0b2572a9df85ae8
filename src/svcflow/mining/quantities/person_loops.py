"""Loops by person: who does their own work again, who does that of others, and whose work is done again.

**What.** For each person: *repeats* (an activity of a case again that they did the last time), *redos* (one that
somebody else did the last time), *redone* (others did again what this person had done), each counted once per
recurrence, and the cases in which the person is one of the two. People are numbered unless names are asked for.

**How.** As `activity-loops`; a recurrence belongs to whoever does it, and to whoever did the activity the time
before.

**Source.** bupaR, `number_of_repetitions(level = "resource")`, which knows repeats and redos but not whose work it
was.

**Limits.** Machines are passed over. It says how work moves between people, nothing about how well anybody works:
who gets the hardest cases is redone most.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Batch, Codes, Log
from svcflow.mining.grouping import is_among
from svcflow.mining.passing import Declined
from svcflow.mining.quantity import Measured, Setting
from svcflow.mining.recurrence import find_firsts, recur
from svcflow.mining.tables import Table

TITLE = {"en": "Loops by person", "zh": "各人员的循环"}
DEFINITION = "loops"
MISSING = {
    "en": "Recurrences with an unknown person on either side are left out and counted. Machines are passed over.",
    "zh": "任一方人员未知的重复不计入并单列数量；机器账户略过。",
}

State = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class PeopleFold:
    """Counts recurrences by person; the state is 4 x resources, and what is left out."""

    width: int
    machines: Codes

    def partial(self, batch: Batch) -> State:
        """Summarise one block."""
        again = recur(batch)
        now, then = batch.resource[again.row], batch.resource[again.before]
        known = (now != UNKNOWN) & (then != UNKNOWN)
        people = known & ~is_among(now, self.machines) & ~is_among(then, self.machines)
        now, then, case = now[people], then[people], again.case[people]
        same = now == then
        both = np.stack([now, then], axis=1).ravel().astype(np.int64)
        involved = both[find_firsts(np.repeat(case, 2), both, self.width)]
        fields = [np.bincount(codes, minlength=self.width) for codes in (now[same], now[~same], then[~same], involved)]
        left_out = np.array([len(now), int((~known).sum()), int((known & ~people).sum())], np.int64)
        return np.stack(fields).astype(np.int64), left_out

    def merge(self, left: State, right: State) -> State:
        """Add two summaries."""
        return left[0] + right[0], left[1] + right[1]

    def finish(self, state: State, log: Log) -> Measured:
        """Return the people who take part in loops, those in most cases first."""
        repeats, redos, redone, cases = state[0]
        codes = np.flatnonzero(cases)
        codes = codes[np.lexsort((codes, -cases[codes]))]
        columns = {
            "person": [log.resources[code] for code in codes.tolist()],
            "cases": cases[codes].tolist(),
            "repeats": repeats[codes].tolist(),
            "redos": redos[codes].tolist(),
            "redone": redone[codes].tolist(),
        }
        counted, unknown, automatic = state[1].tolist()
        figures = {
            "people": len(codes),
            "redo_rate": int(redos.sum()) / counted if counted else None,
            "unknown_left_out": unknown,
            "machines_left_out": automatic,
        }
        return Measured(Table(columns), figures, counted, "recurrences", "none", people=("person",))


def prepare(setting: Setting) -> PeopleFold | Declined:
    """Return the fold of this quantity."""
    if len(setting.resources) < 2:
        return Declined("the log names no people", "日志未记录人员")
    return PeopleFold(len(setting.resources), setting.machines)
