"""Both maps as one: links that cases wait at longer in B are warm, those they wait at for less time are green."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from svcflow.report import fmt
from svcflow.report.differences._signs import say_change, say_interval, say_value
from svcflow.report.drawing import Style, draw_map
from svcflow.report.flowmap import choose_links
from svcflow.report.layout import LayoutError
from svcflow.report.scale import choose_scale
from svcflow.report.section import Context, Row, Section, words_of
from svcflow.report.words import EMPTY, Text

ORDER = 30
MOST_LISTED = 15
MOST_LINKS = 40

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the map of differences and the table of its links."""
    rows = [dict(row) | {"change_s": _change(row)} for row in context.get("comparison", "links")]
    if not rows:
        return Section(say("title"), missing=say("missing"))
    a, b = (context.get("comparison", side, "cases") for side in "ab")
    common = sorted(rows, key=lambda row: -row["cases"])[:MOST_LINKS]
    chosen = choose_links(common, a + b, context.rows("comparison", "variants"))
    scale = choose_scale((abs(row["change_s"] or 0), float(row["cases"])) for row in common)
    style = Style(context.names, scale, context.languages, {}, frozenset(), _kind, _label)
    try:
        drawn = [dict(row) | {"median_s": row["change_s"] if _kind(row) == "own" else 0.0} for row in chosen.links]
        picture = draw_map(chosen.with_links(drawn), style, "h-difference-map").svg
        failure = EMPTY
    except LayoutError as error:
        picture, failure = Markup(""), say("no_layout", reason=error.message)
    certain = [row for row in rows if row["certain"] or row["wait_certain"]]
    view = {
        "picture": picture,
        "failure": failure,
        "legend": scale.legend(),
        "rows": [_tell(context, row) for row in certain[:MOST_LISTED]],
        "more": fmt.count(len(certain) - MOST_LISTED, "link") if len(certain) > MOST_LISTED else None,
    }
    return Section(say("title"), say("lead"), view)


def _change(row: Mapping[str, Any]) -> float | None:
    """Return how much longer a case waits at a link, over all cases, where that is certain; else ``None``."""
    return row["wait_per_case_difference_s"] if row["certain"] or row["wait_certain"] else None


def _kind(row: Row) -> str:
    change = row["change_s"]
    return "same" if change is None else "less" if change < 0 else "own"


def _label(row: Row) -> Text:
    return EMPTY if row["change_s"] is None else say_change(row["change_s"], "s")


def _tell(context: Context, row: Row) -> dict[str, Any]:
    return {
        "from": context.names.activity(row["from"], 40),
        "to": context.names.activity(row["to"], 40),
        "share_a": say_value(row["share_a"], "share"),
        "share_b": say_value(row["share_b"], "share"),
        "share_sure": row["certain"],
        "median_a": say_value(row["median_a_s"], "s"),
        "median_b": say_value(row["median_b_s"], "s"),
        "wait": say_interval(row["wait_low_s"], row["wait_high_s"], "s"),
        "wait_sure": row["wait_certain"],
        "change": say_change(row["wait_per_case_difference_s"], "s"),
        "kind": _kind(row),
    }
