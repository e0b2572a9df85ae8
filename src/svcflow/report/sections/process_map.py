"""How cases actually flow, and where they stop: the map, with a ranked list of its links beside it."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from svcflow.report import fmt
from svcflow.report.drawing import COLUMN, Style, draw_map
from svcflow.report.flowmap import count_cases, kind_of
from svcflow.report.layout import LayoutError
from svcflow.report.section import Context, Evidence, Row, Section, words_of
from svcflow.report.words import EMPTY, Text

ORDER = 70
MOST_LISTED = 10

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the map; without a layout program the table of links, saying so."""
    links = context.chosen.links
    if not links:
        return Section(say("title"), missing=say("none"))
    try:
        drawn = draw_map(context.chosen, _choose_style(context), "h-process-map")
        picture, shape, failure = drawn.svg, "wide" if drawn.width > COLUMN else "", EMPTY
    except LayoutError as error:
        picture, shape, failure = Markup(""), "nomap", say("no_layout", reason=error.message)
    ranked = sorted(range(len(links)), key=lambda n: (-(links[n].get("total_s") or 0), n))
    described = [_describe(context, row, number) for number, row in enumerate(links)]
    view: dict[str, Any] = {
        "picture": picture,
        "shape": shape,
        "failure": failure,
        "legend": context.scale.legend(),
        "top": [described[n] for n in ranked[:MOST_LISTED]],
        "others": [described[n] for n in ranked[MOST_LISTED:]],
        "data": {
            "others": ranked[MOST_LISTED:],
            "labels": _label(context),
            "links": [_detail(context, row) for row in links],
            "ends": _join_ends(context),
            "cases": [_point(context, row) for row in links],
            "examples": _speak(context, say("examples")),
            "names": [_speak(context, context.names.activity(name, 40)) for name in context.chosen.activities],
        },
        "least": context.chosen.least_cases,
        "most": max(count_cases(row) for row in links),
        "hint": _hint(context, [links[n] for n in ranked]),
        "kinds": sorted({kind_of(row) for row in links} - {"own"}),
    }
    lead = say("lead", least=fmt.count(context.chosen.least_cases, "case"))
    if context.chosen.hidden:
        lead = lead + say("hidden", n=fmt.count(context.chosen.hidden, "link"))
    n = fmt.count(sum(int(row.get("count") or 0) for row in links), "time")
    evidence = Evidence(n, ("directly-follows", "waiting"), context.of_findings("bottleneck", "rework"))
    return Section(say("title"), lead, view, evidence=evidence)


def _choose_style(context: Context) -> Style:
    counts = {
        str(row.get("activity")): int(row["count"])
        for row in context.rows("activities")
        if row.get("count") is not None
    }
    outsiders = frozenset(
        name
        for name in context.chosen.activities
        if _is_outside([row for row in context.links if row.get("to") == name])
    )
    return Style(context.names, context.scale, context.languages, counts, outsiders)


def _is_outside(arrivals: list[Row]) -> bool:
    """Return whether every wait before an activity is held by customer or vendor: then they do it."""
    return bool(arrivals) and all(row.get("side") in {"customer", "vendor"} for row in arrivals)


def _describe(context: Context, row: Row, number: int) -> dict[str, Any]:
    kind = kind_of(row)
    return {
        "n": number,
        "from": context.names.activity(row["from"], 40),
        "to": context.names.activity(row["to"], 40),
        "total": fmt.total(row.get("total_s")),
        "cases": count_cases(row),
        "note": say("median", median=fmt.duration(row.get("median_s")), count=fmt.number(row.get("count"))),
        "mark": f"l{context.scale.classify(row.get('median_s'))}" if kind == "own" else kind,
        "kind": say(f"kind_{kind}") if kind != "own" else None,
    }


def _hint(context: Context, ranked: list[Row]) -> Text:
    held = sum(row.get("total_s") or 0 for row in ranked[:3])
    if len(ranked) < 4 or not context.total_wait_s:
        return say("pick")
    return say("pick") + Text(" ", "") + say("first_three", share=fmt.share(held / context.total_wait_s))


def _speak(context: Context, text: Text) -> str | list[str]:
    """Return text for the script: one string, or both languages."""
    if len(context.languages) == 1:
        return text[context.languages[0]]
    return text.en if text.en == text.zh else [text.en, text.zh]


def _label(context: Context) -> list[str | list[str]]:
    keys = ("d_median", "d_p90", "d_passages", "d_total", "d_business", "d_share", "d_kind")
    return [_speak(context, say(key)) for key in keys]


def _join_ends(context: Context) -> list[list[int]]:
    """Return for each link the numbers of its two boxes."""
    number = {name: n for n, name in enumerate(context.chosen.activities)}
    return [[number[str(row["from"])], number[str(row["to"])]] for row in context.chosen.links]


def _point(context: Context, row: Row) -> list[int]:
    """Return the numbers of the anchors of a link's example cases."""
    found = context.stories.of_link(str(row.get("from")), str(row.get("to")))
    anchors = (context.refer(case) for case in found)
    return [int(anchor.removeprefix("c")) for anchor in anchors if anchor]


def _detail(context: Context, row: Row) -> list[Any]:
    """Return what the panel shows of a link: the values in the order of the labels."""
    total = row.get("total_s")
    share = total / context.total_wait_s if total is not None and context.total_wait_s else None
    business, kind = row.get("business_total_s"), kind_of(row)
    values = [
        fmt.duration(row.get("median_s")),
        fmt.duration(row.get("p90_s")),
        fmt.number(row.get("count")) + " / " + fmt.number(row.get("cases")),
        fmt.total(total),
        None if business is None else fmt.total(business),
        fmt.share(share),
        say(f"kind_{kind}") if kind != "own" else None,
    ]
    return [0 if value is None else _speak(context, value) for value in values]
