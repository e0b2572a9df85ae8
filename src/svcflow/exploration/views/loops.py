"""What is done again: by whom, how long the loop takes, and where loops start."""

from __future__ import annotations

from svcflow.engines import local
from svcflow.exploration.blocks import Block, cut, figures, table, tell
from svcflow.exploration.selections import Selection
from svcflow.exploration.setting import Setting
from svcflow.mining.disclosure import OF_CASES
from svcflow.mining.mined import find_codes, trust_done
from svcflow.mining.rework import Rework, ReworkFold

WHAT = "loops"
EXPRESSION = "mine(log).rework.to_rows()"

SHOWN = ("repeating_cases", "immediate_repeats", "self_loops", "self_loop_cases", "reopens", "reopen_cases")
COLUMNS = {"activity": "activity", "cases": "count", "repeats": "count", "redos": "count", "cost_s": "total",
           "net_loop_gain": "number"}  # fmt: skip


def show(selection: Selection, setting: Setting) -> list[Block]:
    """Return the counts of loops and the activities that recur, dearest first."""
    log, done = selection.log, trust_done(selection.opened.log)
    fold = ReworkFold(len(log.activities), find_codes(log, done) if done else None)
    rework: Rework = local.run(log, {"rework": fold})["rework"]
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
