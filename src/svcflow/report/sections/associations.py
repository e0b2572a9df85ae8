"""What the slow cases have in common: values of attributes that go together with taking long."""

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
    key = "to_resolve" if found.get("time") == "resolve_time" else "in_all"
    limit = say(key, limit=fmt.duration(found.get("limit_s")))
    if not rows:
        tried = say("nothing", n=fmt.number(found.get("tried")), limit=limit)
        return Section(say("title_none"), missing=tried)
    first = _name(context, rows[0])
    lead = say("lead", share=fmt.share(found["shown"] / found["cases"]), limit=limit, n=fmt.number(found.get("tried")))
    view: dict[str, Any] = {
        "rows": [_describe(context, row) for row in rows[:MOST]],
        "pairs": [_describe(context, row) for row in (found.get("pairs") or [])[:MOST_PAIRS]],
        "left_out": [_speak(context, row["attribute"]) for row in found.get("left_out") or []],
    }
    n = fmt.count(found["cases"], "case") + Text(", ", "，") + say("slow", n=fmt.count(found["shown"], "case"))
    return Section(say("title", what=first), lead, view, evidence=Evidence(n, ("association",)))


def _name(context: Context, row: Row) -> Text:
    """Return the attribute and value of a row; of a pair, both."""
    named = _speak(context, row.get("attribute")) + " = " + _speak(context, row.get("value"))
    if row.get("attribute_2") is None:
        return named
    second = _speak(context, row["attribute_2"]) + " = " + _speak(context, row.get("value_2"))
    return named + Text(", ", "，") + second


def _speak(context: Context, name: Any) -> Text:
    """Return a name of the log as it is, and one of our own (such as the first team) in both languages."""
    return say.get(f"own {name}") or context.names.plain(name, 32)


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
        "reversed": say("reversed", by=_speak(context, turned)) if turned else None,
    }
