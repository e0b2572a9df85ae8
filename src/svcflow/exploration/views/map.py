"""The process map of the report, with as many activities and paths as asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from svcflow.exploration.blocks import Block, cut
from svcflow.exploration.selections import Selection
from svcflow.exploration.setting import Setting
from svcflow.exploration.summaries import list_links
from svcflow.mining.tables import Table
from svcflow.report.drawing import Style, draw_map
from svcflow.report.flowmap import Chosen, choose_links, count_cases, place_activities
from svcflow.report.layout import LayoutError
from svcflow.report.names import Names
from svcflow.report.scale import Scale, choose_scale

WHAT = "map"
EXPRESSION = "mine(log).directly_follows.to_rows()"

MOST_DRAWN = 120
"""More links than this take the layout too long, and nobody reads them."""
ROUTES = 200
"""The commonest variants tell in which order activities usually stand."""
COLUMNS = {"from": "activity", "to": "activity", "cases": "count", "count": "count", "median_s": "duration",
           "p90_s": "duration", "total_s": "total", "side": "word", "timer": "mark"}  # fmt: skip

Row = Mapping[str, Any]


def show(
    selection: Selection, setting: Setting, *, activities: float | None = None, paths: float | None = None
) -> list[Block]:
    """Return the picture and its links. `activities` and `paths` are percent of each, commonest first.

    Without them the picture is that of the report: links that at least 1 % of the cases take.
    """
    rows = list_links(selection, setting)
    boxes = _count_activities(selection, setting)
    chosen = _choose(rows, boxes, selection, (activities, paths))
    scale = choose_scale((row["median_s"] or 0.0, float(row["cases"])) for row in chosen.links if _is_own(row))
    drawn = sorted(chosen.links, key=lambda row: (-(row["total_s"] or 0), row["from"], row["to"]))
    return [
        {
            "type": "map",
            "svg": _draw(chosen, boxes, setting, scale),
            "legend": [[text.en, text.zh] for text in scale.legend()],
            "activities": len(chosen.activities),
            "all_activities": len(boxes),
            "paths": len(chosen.links),
            "all_paths": len(rows),
            "least_cases": chosen.least_cases,
            "links": [[str(row["from"]), str(row["to"])] for row in chosen.links],
        },
        {"type": "table", "name": "links", "columns": [*COLUMNS.items()], "total": len(rows),
         "rows": [[row[key] for key in COLUMNS] for row in drawn]},
    ]  # fmt: skip


def _is_own(row: Row) -> bool:
    return not row["timer"] and row["side"] not in {"customer", "vendor"}


def _count_activities(selection: Selection, setting: Setting) -> dict[str, dict[str, Any]]:
    """Return cases and count of each activity, commonest first."""
    log = selection.opened.log
    width = len(log.activities)
    count = np.bincount(log.activity[selection.rows], minlength=width)
    cases = np.bincount(log.activity[selection.rows & selection.opened.shown], minlength=width)
    order = [code for code in np.lexsort((np.arange(width), -cases)).tolist() if count[code]]
    table = Table(
        {
            "activity": [log.activities[code] for code in order],
            "count": count[order].tolist(),
            "cases": cases[order].tolist(),
        }
    )
    return {row["activity"]: row for row in cut(table.to_rows(), setting.min_group)}


def _choose(
    rows: list[dict[str, Any]],
    boxes: Mapping[str, Row],
    selection: Selection,
    asked: tuple[float | None, float | None],
) -> Chosen:
    """Return what is drawn."""
    routes = _list_routes(selection)
    if asked == (None, None):
        return choose_links(rows, selection.cases, routes)
    kept = set(_first_part(list(boxes), asked[0]))
    among = [row for row in rows if row["from"] in kept and row["to"] in kept]
    among.sort(key=lambda row: (-count_cases(row), row["from"], row["to"]))
    links = choose_links(among, selection.cases).links if asked[1] is None else _first_part(among, asked[1])
    drawn = {id(row) for row in links[:MOST_DRAWN]}
    shown = tuple(row for row in rows if id(row) in drawn)
    ends = dict.fromkeys(str(name) for row in shown for name in (row["from"], row["to"]))
    places = place_activities(routes)
    order = tuple(sorted(ends, key=lambda name: places.get(name, 0.5)))
    return Chosen(shown, order, min(map(count_cases, shown), default=0), len(rows) - len(shown))


def _first_part(items: Sequence[Any], percent: float | None) -> Sequence[Any]:
    if percent is None:
        return items
    return items[: max(1, math.ceil(len(items) * min(max(percent, 0.0), 100.0) / 100))]


def _list_routes(selection: Selection) -> list[dict[str, Any]]:
    """Return the commonest variants of the selection, for the order of activities."""
    known = selection.opened.variants
    counts = np.bincount(known.of_case[selection.chosen], minlength=len(known))
    common = np.lexsort((np.arange(len(known)), -counts))[:ROUTES].tolist()
    return [{"activities": known.name(v), "cases": int(counts[v])} for v in common if counts[v]]


def _draw(chosen: Chosen, boxes: Mapping[str, Row], setting: Setting, scale: Scale) -> str | None:
    """Return the SVG, ``None`` where it could not be laid out; its text is escaped by the writer."""
    if not chosen.links:
        return None
    outside = frozenset(
        name
        for name in chosen.activities
        if (into := [row for row in chosen.links if row["to"] == name])
        and all(row["side"] in {"customer", "vendor"} for row in into)
    )
    names = Names(setting.document([]), show_people=setting.show_people)
    counts = {name: int(row["count"]) for name, row in boxes.items()}
    try:
        return str(draw_map(chosen, Style(names, scale, ("en", "zh"), counts, outside), "h-view").svg)
    except LayoutError:
        return None
