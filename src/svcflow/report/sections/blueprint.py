"""The service blueprint: who does which step, seen or unseen by the customer, and how long cases wait before it."""

from __future__ import annotations

from typing import Any

from svcflow.report import fmt
from svcflow.report.section import Context, Evidence, Row, Section, words_of
from svcflow.report.words import EMPTY, Text

ORDER = 102
MOST = 20
OWN = ("front", "provider", "back")
LANES = ("customer", *OWN, "partner", "system")
LINES = {"customer": "interaction", "front": "visibility", "back": "internal", "provider": "internal"}
"""What runs below a lane, if another lane follows."""

LEAST = 0.05
"""Of the cases: a step fewer have is not named in the title."""

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the lanes with their steps, in the usual order from left to right."""
    blueprint = context.get("blueprint") or {}
    rows = [row for row in context.rows("blueprint", "steps") if row.get("lane") in LANES]
    if not rows:
        return Section(say("title_none"), missing=say("none"))
    common = sorted(rows, key=lambda row: -(row.get("cases") or 0))[:MOST]
    shown = sorted(common, key=lambda row: row.get("order") or 0)
    columns = place_steps([str(row["lane"]) for row in shown])
    lanes = [lane for lane in LANES if any(row["lane"] == lane for row in shown)]
    view: dict[str, Any] = {
        "lanes": [_lay_lane(context, lane, shown, columns, last=lane == lanes[-1]) for lane in lanes],
        "columns": max(columns) + 1,
        "legend": context.scale.legend(),
        "more": len(rows) - len(shown) + int(blueprint.get("left_out") or 0),
        "kinds": [k for k in ("timer", "outside") if any(_kind(context, row) == k for row in shown)],
    }
    lead = say("lead") if blueprint.get("basis") == "definition" else say("lead") + say("lead_log")
    examples = context.of_findings("bottleneck")
    evidence = Evidence(fmt.count(context.cases, "case"), ("blueprint", "waiting"), examples)
    return Section(_entitle(context, shown), lead, view, evidence=evidence)


def place_steps(lanes: list[str]) -> list[int]:
    """Return a column for each step: never left of the step before it, and to its right within one lane.

    >>> place_steps(["front", "back", "back", "customer", "front"])
    [0, 0, 1, 1, 1]
    """
    columns: list[int] = []
    last: dict[str, int] = {}
    for lane in lanes:
        column = max(columns[-1] if columns else 0, last.get(lane, -1) + 1)
        columns.append(column)
        last[lane] = column
    return columns


def _entitle(context: Context, rows: list[Row]) -> Text:
    own = [
        row
        for row in rows
        if row["lane"] in OWN and not row.get("timer") and (row.get("cases") or 0) >= LEAST * context.cases
    ]
    slow = max(own, key=lambda row: row.get("wait_median_s") or 0.0, default=None)
    if slow is None or not slow.get("wait_median_s"):
        return say("title_none")
    name = context.names.activity(slow.get("activity"))
    return say(f"title_{slow['lane']}", name=name, wait=fmt.duration(slow["wait_median_s"]))


def _lay_lane(context: Context, lane: str, rows: list[Row], columns: list[int], *, last: bool) -> dict[str, Any]:
    """Return a lane as one cell a column; empty columns in a row are one wide cell."""
    own = {c: (n, row) for n, (row, c) in enumerate(zip(rows, columns, strict=True), start=1) if row["lane"] == lane}
    cells: list[dict[str, Any]] = []
    for column in range(max(columns) + 1):
        if column in own:
            number, row = own[column]
            cells.append({"span": 1, "box": _box(context, row, number)})
        elif cells and cells[-1]["box"] is None:
            cells[-1]["span"] += 1
        else:
            cells.append({"span": 1, "box": None})
    line = None if last or lane not in LINES else say(f"line_{LINES[lane]}")
    return {"name": say(f"lane_{lane}"), "note": say(f"note_{lane}"), "cells": cells, "line": line}


def _kind(context: Context, row: Row) -> str:
    if row.get("timer"):
        return "timer"
    return f"w{context.scale.classify(row.get('wait_median_s'))}" if row["lane"] in OWN else "outside"


def _box(context: Context, row: Row, number: int) -> dict[str, Any]:
    wait = row.get("wait_median_s")
    return {
        "number": number,
        "name": context.names.activity(row.get("activity"), 40),
        "cases": fmt.number(row.get("cases")),
        "wait": fmt.duration(wait) if wait is not None else EMPTY,
        "kind": _kind(context, row),
    }
