"""The example cases behind the figures, told line by line in the log's own words."""

from __future__ import annotations

from collections.abc import Sequence

from svcflow.report import fmt
from svcflow.report.section import Context, Row, Section, words_of

ORDER = 140
BUDGET = 800
"""Lines told in all: where the cases are many, less of the middle of the long ones is told."""

LONGEST, SHORTEST, LAST = 19, 6, 5
"""Lines told of a long case, at most and at least; so many of them are its last ones."""

MOMENT, DAY = "2026-01-31 12:59", 11
"""A time as it is told, and how much of it is the day."""

say = words_of(__name__)


def build(context: Context) -> Section | None:
    """Return the cases that the sections above refer to, every one of them."""
    stories = {
        case: [line for line in context.get("told", case) or [] if isinstance(line, dict)] for case in context.referred
    }
    if not stories:
        return None
    longest = choose_longest([len(lines) for lines in stories.values()])
    cases = [
        {
            "anchor": context.referred[case],
            "id": context.names.plain(case),
            "told": tell_lines(context, lines, longest),
            "n": fmt.number(len(lines)),
        }
        for case, lines in stories.items()
    ]
    return Section(say("title", n=fmt.number(len(cases))), say("lead"), {"cases": cases})


def choose_longest(lengths: list[int]) -> int:
    """Return how many lines a case may have so that all of them fit the page.

    >>> choose_longest([12] * 40), choose_longest([60] * 80)
    (19, 10)
    """
    fitting = (most for most in range(LONGEST, SHORTEST, -1) if sum(min(n, most) for n in lengths) <= BUDGET)
    return next(fitting, SHORTEST)


def tell_lines(context: Context, lines: Sequence[Row], longest: int = LONGEST) -> str:
    """Return a case as text: time, wait since the line before, activity, team and person; a long middle is cut."""
    if len(lines) <= longest + 1:
        return "\n".join(_tell_part(context, lines))
    last = min(LAST, longest // 3)
    head = _tell_part(context, lines[: longest - last])
    tail = _tell_part(context, lines[-last:])
    return "\n".join([*head, f"… +{len(lines) - longest} …", *tail])


def _tell_part(context: Context, lines: Sequence[Row]) -> list[str]:
    """Return lines in a row; a day, a team and a person are told once, then hold for the lines below."""
    told, day, where, who = [], "", "", ""
    for line in lines:
        moment = fmt.moment(line.get("time"))
        same = len(moment) == len(MOMENT) and moment[:DAY] == day
        team = context.names.plain(line["team"], 32).en if line.get("team") else ""
        person = context.names.person(line.get("resource")).en
        place = [person if person != who else ""] if team == where else [team, person]
        told.append(_tell_line(context, line, "\t" + moment[DAY:] if same else moment, place))
        day, where, who = moment[:DAY], team, person
    return told


def _tell_line(context: Context, line: Row, moment: str, place: list[str]) -> str:
    wait = line.get("waiting_s")
    waited = fmt.duration(wait).en if wait else ""
    return f"{moment}\t{waited}\t" + " · ".join(filter(None, (context.names.plain(line.get("activity")).en, *place)))
