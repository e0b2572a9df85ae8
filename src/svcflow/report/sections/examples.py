"""The example cases behind the figures, told line by line in the log's own words."""

from __future__ import annotations

from typing import Any

from svcflow.report import fmt
from svcflow.report.section import Context, Row, Section, words_of

ORDER = 140
MOST_CASES, BUDGET = 150, 1300
FIRST, LAST = 14, 5
"""Of a long case the first and the last lines are told."""

MOMENT, DAY = "2026-01-31 12:59", 11
"""A time as it is told, and how much of it is the day."""

say = words_of(__name__)


def build(context: Context) -> Section | None:
    """Return the cases that the sections above refer to, as far as the file may grow."""
    cases: list[dict[str, Any]] = []
    room = BUDGET
    for case, anchor in list(context.referred.items())[:MOST_CASES]:
        lines: list[Row] = [line for line in context.get("told", case) or [] if isinstance(line, dict)]
        told = tell_lines(context, lines) if room > 0 else ""
        room -= told.count("\n") + 1
        cases.append({"anchor": anchor, "id": context.names.plain(case), "told": told, "n": fmt.number(len(lines))})
    if not cases:
        return None
    return Section(say("title", n=fmt.number(len(cases))), say("lead"), {"cases": cases})


def tell_lines(context: Context, lines: list[Row]) -> str:
    """Return a case as text: time, wait since the line before, activity, team and person; a long middle is cut."""
    if len(lines) <= FIRST + LAST + 1:
        return "\n".join(_tell_part(context, lines))
    head = _tell_part(context, lines[:FIRST])
    tail = _tell_part(context, lines[-LAST:])
    return "\n".join([*head, f"… +{len(lines) - FIRST - LAST} …", *tail])


def _tell_part(context: Context, lines: list[Row]) -> list[str]:
    """Return lines in a row; a day, a team and a person are told once, then hold for the lines below."""
    told, day, place = [], "", ""
    for line in lines:
        moment = fmt.moment(line.get("time"))
        same = len(moment) == len(MOMENT) and moment[:DAY] == day
        here = _place(context, line)
        told.append(_tell_line(context, line, "\t" + moment[DAY:] if same else moment, here if here != place else ""))
        day, place = moment[:DAY], here
    return told


def _place(context: Context, line: Row) -> str:
    team = context.names.plain(line["team"], 32).en if line.get("team") else ""
    return " · ".join(filter(None, (team, context.names.person(line.get("resource")).en)))


def _tell_line(context: Context, line: Row, moment: str, place: str) -> str:
    wait = line.get("waiting_s")
    waited = fmt.duration(wait).en if wait else ""
    return f"{moment}\t{waited}\t" + " · ".join(filter(None, (context.names.plain(line.get("activity")).en, place)))
