"""Where cases wait: pairs of activities by waiting, what nobody here can shorten last."""

from __future__ import annotations

from svcflow.exploration.blocks import Block, figures, table
from svcflow.exploration.selections import Selection
from svcflow.exploration.setting import Setting
from svcflow.exploration.summaries import list_links
from svcflow.mining.grouping import seconds

WHAT = "bottlenecks"
EXPRESSION = 'detect(log, mine(log), select=["bottleneck"])'

MOST = 100
COLUMNS = {"from": "activity", "to": "activity", "total_s": "total", "share": "bar", "cases": "count",
           "count": "count", "median_s": "duration", "p90_s": "duration", "side": "word", "timer": "mark"}  # fmt: skip


def show(selection: Selection, setting: Setting) -> list[Block]:
    """Return the pairs by total waiting; share is of all time between events."""
    whole = seconds(selection.opened.links.sum_waits(selection.chosen))
    rows = [row | {"share": row["total_s"] / whole if whole else None} for row in list_links(selection, setting)]
    rows.sort(key=lambda r: (-r["total_s"], r["from"], r["to"]))
    shown = sorted(
        rows[:MOST], key=lambda r: (r["timer"] or r["side"] != "provider", -r["total_s"], r["from"], r["to"])
    )
    ours = sum(row["total_s"] for row in rows if not row["timer"] and row["side"] == "provider")
    head = {"waiting": ("total", whole), "addressable": ("total", ours)}
    if setting.guarded:
        head["addressable"] = ("total", None)
    return [figures(head), table("bottlenecks", COLUMNS, shown, total=len(rows))]
