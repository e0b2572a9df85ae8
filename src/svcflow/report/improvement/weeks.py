"""The weekly means before and after each change, with the level before, the level after, and what was predicted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from svcflow.report import checks, fmt
from svcflow.report.section import Context, Row, Section, words_of
from svcflow.report.sentences import name_metric
from svcflow.report.svg import el, label
from svcflow.report.words import Language, Text, as_text

ORDER = 20
WIDTH, HEIGHT = 600, 240
LEFT, RIGHT, TOP, BOTTOM = 58, 20, 16, 30
MOST = 12

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return a picture for each change that has weeks to show."""
    rows = [row for row in context.rows("checks") if row.get("weeks")]
    if not rows:
        return Section(say("title"), missing=say("none"))
    pictures = [_describe(context, number, row) for number, row in enumerate(rows[:MOST], 1)]
    return Section(say("title"), say("lead"), {"pictures": pictures})


def _describe(context: Context, number: int, row: Row) -> dict[str, Any]:
    return {
        "id": f"h-weeks-{number}",
        "title": context.names.prose(row["title"]),
        "metric": name_metric(row["metric"]),
        "svg": _draw(row, context.languages, f"h-weeks-{number}"),
        "facts": checks.say_checked(row),
    }


class _Frame:
    """Where weeks and hours lie in the picture."""

    def __init__(self, count: int, most: float) -> None:
        self._step = (WIDTH - LEFT - RIGHT) / max(count - 1, 1)
        self._most = most or 1.0

    def x(self, week: float) -> float:
        return LEFT + week * self._step

    def y(self, hours: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - min(max(hours / self._most, 0.0), 1.0))


def _draw(row: Row, languages: Sequence[Language], heading: str) -> Markup:
    weeks = row["weeks"]
    _, low, high = row["predicted"]
    before = row["before"]
    top = max(week["mean_h"] for week in weeks)
    reach = [before + bound for bound in (low, high) if bound is not None and before is not None]
    frame = _Frame(len(weeks), 1.1 * max(top, *reach, before or 0.0))
    split = sum(not week["after"] for week in weeks)
    points = " ".join(f"{frame.x(n):.1f},{frame.y(week['mean_h']):.1f}" for n, week in enumerate(weeks))
    parts = [*_lay_grid(frame, languages, 1.1 * max(top, *reach, before or 0.0))]
    if 0 < split < len(weeks):
        at = frame.x(split - 0.5)
        parts.append(el("line", x1=at, y1=float(TOP), x2=at, y2=float(HEIGHT - BOTTOM), class_="stem"))
        parts.append(label(say("adopted"), tuple(languages), x=at + 5, y=float(TOP + 10), class_="tick"))
    if before is not None and split:
        parts.append(_level(frame, before, (0, split - 1)))
    parts += [_level(frame, hours, (split, len(weeks) - 1)) for hours in reach]
    parts.append(el("polyline", points=points, class_="edge"))
    parts += [
        el("circle", cx=frame.x(n), cy=frame.y(week["mean_h"]), r=4, class_="dot" if week["after"] else "dot hollow")
        for n, week in enumerate(weeks)
    ]
    parts += _lay_dates(frame, weeks)
    return el("svg", *parts, class_="weeks", role="img", aria_labelledby=heading, viewBox=f"0 0 {WIDTH} {HEIGHT}")


def _level(frame: _Frame, hours: float, weeks: tuple[int, int]) -> Markup:
    first, last = frame.x(weeks[0]), frame.x(weeks[1])
    return el("line", x1=first, y1=frame.y(hours), x2=last, y2=frame.y(hours), class_="aimed")


def _lay_grid(frame: _Frame, languages: Sequence[Language], most: float) -> list[Markup]:
    parts = []
    for share in (0.0, 0.5, 1.0):
        hours = most * share / 1.1
        y = frame.y(hours)
        parts.append(el("line", x1=float(LEFT), y1=y, x2=float(WIDTH - RIGHT), y2=y, class_="ring"))
        text = fmt.in_unit(hours, "h") if hours else Text("0", "0")
        parts.append(label(text, tuple(languages), x=float(LEFT - 8), y=y + 4, text_anchor="end"))
    return parts


def _lay_dates(frame: _Frame, weeks: Sequence[Row]) -> list[Markup]:
    every = max(1, -(-len(weeks) // 6))
    return [
        label(as_text(str(week["from"])[5:]), ("en",), x=frame.x(n), y=float(HEIGHT - 8), text_anchor="middle")
        for n, week in enumerate(weeks)
        if n % every == 0
    ]
