"""Two selections side by side: key figures, and the links whose share of cases differs most."""

from __future__ import annotations

from typing import Any

from svcflow.exploration.blocks import Block, table
from svcflow.exploration.selections import Selection
from svcflow.exploration.setting import Setting
from svcflow.exploration.summaries import differ, list_links, summarise

WHAT = "map"
EXPRESSION = "mine(log).directly_follows.to_rows()"

MOST = 60
FIGURES = {"figure": "figure", "a": "valued", "b": "valued", "difference": "changed", "kind": "hidden"}
LINKS = {"from": "activity", "to": "activity", "share_a": "share", "share_b": "share", "share_difference": "points",
         "median_a_s": "duration", "median_b_s": "duration", "median_difference_s": "later"}  # fmt: skip


def show(selection: Selection, setting: Setting, *, other: Selection) -> list[Block]:
    """Return figures and links of `selection` (A) and `other` (B); differences are B less A."""
    figures = _figures(selection, setting), _figures(other, setting)
    rows = _join(selection, other, setting)
    return [
        table("figures", FIGURES, differ(*figures)),
        table("differences", LINKS, rows[:MOST], total=len(rows)),
    ]


def _figures(selection: Selection, setting: Setting) -> dict[str, Any]:
    found = summarise(selection)
    return found | {"cycle_max_s": None, "open_cases": None} if setting.guarded else found


def _join(one: Selection, other: Selection, setting: Setting) -> list[dict[str, Any]]:
    """Return the links of either selection, by falling difference of their share of cases."""
    tables = [{(row["from"], row["to"]): row for row in list_links(side, setting)} for side in (one, other)]
    sizes = (max(one.cases, 1), max(other.cases, 1))
    found = []
    for pair in dict.fromkeys((*tables[0], *tables[1])):
        a, b = (table.get(pair) for table in tables)
        if setting.guarded and (a is None or b is None):
            continue
        share_a, share_b = ((row["cases"] / size if row else 0.0) for row, size in zip((a, b), sizes, strict=True))
        median_a, median_b = (row["median_s"] if row else None for row in (a, b))
        found.append(
            {
                "from": pair[0],
                "to": pair[1],
                "share_a": share_a,
                "share_b": share_b,
                "share_difference": share_b - share_a,
                "median_a_s": median_a,
                "median_b_s": median_b,
                "median_difference_s": None if median_a is None or median_b is None else median_b - median_a,
            }
        )
    found.sort(key=lambda row: (-abs(row["share_difference"]), row["from"], row["to"]))
    return found
