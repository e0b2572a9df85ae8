"""What is done again: by whom, how long the loop takes, and where loops start."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from svcflow.exploration.blocks import Block, cut, figures, table, tell
from svcflow.exploration.selections import Selection
from svcflow.exploration.setting import Setting
from svcflow.mining.disclosure import OF_CASES
from svcflow.mining.recurrence import Recurrences
from svcflow.mining.rework import Rework, ReworkFold

WHAT = "loops"
EXPRESSION = "mine(log).rework.to_rows()"

SHOWN = ("repeating_cases", "immediate_repeats", "self_loops", "self_loop_cases", "reopens", "reopen_cases")
COLUMNS = {"activity": "activity", "cases": "count", "repeats": "count", "redos": "count", "cost_s": "total",
           "net_loop_gain": "number"}  # fmt: skip


def show(selection: Selection, setting: Setting) -> list[Block]:
    """Return the counts of loops and the activities that recur, dearest first."""
    rework = _measure(selection)
    least, guarded = setting.min_group, setting.guarded
    counts = {name: getattr(rework, name) for name in SHOWN}
    if guarded:
        counts = {
            name: tell(n, least, selection.cases if name.endswith("cases") else None) for name, n in counts.items()
        }
        counts = {name: None if counts.get(OF_CASES.get(name, name)) is None else n for name, n in counts.items()}
    rows = cut(rework.to_rows(), least)
    for row in rows:
        row |= {name: tell(row[name], least) for name in ("repeats", "redos")}
    return [
        figures({f"loops_{name}": ("count", counts[name]) for name in SHOWN}),
        table("loops", COLUMNS, rows),
    ]


def _measure(selection: Selection) -> Rework:
    """Return the rework of the cases as `mine` gives it, from the recurrences of the whole log."""
    opened, chosen = selection.opened, selection.chosen
    log, whole = opened.log, opened.recurrences
    kept = np.flatnonzero(chosen[whole.case])
    again = Recurrences(whole.row[kept], whole.before[kept], whole.first[kept], whole.case[kept])
    fold = ReworkFold(len(log.activities), None)
    rework = fold.finish(fold.summarise(log.batch(0, log.cases), again), log)
    if opened.reopened is None:
        return rework
    reopened = opened.reopened[chosen[opened.reopened]]
    return replace(rework, reopens=len(reopened), reopen_cases=len(np.unique(reopened)))
