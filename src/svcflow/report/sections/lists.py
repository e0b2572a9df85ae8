"""The working lists of a morning: whom to follow up, whom to call back, what customers ask for."""

from __future__ import annotations

from typing import Any

from svcflow.report import fmt
from svcflow.report.section import Context, Evidence, Row, Section, words_of
from svcflow.report.words import EMPTY, Text, join

ORDER = 120
MOST, MOST_NEEDS = 5, 8
OPEN = ("follow_up", "call_backs")

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the lists as of the analysis; of a list that cannot be compiled, why."""
    lists = {name: context.get("lists", name) for name in (*OPEN, "needs")}
    if not any(listing and listing.get("total") for listing in lists.values()):
        known = any(listing is not None for listing in lists.values())
        return Section(say("title_none"), missing=say("none" if known else "unknown"))
    view: dict[str, Any] = {
        "open": [_describe_open(context, name, lists[name]) for name in OPEN if lists[name]],
        "needs": _describe_needs(context, lists["needs"]) if lists["needs"] else None,
        "lacking": [say(f"no_{name}") for name, listing in lists.items() if listing is None],
    }
    totals = {name: (lists[name] or {}).get("total") or 0 for name in OPEN}
    title = say("title", **{name: fmt.number(total) for name, total in totals.items()})
    if not lists["follow_up"]:
        title = say("title_needs", n=fmt.number(lists["needs"]["total"])) if lists["needs"] else say("title_none")
    elif not lists["call_backs"]:
        title = say("title_follow_up", follow_up=fmt.number(totals["follow_up"]))
    definitions = [f"list-{name.replace('_', '-')}" for name, listing in lists.items() if listing]
    n = fmt.count(context.cases, "case")
    return Section(
        title,
        say("lead", as_of=fmt.moment(str(context.get("lists", "as_of") or ""))),
        view,
        evidence=Evidence(n, tuple(definitions)),
    )


def _describe_open(context: Context, name: str, listing: Row) -> dict[str, Any]:
    rows = [row for row in listing.get("rows") or [] if isinstance(row, dict)][:MOST]
    total, states = listing.get("total") or 0, listing.get("states") or {}
    counts = [say("state_count", state=_state(state), n=fmt.number(n)) for state, n in states.items()]
    return {
        "id": f"h-{name.replace('_', '-')}",
        "heading": say(name, n=fmt.number(total)),
        "counts": join(counts, Text(" · ", " · ")),
        "rows": [_describe_case(context, row) for row in rows],
        "more": fmt.number(total - len(rows)) if total > len(rows) else None,
        "risk": name == "follow_up",
    }


def _state(state: object) -> Text:
    return say.get(f"state_{str(state).replace(' ', '_')}") or EMPTY


def _describe_case(context: Context, row: Row) -> dict[str, Any]:
    left, risk = row.get("left_business_s"), row.get("breach_risk")
    steps = [context.names.activity(step, 28) for step in row.get("next_step") or []]
    owners = [context.names.plain(str(role).replace("_", " "), 24) for role in row.get("owner") or []]
    clock = row.get("clock") or row.get("promise")
    return {
        "case": str(row.get("case")),
        "state": _state(row.get("state")),
        "late": row.get("state") == "overdue",
        "due": _moment(row["due"]) if row.get("due") else None,
        "left": None if left is None else say("over" if left < 0 else "left", time=fmt.total(abs(left))),
        "clock": context.names.plain(str(clock).replace("_", " "), 28) if clock else None,
        "risk": None if risk is None else fmt.share(risk),
        "risk_n": fmt.number(row.get("breach_n") or 0),
        "what": join(steps, Text(" / ", " / ")) if steps else context.names.plain(row.get("team") or "–", 28),
        "owner": join(owners, Text(", ", "、")),
    }


def _describe_needs(context: Context, listing: Row) -> dict[str, Any]:
    rows = [row for row in listing.get("rows") or [] if isinstance(row, dict)][:MOST_NEEDS]
    total = listing.get("total") or 0
    return {
        "heading": say("needs", by=context.names.plain(listing.get("by"), 40)),
        "rows": [_describe_need(context, row) for row in rows],
        "more": fmt.number(total - len(rows)) if total > len(rows) else None,
    }


def _describe_need(context: Context, row: Row) -> dict[str, Any]:
    trend, ratio = row.get("trend"), row.get("ratio")
    known = None not in (row.get("ratio_low"), row.get("ratio_high"))
    return {
        "name": context.names.plain(row["category"], 40) if row.get("category") else say("unsaid"),
        "cases": (row.get("cases") or 0, fmt.number(row.get("cases"))),
        "share": fmt.share(row.get("share")),
        "trend": say.get(f"trend_{trend}") if trend else None,
        "mood": {"grows": "▲", "falls": "▼"}.get(str(trend), "▬"),
        "ratio": say("ratio", low=_times(row["ratio_low"]), high=_times(row["ratio_high"]))
        if known and ratio
        else None,
        "resolve": fmt.duration(row.get("median_resolve_s")),
        "late": fmt.share(row.get("late_share")),
    }


def _times(ratio: float) -> Text:
    return fmt.number(ratio, 2)


def _moment(iso: object) -> Text:
    """Return a time of day with its day, without the year."""
    told = fmt.moment(str(iso or ""))
    return fmt.day(str(iso or "")) + f" {told[11:16]}" if len(told) == len("2026-01-31 12:59") else Text(told, told)
