"""Which routes cases take: chevrons coloured by the wait before each step."""

from __future__ import annotations

from typing import Any

from svcflow.report import fmt
from svcflow.report.section import Context, Evidence, Row, Section, count_evidence, words_of

ORDER = 80
MOST, MOST_STEPS, SHORT = 8, 16, 18

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the most frequent routes."""
    rows = [row for row in context.rows("variants") if row.get("activities")]
    if not rows:
        return Section(say("title_none"), missing=say("none"))
    shown = rows[:MOST]
    share = sum(row.get("share") or 0 for row in shown)
    variants = context.get("log", "variants") or len(rows)
    view: dict[str, Any] = {
        "routes": [_describe(context, row) for row in shown],
        "legend": context.scale.legend(),
    }
    title = say("title" if len(shown) > 1 else "title_one", n=fmt.number(len(shown)), share=fmt.share(min(1.0, share)))
    lead = say("lead") + (say("in_all", n=fmt.number(variants)) if variants > len(shown) else "")
    return Section(title, lead, view, evidence=count_evidence(context, "variant", "waiting"))


def _describe(context: Context, row: Row) -> dict[str, Any]:
    return {
        "steps": _lay_steps(context, [str(activity) for activity in row["activities"]]),
        "cases": fmt.number(row.get("cases")),
        "cases_n": row.get("cases") or 0,
        "share": fmt.share(row.get("share")),
        "median": fmt.duration(row.get("median_s")),
        "median_n": row.get("median_s") or 0,
        "evidence": Evidence(
            fmt.count(row.get("cases") or 0, "case"),
            ("variant",),
            context.stories.of_route([str(activity) for activity in row["activities"]]),
        ),
    }


def _lay_steps(context: Context, activities: list[str]) -> list[dict[str, Any]]:
    """Return the chevrons of a route: repetitions at once become one with a count, a long middle a gap."""
    steps: list[dict[str, Any]] = []
    before: str | None = None
    for activity in activities:
        if activity == before:
            steps[-1]["times"] += 1
        else:
            steps.append(_make_step(context, before, activity))
        before = activity
    if len(steps) <= MOST_STEPS:
        return steps
    half = MOST_STEPS // 2
    return [*steps[:half], {"gap": fmt.number(len(steps) - 2 * half)}, *steps[-half:]]


def _make_step(context: Context, before: str | None, activity: str) -> dict[str, Any]:
    link = context.link(before, activity) if before is not None else None
    kind = "first" if link is None else "timer" if link.get("timer") else None
    if link is not None and link.get("side") in {"customer", "vendor"}:
        kind = "outside"
    wait = None if link is None else link.get("median_s")
    return {
        "name": context.names.activity(activity, SHORT),
        "full": context.names.activity(activity),
        "class": kind or f"w{context.scale.classify(wait)}",
        "times": 1,
    }
