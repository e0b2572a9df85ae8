"""Which handoff is slow: team by team, the median wait as colour and number, the count below."""

from __future__ import annotations

from collections import Counter
from typing import Any

from svcflow.report import fmt
from svcflow.report.section import Context, Evidence, Row, Section, words_of
from svcflow.report.words import Text

ORDER = 60
MOST_TEAMS, MOST_PAIRS = 12, 10
FEW = 20

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the matrix of handovers between teams."""
    counted: Row = context.get("handovers", "team") or {}
    pairs = [row for row in context.rows("handovers", "team", "pairs") if row.get("from") != row.get("to")]
    if not pairs:
        people = context.get("handovers", "resource", "total")
        missing = say("none_people", n=fmt.count(people, "handoff")) if people else say("none")
        if context.has_milestones and context.get("log", "teams"):
            missing = say("milestones")
        elif counted:
            missing = say("one_team")
        return Section(say("title_none"), missing=missing)
    least = _choose_least(pairs)
    teams = _choose_teams(pairs)
    cells = {(str(row["from"]), str(row["to"])): row for row in pairs if (row.get("count") or 0) >= least}
    shown = [row for key, row in cells.items() if set(key) <= set(teams) and row.get("median_s") is not None]
    slowest = max(shown, key=lambda row: (row["median_s"], row.get("count") or 0), default=None)
    everyone = {str(row[end]) for row in pairs for end in ("from", "to")}
    view: dict[str, Any] = {
        "teams": [context.names.plain(team, 28) for team in teams],
        "rows": [
            {
                "team": context.names.plain(team, 28),
                "cells": [_describe(context, cells.get((team, to)), same=team == to) for to in teams],
            }
            for team in teams
        ],
        "legend": context.scale.legend(),
        "left_out": len(everyone) - len(teams),
        "pairs": [
            _tell(context, row) for row in sorted(pairs, key=lambda row: -(row.get("total_s") or 0))[:MOST_PAIRS]
        ],
        "more": max(0, len(pairs) - MOST_PAIRS),
        "counts": _count(counted),
    }
    title = say("title_none")
    if slowest is not None:
        a, b = (context.names.plain(slowest[end], 32) for end in ("from", "to"))
        title = say(
            "title", a=a, b=b, median=fmt.spoken(slowest["median_s"]), n=fmt.count(slowest.get("count"), "time")
        )
    n = fmt.count(counted.get("total") or sum(row.get("count") or 0 for row in pairs), "handoff")
    evidence = Evidence(
        n, ("handover", "ping-pong", "handover-excess"), context.of_findings("handover-delay", "ping-pong")
    )
    lead = say("lead") + (say("hidden", least=fmt.number(least)) if least > 1 else "")
    return Section(title, lead, view, evidence=evidence, span=12 if len(teams) > 10 else 7)


def _choose_least(pairs: list[Row]) -> int:
    """Return the smallest count worth a cell: a median of a handful says little, unless all there is is handfuls."""
    counts = sorted((row.get("count") or 0 for row in pairs), reverse=True)
    return next((least for least in (FEW, 5) if sum(count >= least for count in counts) >= 4), 1)


def _choose_teams(pairs: list[Row]) -> list[str]:
    """Return the busiest teams, in the order in which work reaches them: givers before takers."""
    volume: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for row in pairs:
        for end in ("from", "to"):
            volume[str(row[end])] += row.get("count") or 0
        given[str(row["from"])] += row.get("count") or 0
    busiest = [team for team, _ in sorted(volume.items(), key=lambda item: (-item[1], item[0]))[:MOST_TEAMS]]
    return sorted(busiest, key=lambda team: (-given[team] / max(volume[team], 1), -volume[team], team))


def _describe(context: Context, row: Row | None, *, same: bool) -> dict[str, Any]:
    if row is None or row.get("median_s") is None:
        return {"class": "same" if same else "none", "wait": None}
    return {
        "class": f"w{context.scale.classify(row['median_s'])}",
        "wait": fmt.duration(row["median_s"]),
        "count": fmt.number(row.get("count")),
    }


def _tell(context: Context, row: Row) -> dict[str, Any]:
    return {
        "pair": context.names.plain(row["from"], 40) + " → " + context.names.plain(row["to"], 40),
        "count": (row.get("count") or 0, fmt.number(row.get("count"))),
        "cases": (row.get("cases") or 0, fmt.number(row.get("cases"))),
        "median": (row.get("median_s") or 0, fmt.duration(row.get("median_s"))),
        "p90": (row.get("p90_s") or 0, fmt.duration(row.get("p90_s"))),
        "total": (row.get("total_s") or 0, fmt.total(row.get("total_s"))),
        "evidence": _prove(context, row),
        "excess": (row.get("excess_s") or 0, fmt.total(row.get("excess_s"))),
    }


def _prove(context: Context, row: Row) -> Evidence:
    n = fmt.count(row.get("count") or 0, "handoff") + Text(", ", "，") + fmt.count(row.get("cases") or 0, "case")
    return Evidence(n, ("handover",), context.stories.of_handover(str(row["from"]), str(row["to"])))


def _count(counted: Row) -> list[tuple[Text, Text]]:
    """Return the counts of detours, with the definition beside each."""
    keys = ("total", "cases", "max", "returned_cases", "ping_pong_cases", "abab_cases", "ababab_cases")
    return [(say(f"count_{key}"), fmt.number(counted[key])) for key in keys if counted.get(key) is not None]
