"""The distinct sequences of activities, most common first."""

from __future__ import annotations

import numpy as np

from svcflow.exploration.blocks import Block, cut, figures, table
from svcflow.exploration.selections import Selection
from svcflow.exploration.setting import Setting
from svcflow.mining.grouping import seconds

WHAT = "variants"
EXPRESSION = "mine(log).variants.to_rows()"

PAGE = 40
LONGEST = 40
"""Activities of a variant that are shown; its number of steps says how many there are."""
COLUMNS = {"pick": "pick", "cases": "count", "share": "share", "median_s": "duration", "steps": "count",
           "activities": "route"}  # fmt: skip


def show(selection: Selection, setting: Setting, *, page: int = 0) -> list[Block]:
    """Return one page of variants, with cases, share of the selection's cases and median cycle time."""
    opened = selection.opened
    known = opened.variants
    counts = np.bincount(known.of_case[selection.chosen], minlength=len(known))
    ranked = np.lexsort((np.arange(len(known)), -counts))[: np.count_nonzero(counts)]
    sizes = [{"variant": int(v), "cases": int(counts[v])} for v in ranked] if setting.guarded else []
    told = np.array([row["variant"] for row in cut(sizes, setting.min_group)], np.int64) if setting.guarded else ranked
    order, bounds = opened.variant_medians
    rows = []
    for variant in told[page * PAGE : (page + 1) * PAGE].tolist():
        cases = order[bounds[variant] : bounds[variant + 1]]
        cycles = opened.cycle[cases[selection.chosen[cases]]]
        names = list(known.name(variant))
        rows.append(
            {
                "pick": names if sum(map(len, names)) < 4000 else None,
                "cases": int(counts[variant]),
                "share": int(counts[variant]) / selection.cases,
                "median_s": seconds(float(np.median(cycles))),
                "steps": len(names),
                "activities": names[:LONGEST],
            }
        )
    head: dict[str, tuple[str, float]] = {"variants": ("count", len(told)), "cases": ("count", selection.cases)}
    if setting.guarded:
        head["covered"] = ("share", int(counts[told].sum()) / selection.cases)
    return [figures(head), table("variants", COLUMNS, rows, total=len(told)) | {"page": page, "size": PAGE}]
