"""Who hands over to whom, and how long the receiver's first step waits: teams, or people."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast

from svcflow.errors import UsageError
from svcflow.exploration.blocks import Block, cut, figures, table, tell
from svcflow.exploration.selections import Selection
from svcflow.exploration.setting import Setting
from svcflow.mining.disclosure import OF_CASES
from svcflow.mining.handovers import Between
from svcflow.report.scale import choose_scale

WHAT = "handovers"
EXPRESSION = 'mine(log).handovers["{between}"].to_rows()'

MOST_HOLDERS = 12
MOST_PAIRS = 100
SHOWN = ("total", "cases", "max", "returned_cases", "ping_pong", "ping_pong_cases", "abab_cases", "linear_cases")
COLUMNS = {"from": "text", "to": "text", "count": "count", "cases": "count", "median_s": "duration",
           "p90_s": "duration", "total_s": "total"}  # fmt: skip


def show(selection: Selection, setting: Setting, *, between: str = "team") -> list[Block]:
    """Return counts, the matrix of the busiest holders and the pairs. `between` is ``team`` or ``resource``."""
    if between not in {"team", "resource"}:
        raise UsageError(f"no handovers between {between[:40]!r}", "team or resource")
    log = selection.opened.log
    if not (log.has_teams if between == "team" else log.has_resources):
        return [{"type": "missing", "what": f"no_{between}"}]
    handings = selection.opened.handings(cast("Between", between))
    rows = cut(handings.list_pairs(selection.chosen), setting.min_group)
    if between == "resource":
        rows = [row | {"from": setting.mask(row["from"]), "to": setting.mask(row["to"])} for row in rows]
    counts = _withhold(asdict(handings.count(selection.chosen)), setting, selection.cases)
    return [
        figures({f"handovers_{name}": ("count", counts[name]) for name in SHOWN}),
        _arrange(rows),
        table("handovers", COLUMNS, rows[:MOST_PAIRS], total=len(rows)),
    ]


def _withhold(counts: dict[str, int], setting: Setting, cases: int) -> dict[str, Any]:
    """Return the counts that may be told; what happened in few cases is withheld with them."""
    if not setting.guarded:
        return counts
    told: dict[str, Any] = {
        name: tell(count, setting.min_group, cases if name.endswith("cases") else None)
        for name, count in counts.items()
    }
    return {name: None if told.get(OF_CASES.get(name, name)) is None else count for name, count in told.items()} | {
        "max": None
    }


def _arrange(rows: list[dict[str, Any]]) -> Block:
    """Return the matrix of the holders with most handovers, busiest first."""
    weight: dict[str, int] = {}
    for row in rows:
        for name in (row["from"], row["to"]):
            weight[name] = weight.get(name, 0) + row["count"]
    busiest = sorted(weight, key=lambda name: (-weight[name], name))[:MOST_HOLDERS]
    place = {name: n for n, name in enumerate(busiest)}
    scale = choose_scale((row["median_s"], float(row["cases"])) for row in rows)
    cells = [
        [place[row["from"]], place[row["to"]], row["median_s"], row["count"], scale.classify(row["median_s"])]
        for row in rows
        if row["from"] in place and row["to"] in place
    ]
    legend = [[text.en, text.zh] for text in scale.legend()]
    return {"type": "matrix", "names": busiest, "cells": cells, "legend": legend, "hidden": len(weight) - len(busiest)}
