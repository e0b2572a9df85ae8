"""How bad the tail is: the spread of cycle times, median and 90th percentile marked."""

from __future__ import annotations

from typing import Any

from svcflow.report import fmt
from svcflow.report.ended import count_open_timed, count_timed
from svcflow.report.section import Context, Evidence, Section, words_of
from svcflow.report.words import Text

ORDER = 64
TICKS = 5

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the histogram of cycle times."""
    edges = [float(edge) for edge in context.get("histogram", "edges_s") or []]
    counts = [int(count) for count in context.get("histogram", "counts") or []]
    if len(edges) != len(counts) + 1 or not sum(counts) or edges[-1] <= edges[0]:
        return Section(say("title_none"), missing=say("none"))
    times = context.get("cycle_time") or {}
    beyond = int(context.get("histogram", "beyond") or 0)
    tallest = max(counts)
    p90 = times.get("p90_s")
    proofs = context.get("histogram", "examples") or []
    view: dict[str, Any] = {
        "bars": [
            {
                "height": fmt.percent(count, tallest),
                "late": p90 is not None and low >= p90,
                "span": fmt.duration(low) + Text(" – ", "–") + fmt.duration(high),
                "count": fmt.number(count),
                "cases": [str(case) for case in proofs[place]] if place < len(proofs) else [],
            }
            for place, (low, high, count) in enumerate(zip(edges, edges[1:], counts, strict=False))
        ],
        "marks": _mark(times, edges),
        "ticks": _tick(edges),
        "beyond": say("beyond", cases=fmt.count(beyond, "case"), edge=fmt.duration(edges[-1])) if beyond else None,
    }
    title, median = say("title_none"), times.get("median_s")
    if median and p90 is not None:
        title = say("title", p90=fmt.spoken(p90), factor=fmt.number(p90 / median, 1))
    n = count_timed(context, times.get("cases") or sum(counts) + beyond)
    evidence = Evidence(n, ("cycle-time", "open-case"), context.stories.beyond(p90 or 0))
    lead = say("lead" if count_open_timed(context) == 0 else "lead_all", width=fmt.duration(edges[1] - edges[0]))
    return Section(title, lead, view, evidence=evidence, span=6)


def _mark(times: dict[str, Any], edges: list[float]) -> list[dict[str, Any]]:
    """Return the marks that lie on the axis, with their place in percent; text turns left in the right half."""
    marks = []
    for key in ("median", "p90"):
        value = times.get(f"{key}_s")
        if value is not None and edges[0] <= value <= edges[-1]:
            place = round(100 * (value - edges[0]) / (edges[-1] - edges[0]))
            text = say(f"mark_{key}", value=fmt.duration(value))
            marks.append({"place": place, "text": text, "key": key, "left": place > 62})
    return marks


def _tick(edges: list[float]) -> list[Text]:
    step = (edges[-1] - edges[0]) / (TICKS - 1)
    return [fmt.duration(edges[0] + step * n) if n or edges[0] else Text("0", "0") for n in range(TICKS)]
