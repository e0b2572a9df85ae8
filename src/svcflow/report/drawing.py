"""The process map as SVG: boxes and lines at the places of the layout, in the colours of waiting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import atan2, cos, sin, sqrt

from markupsafe import Markup

from svcflow.report import fmt
from svcflow.report.flowmap import Chosen, Row, count_cases, kind_of
from svcflow.report.layout import Layout, Line, Point, Route, lay_out
from svcflow.report.names import Names
from svcflow.report.scale import Scale
from svcflow.report.svg import el, label, measure
from svcflow.report.words import EMPTY, Language, Text

NAME_SIZE, TAG_SIZE = 12.0, 11.0
NAME_WIDTH = 22
MARGIN = 8.0
SHRINK = 0.9
"""A map a little too wide is drawn smaller, as long as its text stays readable."""

COLUMN, PAGE = 746.0, 1146.0
"""Pixels a map may be wide beside its list, and above it."""


@dataclass(frozen=True, slots=True)
class Style:
    """What drawing needs beside the links: names, colour classes, languages, counts and outsiders by activity."""

    names: Names
    scale: Scale
    languages: tuple[Language, ...]
    counts: Mapping[str, int]
    outsiders: frozenset[str]
    kind: Callable[[Row], str] = kind_of
    """What sort of line a link is; of the sort ``own`` the wait decides the colour."""
    tell: Callable[[Row], Text] | None = None
    """What a link is labelled with, instead of its median wait."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn map and how many pixels wide it is."""

    svg: Markup
    width: float


def fit(width: float) -> float:
    """Return the scale at which a map fits its column or the page, if that leaves its text readable.

    >>> fit(700), round(fit(800), 2), fit(900), round(fit(1200), 3), fit(2000)
    (1.0, 0.93, 1.0, 0.955, 1.0)
    """
    for room in (COLUMN, PAGE):
        if width <= room:
            return 1.0
        if width * SHRINK <= room:
            return room / width
    return 1.0


def draw_map(chosen: Chosen, style: Style, heading: str) -> Picture:
    """Return the map as SVG, labelled by the element `heading`. Raises `LayoutError`."""
    cards = [_measure_box(name, style) for name in chosen.activities]
    number = {name: n for n, name in enumerate(chosen.activities)}
    heaviest = max(map(count_cases, chosen.links), default=1) or 1
    lines = [
        Line(
            number[str(row["from"])],
            number[str(row["to"])],
            1 + round(9 * count_cases(row) / heaviest),
            _tag(row, style)[1],
        )
        for row in chosen.links
    ]
    layout = lay_out([card.size for card in cards], lines)
    drawn = [
        _draw_link(n, row, route, style, heaviest=heaviest)
        for n, (row, route) in enumerate(zip(chosen.links, layout.routes, strict=True))
    ]
    plates = [
        _draw_tag(n, row, route, style) for n, (row, route) in enumerate(zip(chosen.links, layout.routes, strict=True))
    ]
    boxes = [_draw_box(n, card, layout, style) for n, card in enumerate(cards)]
    width, height = layout.width + 2 * MARGIN, layout.height + 2 * MARGIN
    scale = fit(width)
    picture = el(
        "svg",
        el("g", *drawn, *boxes, *plates, transform=f"translate({MARGIN:.0f} {MARGIN:.0f})"),
        class_="map",
        role="img",
        aria_labelledby=heading,
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        width=round(width * scale),
        height=round(height * scale),
    )
    return Picture(picture, width * scale)


@dataclass(frozen=True, slots=True)
class Card:
    """An activity's box: its name in lines, by language, and its size in pixels."""

    activity: str
    lines: Mapping[Language, tuple[str, ...]]
    count: Text
    size: tuple[float, float]


def _measure_box(activity: str, style: Style) -> Card:
    name = style.names.activity(activity, 2 * NAME_WIDTH)
    lines: dict[Language, tuple[str, ...]] = {language: _wrap(name[language]) for language in style.languages}
    count = fmt.number(style.counts.get(activity)) if activity in style.counts else EMPTY
    widest = max(measure(line, NAME_SIZE, bold=True) for some in lines.values() for line in some)
    tallest = max(map(len, lines.values()))
    return Card(activity, lines, count, (max(64.0, widest + 22), 15.0 * tallest + (15 if count else 0) + 12))


def _wrap(name: str) -> tuple[str, ...]:
    """Return a name in at most two lines, broken at a blank near the middle or in the middle."""
    if measure(name, 1.0) <= NAME_WIDTH * 0.57:
        return (name,)
    blanks = [n for n, character in enumerate(name) if character in " -_/"]
    middle = len(name) // 2
    cut = min(blanks, key=lambda n: abs(n - middle), default=middle)
    if abs(cut - middle) > len(name) // 3:
        cut = middle
    return name[: cut + 1].strip(), name[cut + 1 :].strip()


def _draw_box(number: int, card: Card, layout: Layout, style: Style) -> Markup:
    (x, y), (width, height) = layout.boxes[number], card.size
    outside = card.activity in style.outsiders
    parts: list[Markup] = [
        el("rect", x=x - width / 2, y=y - height / 2, width=width, height=height, rx=6),
    ]
    twins = len(style.languages) > 1 and len(set(card.lines.values())) > 1
    for language in style.languages if twins else style.languages[:1]:
        lines = card.lines[language]
        top = y - (15.0 * len(lines) + (15 if card.count else 0)) / 2 + 11.5
        lang = "zh-CN" if language == "zh" and twins else None
        for row, line in enumerate(lines):
            parts.append(
                el("text", line, x=x, y=top + 15 * row, class_=f"name {language}" if twins else "name", lang=lang)
            )
    if card.count:
        parts.append(label(card.count, style.languages, x=x, y=y + height / 2 - 9, class_="count"))
    return el("g", *parts, class_="box outside" if outside else "box", data_n=number)


def _tag(row: Row, style: Style) -> tuple[Text, tuple[float, float] | None]:
    """Return the label of a link and its size; short waits have none."""
    if style.tell is not None:
        text = style.tell(row)
    else:
        median = row.get("median_s")
        text = EMPTY if median is None or median < 0.75 * style.scale.limits[0] else fmt.duration(median)
    if not text:
        return EMPTY, None
    width = max(measure(text[language], TAG_SIZE, bold=True) for language in style.languages)
    return text, (width + 12, 18.0)


def _draw_tag(number: int, row: Row, route: Route | None, style: Style) -> Markup:
    text, size = _tag(row, style)
    if route is None or size is None:
        return Markup("")
    x, y = route.label or _halfway(route.points)
    kind = style.kind(row)
    wait = style.scale.classify(row.get("median_s")) if kind == "own" else 0
    plate = el("rect", x=x - size[0] / 2, y=y - size[1] / 2, width=size[0], height=size[1], rx=4)
    words = label(text, style.languages, x=x, y=y + 4)
    return el("g", plate, words, class_=f"tag l{wait} {kind}", data_e=number, data_c=count_cases(row))


def _draw_link(number: int, row: Row, route: Route | None, style: Style, *, heaviest: int) -> Markup:
    if route is None or not route.points:
        return Markup("")
    width = 1.4 + 5.2 * sqrt(count_cases(row) / heaviest)
    path = _write_path(route)
    kind = style.kind(row)
    wait = style.scale.classify(row.get("median_s")) if kind == "own" else 0
    parts = [el("path", d=path, class_="way", stroke_width=width)]
    if route.tip:
        parts.append(el("path", d=_write_tip(route, width), class_="tip"))
    return el("g", *parts, class_=f"link l{wait} {kind}", data_e=number, data_c=count_cases(row))


def _write_path(route: Route) -> str:
    """Return a line in whole pixels, each curve from the end of the one before: short, and nobody sees the rest."""
    places = [(round(x), round(y)) for x, y in route.points]
    x, y = places[0]
    written = [f"M{x} {y}"]
    for curve in range(1, len(places) - 2, 3):
        steps = [f"{a - x} {b - y}" for a, b in places[curve : curve + 3]]
        written.append(("c" if curve == 1 else " ") + " ".join(steps))
        x, y = places[curve + 2]
    return "".join(written).replace(" -", "-")


def _write_tip(route: Route, width: float) -> str:
    assert route.tip is not None
    (x0, y0), (x1, y1) = route.points[-1], route.tip
    angle, half = atan2(y1 - y0, x1 - x0), 2.6 + 0.55 * width
    dx, dy = half * sin(angle), half * cos(angle)
    left, across = (x0 - dx - x1, y0 + dy - y1), (2 * dx, -2 * dy)
    return f"M{x1:.0f} {y1:.0f}l{left[0]:.1f} {left[1]:.1f} {across[0]:.1f} {across[1]:.1f}z".replace(".0", "")


def _halfway(points: Sequence[Point]) -> Point:
    return points[len(points) // 2]
