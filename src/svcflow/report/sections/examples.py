"""The example cases behind the figures, told line by line in the log's own words."""

from __future__ import annotations

from typing import Any

from svcflow.report import fmt
from svcflow.report.section import Context, Row, Section, words_of

ORDER = 140
MOST_CASES, BUDGET = 150, 1500
FIRST, LAST = 14, 5
"""Of a long case the first and the last lines are told."""

say = words_of(__name__)


def build(context: Context) -> Section | None:
    """Return the cases that the sections above refer to, as far as the file may grow."""
    cases: list[dict[str, Any]] = []
    room = BUDGET
    for case, anchor in list(context.referred.items())[:MOST_CASES]:
        lines: list[Row] = [line for line in context.get("told", case) or [] if isinstance(line, dict)]
        told = tell_lines(context, lines) if room > 0 else ""
        room -= told.count("\n") + 1
        cases.append(
            {"anchor": anchor, "id": context.names.plain(case), "told": told, "n": fmt.count(len(lines), "event")}
        )
    if not cases:
        return None
    return Section(say("title", n=fmt.number(len(cases))), say("lead"), {"cases": cases})


def tell_lines(context: Context, lines: list[Row]) -> str:
    """Return a case as text: time, wait since the line before, activity, team and person; a long middle is cut."""
    if len(lines) <= FIRST + LAST + 1:
        return "\n".join(_tell_line(context, line) for line in lines)
    head = [_tell_line(context, line) for line in lines[:FIRST]]
    tail = [_tell_line(context, line) for line in lines[-LAST:]]
    return "\n".join([*head, f"… +{len(lines) - FIRST - LAST} …", *tail])


def _tell_line(context: Context, line: Row) -> str:
    wait = line.get("waiting_s")
    waited = fmt.duration(wait).en if wait else ""
    team = context.names.plain(line["team"], 32).en if line.get("team") else ""
    told = [context.names.plain(line.get("activity")).en, team, context.names.person(line.get("resource")).en]
    return f"{fmt.moment(line.get('time')):16} {waited:>7}  " + " · ".join(part for part in told if part)
