"""What the slow cases have in common: values of attributes that go together with taking long. Association, not cause."""

from __future__ import annotations

from typing import Any

from svcflow.report import fmt
from svcflow.report.section import Context, Evidence, Row, Section, words_of
from svcflow.report.words import Text

ORDER = 78
MOST = 8
MOST_PAIRS = 3

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the values that too many slow cases have."""
    found = context.get("associations")
    if not found:
        return Section(say("title_none"), missing=say("missing"))
    rows = [row for row in found.get("rows") or [] if row.get("contribution", 0) > 0]
    limit = fmt.duration(found.get("limit_s"))
    if not rows:
        tried = say("nothing", n=fmt.number(found.get("tried")), limit=limit)
        return Section(say("title_none"), missing=tried)
    first = _name(context, rows[0])
    lead = say("lead", share=fmt.share(found["shown"] / found["cases"]), limit=limit, n=fmt.number(found.get("tried")))
    view: dict[str, Any] = {
        "rows": [_describe(context, row) for row in rows[:MOST]],
        "pairs": [_describe(context, row) for row in (found.get("pairs") or [])[:MOST_PAIRS]],
        "left_out": [context.names.plain(row["attribute"], 40) for row in found.get("left_out") or []],
    }
    n = fmt.count(found["cases"], "case") + Text(", ", "，") + say("slow", n=fmt.count(found["shown"], "case"))
    return Section(say("title", what=first), lead, view, evidence=Evidence(n, ("association",)))


def _name(context: Context, row: Row) -> Text:
    """Return the attribute and value of a row; of a pair, both."""
    named = context.names.plain(row.get("attribute"), 32) + " = " + context.names.plain(row.get("value"), 32)
    if row.get("attribute_2") is None:
        return named
    return (
        named
        + Text(", ", "，")
        + context.names.plain(row["attribute_2"], 32)
        + " = "
        + context.names.plain(row.get("value_2"), 32)
    )


def _describe(context: Context, row: Row) -> dict[str, Any]:
    low, high = row.get("low"), row.get("high")
    turned = row.get("reversed_by")
    return {
        "name": _name(context, row),
        "cases": (row.get("cases") or 0, fmt.number(row.get("cases"))),
        "rate": (row.get("rate") or 0, fmt.share(row.get("rate"))),
        "contribution": (row.get("contribution") or 0, fmt.number(row.get("contribution"))),
        "risk": (row.get("relative_risk") or 0, fmt.number(row.get("relative_risk"), 2)),
        "interval": None if low is None else fmt.number(low, 2) + "–" + fmt.number(high, 2),
        "reversed": say("reversed", by=context.names.plain(turned, 32)) if turned else None,
    }
