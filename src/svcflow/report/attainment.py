"""The bars of a service level: the share kept of the clocks that started in each week or month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svcflow.report import fmt
from svcflow.report.section import Context, Row
from svcflow.report.words import EMPTY, catalogue

LEAST = 2
"""Fewer bars than this show no course."""

say = catalogue("slas", "svcflow.report.sections")


def draw_bars(context: Context, process: str, sla: str) -> dict[str, Any]:
    """Return the bars of a service level, with the values behind them; none where fewer than two can be told."""
    period, rows, objective = _find(context, process, sla)
    if len(rows) < LEAST:
        return {"bars": [], "period": EMPTY, "axis": []}
    known = [row["attainment"] for row in rows if row.get("attainment") is not None]
    lowest = min(known, default=None)
    told = {0, len(rows) - 1}
    bars = [
        _describe(row, period, objective) | {"hot": lowest is not None and row.get("attainment") == lowest}
        for row in rows
    ]
    labelled = next((place for place, bar in enumerate(bars) if bar["hot"]), None)
    for place, bar in enumerate(bars):
        bar["label"] = bar["attained"] if bar["height"] and (place in told or place == labelled) else None
    unjudged = sum(int(row.get("running") or 0) for row in rows)
    return {
        "bars": bars,
        "period": say(f"by_{period}"),
        "axis": [bars[place]["name"] for place in dict.fromkeys((0, len(bars) // 2, len(bars) - 1))],
        "unjudged": say("unjudged", n=fmt.number(unjudged)) if unjudged else None,
    }


def _find(context: Context, process: str, sla: str) -> tuple[str, list[Row], float | None]:
    """Return the period and the rows of a service level: by the week where the document tells it, else by the month."""
    for trend in context.rows("trends"):
        if (trend.get("process"), trend.get("sla")) == (process, sla):
            rows = [row for row in trend.get("bars") or [] if isinstance(row, Mapping)]
            return "month" if trend.get("period") == "month" else "week", rows, trend.get("objective")
    clock = context.get("runs", process, "slas", sla) or {}
    months = clock.get("months") or {}
    rows = [{"from": f"{name}-01", **row} for name, row in months.items() if isinstance(row, Mapping)]
    return "month", rows, clock.get("objective")


def _describe(row: Row, period: str, objective: float | None) -> dict[str, Any]:
    attained = row.get("attainment")
    judged = [row.get(state) for state in ("met", "breached", "overdue")]
    return {
        "name": fmt.month(row.get("from")) if period == "month" else fmt.day(row.get("from")),
        "height": 0 if attained is None else max(1, round(100 * attained)),
        "below": attained is not None and objective is not None and attained < objective,
        "attained": fmt.share(attained),
        "met": fmt.number(row.get("met")),
        "judged": fmt.NOTHING if None in judged else fmt.number(sum(int(n or 0) for n in judged)),
        "cases": tuple(str(case) for case in row.get("examples") or []),
    }
