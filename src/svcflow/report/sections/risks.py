"""Which departures are the greatest risk: severity, occurrence and detection of each, and a control for it."""

from __future__ import annotations

from typing import Any

from svcflow.report import fmt
from svcflow.report.section import Context, Evidence, Row, Section, words_of
from svcflow.report.sections.deviations import name_deviation
from svcflow.report.words import EMPTY, Text

ORDER = 112
MOST = 8

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the risk table, the highest priority first."""
    if not context.get("runs"):
        return Section(say("title_none"), missing=say("no_definition"))
    rows = [row for row in context.rows("risks") if row.get("cases")]
    if not rows:
        return Section(say("title_none"), missing=say("none"))
    scored = [row for row in rows if row.get("priority") is not None]
    described = [_describe(context, row) for row in rows[:MOST]]
    title = say("title", what=described[0]["what"], priority=described[0]["priority"]) if scored else say("title_none")
    lead = say("lead") if len(scored) == len(rows) else say("lead") + say("unscored")
    view: dict[str, Any] = {"rows": described, "more": max(0, len(rows) - MOST)}
    evidence = Evidence(fmt.count(context.cases, "case"), ("risk-priority",), ())
    return Section(title, lead, view, evidence=evidence)


def _describe(context: Context, row: Row) -> dict[str, Any]:
    code = str(row.get("code") or "")
    name = name_deviation(code, row.get("name"))
    step = context.names.activity(row["step"]) if row.get("step") else EMPTY
    cases = fmt.count(row.get("cases") or 0, "case")
    priority = row.get("priority")
    return {
        "what": step + Text(": ", "：") + name if step else name,
        "code": context.names.plain(code, 12),
        "process": context.names.plain(row.get("process"), 32) if row.get("process") else None,
        "cases": say("occurrence_note", cases=cases, share=fmt.share(row.get("share"))),
        "extra": _say_extra(row.get("extra_s")) + _say_cost(context, row),
        "seen": say("seen", share=fmt.share(row["seen_at_share"])) if row.get("seen_at_share") is not None else None,
        "scores": [(key, row.get(key), fmt.number(row.get(key))) for key in ("severity", "occurrence", "detection")],
        "priority": fmt.number(priority),
        "priority_n": priority or 0,
        "level": 0 if priority is None else 3 if priority >= 200 else 2 if priority >= 100 else 1,
        "control": say.get(f"control_{code[:2]}") or say("control"),
        "evidence": Evidence(cases, (code,), tuple(str(case) for case in row.get("examples") or [])),
    }


def _say_extra(extra: float | None) -> Text:
    if extra is None:
        return say("extra_none")
    return say("extra", time=fmt.duration(abs(extra))) if extra >= 0 else say("shorter", time=fmt.duration(abs(extra)))


def _say_cost(context: Context, row: Row) -> Text:
    """Return what more such cases cost in work, nothing where that is not known or less."""
    cost = row.get("extra_cost")
    if cost is None or cost < 1:
        return EMPTY
    return say("extra_cost", cost=fmt.number(cost), money=context.names.plain(str(row.get("currency") or ""), 8))
