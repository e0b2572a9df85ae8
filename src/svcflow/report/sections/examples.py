"""The example cases behind the figures, told line by line."""

from __future__ import annotations

from typing import Any

from svcflow.report import fmt
from svcflow.report.section import Context, Row, Section, words_of

ORDER = 140
MOST_CASES, MOST_LINES, BUDGET = 40, 24, 420

say = words_of(__name__)


def build(context: Context) -> Section | None:
    """Return the cases that the sections above refer to; a long one loses its middle."""
    cases: list[dict[str, Any]] = []
    room = BUDGET
    for case, anchor in context.referred.items():
        lines: list[Row] = [line for line in context.get("told", case) or [] if isinstance(line, dict)]
        kept: list[Row] = lines if len(lines) <= MOST_LINES else [*lines[:16], *lines[-6:]]
        if len(cases) >= MOST_CASES or len(kept) > room:
            cases.append(
                {
                    "anchor": anchor,
                    "id": context.names.plain(case),
                    "lines": [],
                    "n": fmt.count(len(lines), "event"),
                    "gap": None,
                }
            )
            continue
        room -= len(kept)
        cases.append(_tell(context, case, lines, kept) | {"anchor": anchor})
    if not cases:
        return None
    view = {"cases": cases, "teams": any(line["team"] for case in cases for line in case["lines"])}
    return Section(say("title", n=fmt.number(len(cases))), say("lead"), view)


def _tell(context: Context, case: str, lines: list[Row], kept: list[Row]) -> dict[str, Any]:
    cut = len(lines) - len(kept)
    return {
        "id": context.names.plain(case),
        "n": fmt.count(len(lines), "event"),
        "lines": [_tell_line(context, line) for line in kept],
        "gap": say("gap", n=fmt.number(cut)) if cut else None,
        "gap_after": 16,
    }


def _tell_line(context: Context, line: Row) -> dict[str, Any]:
    wait = line.get("waiting_s")
    return {
        "time": fmt.moment(line.get("time")),
        "activity": context.names.plain(line.get("activity")),
        "team": context.names.plain(line["team"], 32) if line.get("team") else None,
        "who": context.names.person(line.get("resource")),
        "wait": fmt.duration(wait).en if wait else None,
        "class": f"w{context.scale.classify(wait)}" if wait else "",
    }
