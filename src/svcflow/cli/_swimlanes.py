"""A placed diagram as SVG: a lane per role, steps, gateways and events as BPMN draws them, with its own colours."""

from __future__ import annotations

from markupsafe import Markup

from svcflow.mining.exchange.diagram import Diagram, Flow, Node
from svcflow.mining.exchange.placing import HEADER, MARGIN, Box, Placement, Point
from svcflow.report.palette import LIGHT
from svcflow.report.svg import el, measure

FONT = "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei','Segoe UI','Helvetica Neue',Arial,sans-serif"
SIZE, SMALL, LINES = 12.0, 11.0, 3
TITLE = 44.0
RADIUS = 5.0


def draw_svg(diagram: Diagram, placed: Placement) -> str:
    """Return the picture of a diagram as an SVG document; texts are escaped, and cut where there is no room."""
    height = placed.height + TITLE + (26 if diagram.note else 0)
    note = placed.height + TITLE + 6
    parts = [
        el("title", diagram.name),
        _style(),
        el("rect", x=0, y=0, width=placed.width, height=height, class_="ground"),
        el("text", diagram.name, x=MARGIN, y=31, class_="head"),
        el(
            "g",
            *(_lane(name, placed.lanes[lane], number) for number, (lane, name) in enumerate(diagram.lanes)),
            *(_line(flow, placed.lines[flow.id]) for flow in diagram.flows),
            *(_node(node, placed.boxes[node.id]) for node in diagram.nodes),
            *(_condition(flow, placed.labels[flow.id]) for flow in diagram.flows if flow.id in placed.labels),
            transform=f"translate(0 {TITLE - MARGIN:.0f})",
        ),
        el("text", _cut(diagram.note, placed.width - 2 * MARGIN, SMALL), x=MARGIN, y=note, class_="note")
        if diagram.note
        else Markup(),
    ]
    size = {"width": placed.width, "height": height, "viewBox": f"0 0 {placed.width:.0f} {height:.0f}"}
    picture = el("svg", *parts, xmlns="http://www.w3.org/2000/svg", role="img", aria_label=diagram.name, **size)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{picture}\n'


def _style() -> Markup:
    ink, muted, line, soft, card, touch = (LIGHT[x] for x in ("ink", "muted", "line", "soft", "card", "touch"))
    rules = (
        f"text{{font-family:{FONT};font-size:{SIZE}px;fill:{ink}}}"
        f".head{{font-size:17px;font-weight:600}}.lane{{font-size:{SIZE}px;font-weight:600;fill:{muted}}}"
        f".note,.when{{font-size:{SMALL}px;fill:{muted}}}.when{{paint-order:stroke;stroke:{card};stroke-width:3px}}"
        f".ground{{fill:{card}}}.band{{fill:{card};stroke:{line}}}.band.odd{{fill:#fafbfc}}"
        f".tab{{fill:{soft};stroke:{line}}}.step{{fill:{card};stroke:{touch};stroke-width:1.5px}}"
        f".gate,.start{{fill:{card};stroke:{ink};stroke-width:1.4px}}.end{{fill:{card};stroke:{ink};stroke-width:3px}}"
        f".sign{{fill:none;stroke:{ink};stroke-width:2px}}.flow{{fill:none;stroke:{muted};stroke-width:1.3px}}"
        f".back{{stroke-dasharray:5 3}}.tip{{fill:{muted}}}"
    )
    return el("style", Markup(rules))  # noqa: S704 - made of this package's own words


def _lane(name: str, box: Box, number: int) -> Markup:
    lines = wrap(name, box.height - 10, SIZE)[:2]
    middle, first = box.y + box.height / 2, MARGIN + HEADER / 2 + 4 - 7.5 * (len(lines) - 1)
    band = el("rect", x=box.x, y=box.y, width=box.width, height=box.height, class_="band odd" if number % 2 else "band")
    tab = el("rect", x=MARGIN, y=box.y, width=HEADER, height=box.height, class_="tab")
    turned = (f"translate({first + 15 * place:.1f} {middle:.1f}) rotate(-90)" for place in range(len(lines)))
    texts = (
        el("text", line, text_anchor="middle", class_="lane", transform=turn)
        for line, turn in zip(lines, turned, strict=True)
    )
    return el("g", band, tab, *texts, el("title", name))


def _line(flow: Flow, points: tuple[Point, ...]) -> Markup:
    """Return a flow with rounded corners and its tip."""
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        near, far = _towards(here, before), _towards(here, after)
        path += f"L{near[0]:.1f} {near[1]:.1f}Q{here[0]:.1f} {here[1]:.1f} {far[0]:.1f} {far[1]:.1f}"
    (x, y), (left, top) = points[-1], points[-2]
    if left == x:
        down = 1 if top < y else -1
        path += f"L{x:.1f} {y - 4 * down:.1f}"
        tip = el("path", d=f"M{x:.1f} {y:.1f}l-4 {-8 * down}h8z", class_="tip")
    else:
        path += f"L{x - 4:.1f} {y:.1f}"
        tip = el("path", d=f"M{x:.1f} {y:.1f}l-8 -4v8z", class_="tip")
    return el("g", el("path", d=path, class_="flow back" if flow.back else "flow"), tip)


def _towards(here: Point, other: Point) -> Point:
    x, y = other[0] - here[0], other[1] - here[1]
    length = abs(x) + abs(y) or 1.0
    reach = min(RADIUS, length / 2)
    return here[0] + x / length * reach, here[1] + y / length * reach


def _node(node: Node, box: Box) -> Markup:
    x, y = box.middle
    if node.kind == "task":
        frame = el("rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=8, class_="step")
        return el("g", frame, *_words(node.name, box), el("title", ", ".join((node.name, *node.owners))))
    if node.kind in ("start", "end"):
        ring = el("circle", cx=x, cy=y, r=box.width / 2, class_=node.kind)
        below = el(
            "text", _cut(node.name, 112, SMALL), x=x, y=box.y + box.height + 14, text_anchor="middle", class_="note"
        )
        return el("g", ring, below if node.name else Markup(), el("title", node.name or node.kind))
    half = box.width / 2
    diamond = el(
        "path",
        d=f"M{x:.1f} {y - half:.1f}l{half:.1f} {half:.1f}l{-half:.1f} {half:.1f}l{-half:.1f} {-half:.1f}z",
        class_="gate",
    )
    arm = 9.0 if node.kind == "parallel" else 6.5
    plus = f"M{x - arm:.1f} {y:.1f}h{2 * arm:.1f}M{x:.1f} {y - arm:.1f}v{2 * arm:.1f}"
    cross = f"M{x - arm:.1f} {y - arm:.1f}l{2 * arm:.1f} {2 * arm:.1f}m0 {-2 * arm:.1f}l{-2 * arm:.1f} {2 * arm:.1f}"
    most = el("text", f"≤ {node.most}×", x=x, y=box.y - 5, text_anchor="middle", class_="note")
    sign = el("path", d=plus if node.kind == "parallel" else cross, class_="sign")
    return el("g", diamond, sign, most if node.most else Markup(), el("title", node.kind))


def _words(name: str, box: Box) -> list[Markup]:
    """Return a name on up to three lines in the middle of a box."""
    lines = wrap(name, box.width - 14, SIZE)
    top = box.middle[1] - (len(lines) - 1) * 7.5 + 4.2
    return [
        el("text", line, x=box.middle[0], y=top + 15 * number, text_anchor="middle")
        for number, line in enumerate(lines)
    ]


def _condition(flow: Flow, at: Point) -> Markup:
    text = _cut(flow.condition, 150, SMALL)
    return el("g", el("text", text, x=at[0], y=at[1], class_="when"), el("title", flow.condition))


def wrap(text: str, room: float, size: float) -> list[str]:
    """Return a text on lines that are about `room` wide, broken at spaces, else between characters; three at most."""
    lines, line = [], ""
    for word in _pieces(text, room, size):
        if line and measure(line + word.rstrip(), size) > room:
            lines.append(line.strip())
            line = word.lstrip()
        else:
            line += word
    lines = [entry for entry in (*lines, line.strip()) if entry]
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], _cut(" ".join(lines[LINES - 1 :]), room, size)]
    return lines


def _pieces(text: str, room: float, size: float) -> list[str]:
    """Return what may not be broken: words with the space behind them, single characters of scripts without spaces."""
    pieces: list[str] = []
    word = ""
    for character in text:
        if ord(character) > 0x2E7F or measure(word + character, size) > room:
            pieces += [word] if word else []
            word = character
        elif character in " /-_":
            pieces.append(word + character)
            word = ""
        else:
            word += character
    return [*pieces, word] if word else pieces


def _cut(text: str, room: float, size: float) -> str:
    """Return the text, or what fits of it and an ellipsis."""
    if measure(text, size) <= room:
        return text
    while text and measure(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"
