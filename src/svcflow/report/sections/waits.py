"""Which links hold the waiting: ours to address, timers, held by others, each apart."""

from __future__ import annotations

from typing import Any

from svcflow.report import fmt
from svcflow.report.flowmap import count_cases, kind_of
from svcflow.report.section import Context, Evidence, Row, Section, words_of
from svcflow.report.words import Text

ORDER = 50
MOST, MOST_APART = 8, 3

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the links with most waiting as sorted bars with their share and the running total."""
    waiting = [row for row in context.links if (row.get("total_s") or 0) > 0]
    if not waiting or not context.total_wait_s:
        return Section(say("title_none"), missing=say("none"))
    own, timers, outside = ([row for row in waiting if kind_of(row) == k] for k in ("own", "timer", "outside"))
    longest = max(float(row["total_s"]) for row in own[:1] + outside[:1] or waiting)
    held, groups = 0.0, []
    bars = []
    for rank, row in enumerate(own[:MOST]):
        held += row["total_s"]
        bars.append(_describe(context, row, longest, held) | {"hot": rank < 3})
    rest = own[MOST:]
    if rest:
        bars.append(_describe_rest(context, rest, longest, held))
    for kind, rows in (("timer", timers), ("outside", outside)):
        if rows:
            groups.append({"kind": kind, "bars": [_describe(context, row, longest, None) for row in rows[:MOST_APART]]})
    top = own[:3]
    title = say("title_none")
    if top:
        share = sum(row["total_s"] for row in top) / context.total_wait_s
        title = say("title" if len(own) > 3 else "title_few", share=fmt.share(share))
    view: dict[str, Any] = {"bars": bars, "groups": groups}
    torn = any(float(row["total_s"]) > longest for row in waiting)
    lead = say("lead", total=fmt.total(context.total_wait_s)) + (say("cut") if torn else "")
    n = fmt.count(sum(int(row.get("count") or 0) for row in waiting), "time")
    evidence = Evidence(n, ("waiting", "addressable-provider-waiting", "timer"), context.of_findings("bottleneck"))
    return Section(title, lead, view, evidence=evidence, span=5)


def _describe(context: Context, row: Row, longest: float, held: float | None) -> dict[str, Any]:
    return {
        "from": context.names.activity(row.get("from"), 40),
        "to": context.names.activity(row.get("to"), 40),
        "length": fmt.percent(row["total_s"], longest),
        "share": fmt.share(row["total_s"] / context.total_wait_s),
        "running": None if held is None else fmt.share(held / context.total_wait_s),
        "rail": fmt.percent(held, context.total_wait_s),
        "note": say("median", median=fmt.duration(row.get("median_s")), count=fmt.number(row.get("count"))),
        "total": fmt.total(row["total_s"]),
        "side": say.get(f"side_{row.get('side')}") if kind_of(row) == "outside" else None,
        "hot": False,
        "cut": row["total_s"] > longest,
        "evidence": Evidence(
            fmt.count(int(row.get("count") or 0), "time") + Text(", ", "，") + fmt.count(count_cases(row), "case"),
            ("waiting",),
            context.stories.of_link(str(row.get("from")), str(row.get("to"))),
        ),
    }


def _describe_rest(context: Context, rest: list[Row], longest: float, held: float) -> dict[str, Any]:
    left = sum(row["total_s"] for row in rest)
    return {
        "rest": say("rest", links=fmt.count(len(rest), "link")),
        "length": fmt.percent(left, longest),
        "share": fmt.share(left / context.total_wait_s),
        "running": fmt.share(round(min(1.0, (held + left) / context.total_wait_s), 6)),
        "rail": fmt.percent(held + left, context.total_wait_s),
        "total": fmt.total(left),
        "hot": False,
        "cut": left > longest,
    }
