"""How many people each team needs by hour of the week, and how many are there."""

from __future__ import annotations

import re
from typing import Any

from svcflow.report import fmt
from svcflow.report.section import Context, Row, Section, words_of
from svcflow.report.words import EMPTY, Text, as_text, join

ORDER = 66
MOST, MOST_SPANS, WEAK = 4, 3, 0.3

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return a row for each team with enough work."""
    plan = context.get("staffing")
    teams = context.rows("staffing", "teams")
    if not plan or not teams:
        why = as_text(plan.get("unknown")) if plan and plan.get("unknown") else say("none")
        return Section(say("title_none"), missing=why)
    rows = [_describe(context, row) for row in teams[:MOST]]
    short = [row for row in rows if row["short"]]
    target = context.get("staffing", "target", "words")
    title = say("title_short", team=short[0]["team"]) if short else say("title")
    notes = _collect_notes(teams)
    view = {"rows": rows, "notes": notes, "more": max(0, len(teams) - MOST)}
    return Section(title, say("lead", target=as_text(target)), view)


def _collect_notes(teams: list[Row]) -> list[Text]:
    """Return the notes on the teams, each kind once: that on the team with most work."""
    once: dict[str, Text] = {}
    for team in teams[:MOST]:
        for note in team.get("notes") or []:
            once.setdefault(re.sub(r"[\d.]+%", "%", str(note.get("en"))), as_text(note))
    return list(once.values())[:4]


def _name_hour(hour: str) -> Text:
    """Return an hour of the week, such as ``Mon 08:00``, in both languages."""
    weekday, _, time = hour.partition(" ")
    known = say.get(weekday)
    return Text(hour, hour if known is None else f"{known.zh} {time}")


def _describe(context: Context, row: Row) -> dict[str, Any]:
    handling, peak, roster = (row.get(key) or {} for key in ("handling", "peak", "roster"))
    told = say.get(f"kind_{handling.get('kind')}") or EMPTY
    return {
        "team": context.names.plain(row.get("team"), 40),
        "arrivals": fmt.number(row.get("arrivals_per_week"), 0),
        "arrivals_n": row.get("arrivals_per_week") or 0,
        "trend": fmt.share(row["trend_per_week"]) if row.get("trend_per_week") else None,
        "error": fmt.share(row["forecast_error_share"]) if (row.get("forecast_error_share") or 0) > WEAK else None,
        "handling": fmt.duration(handling["mean_s"]) if handling.get("mean_s") is not None else None,
        "kind": told,
        "peak": say("peak", needed=fmt.number(peak["needed"]), hour=_name_hour(str(peak["hour"]))) if peak else None,
        "roster": fmt.number(roster["heads"]) if roster.get("heads") else None,
        "use": fmt.share(row["occupancy"]) if row.get("occupancy") and not row.get("unknown") else None,
        "short": _list_spans(row.get("short")),
        "spare": _list_spans(row.get("spare")),
        "unknown": context.names.prose(row["unknown"], 300) if row.get("unknown") else None,
    }


def _list_spans(spans: Row | None) -> Text | None:
    """Return the first spans of hours in both languages, ``None`` for none."""
    if not spans or not spans.get("en"):
        return None
    told = [Text(en, zh) for en, zh in zip(spans["en"], spans.get("zh") or spans["en"], strict=False)]
    more = len(told) - MOST_SPANS
    return join(told[:MOST_SPANS], Text(", ", "、")) + (say("more_spans", n=fmt.number(more)) if more > 0 else EMPTY)
