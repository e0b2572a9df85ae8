"""Why cases wait: batching, contention, prioritisation, unavailability, the rest; by pair and team, or by side."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from svcflow.report import fmt
from svcflow.report.section import Context, Evidence, Row, Section, words_of
from svcflow.report.words import EMPTY, Text, as_text, join, sentences

ORDER = 45
APART = 0.9
"""Where steps wait side by side, cases stand still for less than this part of what their steps wait."""
CAUSES = ("batching", "contention", "prioritisation", "unavailability", "extraneous")
MOST, MOST_SIDES = 6, 9
WIDE = 0.1
"""A share that may be wrong by more than this is told as a range, also in the title."""

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the causes of waiting; where the log does not tell them, whose side and team the time lies with."""
    causes = context.get("causes")
    if not isinstance(causes, Mapping):
        return Section(say("title_none"), missing=say("none"))
    if causes.get("unmeasured"):
        return _build_sides(context, causes)
    rows = [row for row in context.rows("causes", "by_cause") if row.get("share") is not None]
    if not rows or not causes.get("total_s"):
        return Section(say("title_none"), missing=say("none"))
    view: dict[str, Any] = {
        "causes": [_describe_cause(context, row, causes.get("cte_share")) for row in rows],
        "groups": [group for key in ("pairs", "teams") if (group := _describe_group(context, key, rows))["rows"]],
        "sides": [],
        "left_out": _tell_left_out(context),
        "hours": _tell_hours(causes.get("calendar") or {}),
    }
    first = max(
        (row for row in rows if row.get("cause") != "extraneous"), key=lambda row: row["share"], default=rows[0]
    )
    title = say("title", share=_say_share(first), name=_name(first))
    rest = next((row["share"] for row in rows if row.get("cause") == "extraneous"), 0)
    if rest > first["share"]:
        title = title + say("unexplained", share=fmt.share(rest))
    n = fmt.count(int(causes.get("n") or 0), "time")
    lead = say("lead", total=fmt.total(causes["total_s"]))
    standing = causes.get("standing_s")
    if standing is not None and standing < APART * causes["total_s"]:
        lead = sentences([lead, say("standing", standing=fmt.total(standing))])
    return Section(
        title, lead, view, evidence=Evidence(n, ("waiting-causes", "waiting"), context.of_findings("bottleneck"))
    )


def _say_share(row: Row) -> Text:
    """Return the share of a cause; where it hangs on how the hours are read, from which to which."""
    low, high = row.get("low_share"), row.get("high_share")
    if low is not None and high is not None and high - low > WIDE:
        return say("range", low=fmt.share(low), high=fmt.share(high))
    return fmt.share(row["share"])


def _name(row: Row) -> Text:
    return as_text(row.get("name")) or say.get(str(row.get("cause"))) or as_text(row.get("cause"))


def _describe_cause(context: Context, row: Row, cte: float | None) -> dict[str, Any]:
    low, high, without = row.get("low_share"), row.get("high_share"), row.get("cte_without_share")
    spread = None not in (low, high) and fmt.share(low) != fmt.share(high)
    better = None not in (cte, without) and fmt.share(cte) != fmt.share(without)
    n = fmt.count(row.get("count") or 0, "time") + Text(", ", "，") + fmt.count(row.get("cases") or 0, "case")
    return {
        "id": str(row.get("cause")),
        "name": _name(row),
        "text": say.get(f"{row.get('cause')}_text"),
        "length": round(100 * row["share"]),
        "share": fmt.share(row["share"]),
        "range": say("range", low=fmt.share(low), high=fmt.share(high)) if spread else None,
        "total": fmt.total(row.get("total_s")),
        "effect": say("effect", before=fmt.share(cte), after=fmt.share(without)) if better else None,
        "evidence": Evidence(n, ("waiting-causes",), _exemplify(context, str(row.get("cause")))),
    }


def _exemplify(context: Context, cause: str) -> tuple[str, ...]:
    """Return cases of the pair of steps, of those that wait mostly for this cause, that waits longest for it."""
    own = [
        row for row in context.rows("causes", "pairs") if 2 * (row.get(f"{cause}_s") or 0) > (row.get("total_s") or 0)
    ]
    most = max(own, key=lambda row: row.get(f"{cause}_s") or 0, default=None)
    return context.stories.of_link(str(most.get("from")), str(most.get("to"))) if most else ()


def _describe_group(context: Context, key: str, causes: list[Row]) -> dict[str, Any]:
    names = {str(row.get("cause")): _name(row) for row in causes}
    rows = [row for row in context.rows("causes", key) if row.get("total_s") and not row.get("timer")]
    return {
        "id": f"h-causes-{key}",
        "heading": say(key),
        "rows": [_describe_row(context, row, names) for row in rows[:MOST]],
        "more": fmt.number(len(rows) - MOST) if len(rows) > MOST else None,
    }


def _describe_row(context: Context, row: Row, names: Mapping[str, Text]) -> dict[str, Any]:
    total = float(row["total_s"])
    parts = {cause: float(row.get(f"{cause}_s") or 0) / total for cause in CAUSES}
    main = max(CAUSES[:-1], key=lambda cause: parts[cause])
    main = main if parts[main] else CAUSES[-1]
    pair = row.get("to") is not None
    a, b = str(row.get("from")), str(row.get("to"))
    n = fmt.count(row.get("count") or 0, "time") + Text(", ", "，") + fmt.count(row.get("cases") or 0, "case")
    name = context.names.plain(row["team"], 32) if row.get("team") else say("no_team")
    return {
        "name": context.names.activity(a, 32) + " → " + context.names.activity(b, 32) if pair else name,
        "total": fmt.total(total),
        "parts": [(cause, round(100 * part)) for cause, part in parts.items() if round(100 * part)],
        "main": say("main", share=fmt.share(parts[main]), name=names.get(main, as_text(main))),
        "n": n,
        "cases": context.stories.of_link(a, b) if pair else context.stories.of_team(str(row["team"])),
    }


def _tell_left_out(context: Context) -> Text:
    rows = [row for row in context.rows("causes", "left_out") if row.get("total_s")]
    told = [as_text(row.get("name")) + Text(" ", " ") + fmt.total(row["total_s"]) for row in rows]
    return say("left_out", what=join(told, Text("; ", "；"))) if told else EMPTY


def _tell_hours(calendar: Row) -> Text:
    text, name = as_text(calendar.get("text")), calendar.get("name")
    return text + Text(f" ({name})", f"（{name}）") if text and name else text


def _build_sides(context: Context, causes: Row) -> Section:
    """Return the time between steps by side and team: what a log without starts or people tells of waiting."""
    why = _strip(context.names.prose(causes["unmeasured"]))
    rows = [row for row in context.rows("causes", "sides") if row.get("total_s")]
    if not rows:
        return Section(say("title_none"), missing=why)
    view: dict[str, Any] = {
        "causes": [],
        "groups": [],
        "sides": [_describe_side(context, row) for row in rows[:MOST_SIDES]],
        "left_out": EMPTY,
        "hours": say("more", n=fmt.number(len(rows) - MOST_SIDES)) if len(rows) > MOST_SIDES else EMPTY,
    }
    first = rows[0]
    title = say("title_sides", share=fmt.share(first.get("share")), side=_name_side(context, first))
    n = fmt.count(sum(int(row.get("count") or 0) for row in rows), "time")
    return Section(title, say("lead_sides", why=why), view, evidence=Evidence(n, ("waiting-sides", "waiting"), ()))


def _strip(text: Text) -> Text:
    """Return a reason without its sentences on commands: the page has no other place to look."""
    return Text(*(re.sub(r"[^.。]*`[^.。]*[.。]", "", part).strip() for part in (text.en, text.zh)))


def _name_side(context: Context, row: Row) -> Text:
    side = say.get(f"side_{row.get('side')}") or as_text(row.get("side"))
    team = context.names.plain(row["team"], 32) if row.get("team") else EMPTY
    return side + (Text(", ", "，") + team if team else "")


def _describe_side(context: Context, row: Row) -> dict[str, Any]:
    n = fmt.count(row.get("count") or 0, "time") + Text(", ", "，") + fmt.count(row.get("cases") or 0, "case")
    parted = row.get("side") == "provider"
    return {
        "name": _name_side(context, row),
        "total": fmt.total(row["total_s"]),
        "length": fmt.percent(row.get("share"), 1),
        "share": fmt.share(row.get("share")),
        "before": fmt.total(row.get("before_s")) if parted else fmt.NOTHING,
        "rest": fmt.total(row.get("rest_s")) if parted else fmt.NOTHING,
        "kind": {"provider": "own", "timer": "timer"}.get(str(row.get("side")), "outside"),
        "evidence": Evidence(
            n, ("waiting-sides",), context.stories.of_team(str(row["team"])) if row.get("team") else ()
        ),
    }
