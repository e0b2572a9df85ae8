"""How near the measures of the definitions come to their targets, in four dimensions; every measure with its gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from svcflow.report import fmt
from svcflow.report.section import Context, Evidence, Row, Section, words_of
from svcflow.report.svg import el, label, measure
from svcflow.report.words import EMPTY, Text

ORDER = 100
DIMENSIONS = ("time", "quality", "innovation", "cost")
"""Clockwise from the top."""

WAYS = {"time": (0, -1), "quality": (1, 0), "innovation": (0, 1), "cost": (-1, 0)}
RADIUS, WIDTH, HEIGHT = 104, 400, 296
RINGS = (0.25, 0.5, 0.75, 1.0)
MOST = 24

say = words_of(__name__)


@dataclass(frozen=True, slots=True)
class Dimension:
    """The measured KPIs of one dimension: how many, how many kept, and their mean attainment, ``None`` without any."""

    id: str
    measured: int
    kept: int
    mean: float | None


def build(context: Context) -> Section:
    """Return the radar and the table of measures, the worst first."""
    rows = list_kpis(context)
    if not rows:
        return Section(say("title_none"), missing=say("none" if context.get("runs") else "no_definition"))
    dimensions = [sum_up(dimension, rows) for dimension in DIMENSIONS]
    view: dict[str, Any] = {
        "picture": _draw(context, dimensions),
        "dimensions": [_tell(dimension) for dimension in dimensions],
        "rows": [_describe(context, row) for row in rows[:MOST]],
        "more": max(0, len(rows) - MOST),
        "several": len({row["process"] for row in rows}) > 1,
    }
    judged = sum(int((context.get("runs", name) or {}).get("cases") or 0) for name in {row["process"] for row in rows})
    evidence = Evidence(fmt.count(judged, "case"), ("attainment",))
    return Section(_entitle(context, dimensions, rows), say("lead"), view, evidence=evidence)


def list_kpis(context: Context) -> list[Row]:
    """Return the measures of every definition that judged a case, those furthest from their target first."""
    rows = [
        {"process": process, "kpi": name, **kpi}
        for process, run in (context.get("runs") or {}).items()
        for name, kpi in ((run or {}).get("kpis") or {}).items()
        if isinstance(kpi, dict) and run.get("cases") != 0
    ]
    return sorted(rows, key=lambda row: (row.get("attainment") is None, row.get("attainment") or 0.0))


def sum_up(dimension: str, rows: list[Row]) -> Dimension:
    """Return what the measures of a dimension say together; those without a value are left out."""
    own = [row for row in rows if row.get("dimension") == dimension and row.get("attainment") is not None]
    kept = sum(bool(row.get("met")) for row in own)
    return Dimension(dimension, len(own), kept, sum(row["attainment"] for row in own) / len(own) if own else None)


def _entitle(context: Context, dimensions: list[Dimension], rows: list[Row]) -> Text:
    """Return the dimension that falls shortest of its targets, with its worst measure."""
    short = [d for d in dimensions if d.mean is not None and d.kept < d.measured]
    missed = [row for row in rows if row.get("met") is False]
    if not short:
        known = any(d.mean is not None for d in dimensions)
        return say("title_kept") if known and not missed else say("title_none")
    worst = min(short, key=lambda d: (d.mean or 0.0, DIMENSIONS.index(d.id)))
    row = next(row for row in missed if row.get("dimension") == worst.id)
    return say("title", dimension=say(worst.id), name=_name(context, row), value=_value(row), target=_target(row))


def _name(context: Context, row: Row) -> Text:
    return context.names.plain(str(row["kpi"]).replace("_", " "), 40)


def _value(row: Row) -> Text:
    """Return a value; one that would read like the target it misses gets a digit more."""
    value = row.get("value")
    shown = _say(row, value)
    if row.get("met") is False and value is not None and shown == _say(row, row.get("limit")):
        return _say_precisely(row, value)
    return shown


def _say(row: Row, value: float | None) -> Text:
    return fmt.in_unit(value, _unit(row)) if _unit(row) else _number(value)


def _say_precisely(row: Row, value: float) -> Text:
    if row.get("unit") == "share":
        return Text(f"{value:.2%}", f"{value:.2%}")
    if row.get("unit") == "s":
        hours = f"{value / 3600:,.1f}"
        return Text(f"{hours} h", f"{hours} 小时")
    return fmt.number(value, 3)


def _unit(row: Row) -> str:
    return str(row.get("unit")) if row.get("unit") in {"s", "share"} else ""


def _number(value: float | None) -> Text:
    return fmt.number(value, 2 if value is not None and abs(value) < 10 and value != int(value) else 0)


def _target(row: Row) -> Text:
    signs = {"<=": "≤ ", ">=": "≥ ", "==": "= ", "<": "< ", ">": "> "}
    target = str(row.get("target") or "").strip()
    sign = next((sign for sign in signs if target.startswith(sign)), None)
    if sign is None or row.get("limit") is None:
        return Text(target[:20], target[:20])
    return Text(signs[sign], signs[sign]) + _say(row, row["limit"])


def _describe(context: Context, row: Row) -> dict[str, Any]:
    dimension = row.get("dimension")
    met, value, limit = row.get("met"), row.get("value"), row.get("limit")
    return {
        "name": _name(context, row),
        "process": context.names.plain(row["process"], 32),
        "dimension": say(dimension) if dimension in DIMENSIONS else say("other"),
        "value": _value(row),
        "target": _target(row),
        "gap": _gap(row) if met is False and value is not None and limit is not None else EMPTY,
        "met": met,
        "attainment": row.get("attainment"),
        "share": fmt.share(row.get("attainment")),
        "n": row.get("n"),
        "evidence": _cite(row),
    }


def _cite(row: Row) -> Evidence | None:
    examples = tuple(str(case) for case in row.get("examples") or [])
    return Evidence(fmt.count(row.get("n") or 0, "case"), ("attainment",), examples) if examples else None


def _gap(row: Row) -> Text:
    """Return how far a value lies beyond its target, in its own unit."""
    gap = row["value"] - row["limit"]
    size = abs(gap)
    if row.get("unit") == "share":
        points = round(size * 100, 1)
        shown = fmt.count(round(points), "point") if points >= 1 else Text(f"{points} points", f"{points} 个百分点")
    elif row.get("unit") == "s":
        shown = fmt.duration(size)
    else:
        shown = _number(size)
    return say("over" if gap > 0 else "short", gap=shown)


def _tell(dimension: Dimension) -> dict[str, Any]:
    if dimension.mean is None:
        return {"name": say(dimension.id), "text": say("unmeasured"), "known": False}
    text = say("kept_of", kept=fmt.number(dimension.kept), n=fmt.number(dimension.measured))
    return {"name": say(dimension.id), "text": text, "share": fmt.share(dimension.mean), "known": True}


def _draw(context: Context, dimensions: list[Dimension]) -> Markup:
    """Return the radar: an axis each, the outer ring the target; a dimension without a measure has no point."""
    x0, y0 = WIDTH / 2, HEIGHT / 2

    def place(dimension: str, part: float) -> tuple[float, float]:
        x, y = WAYS[dimension]
        return x0 + RADIUS * part * x, y0 + RADIUS * part * y

    def path(points: list[tuple[float, float]], end: str = "Z") -> str:
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + end

    rings = [
        el("path", d=path([place(d, part) for d in DIMENSIONS]), class_="aimed" if part == 1 else "ring")
        for part in RINGS
    ]
    known = {d.id: d.mean for d in dimensions if d.mean is not None}
    axes = [
        el("path", d=path([(x0, y0), place(d, 1)], ""), class_="ring" if d in known else "ring lacking")
        for d in DIMENSIONS
    ]
    wedges = []
    for one, other in zip(DIMENSIONS, (*DIMENSIONS[1:], DIMENSIONS[0]), strict=True):
        if one in known and other in known:
            ends = [place(one, known[one]), place(other, known[other])]
            wedges += [
                el("path", d=path([(x0, y0), *ends]), class_="area"),
                el("path", d=path(ends, ""), class_="edge"),
            ]
    dots = [el("circle", cx=x, cy=y, r=4, class_="dot") for x, y in (place(d, part) for d, part in known.items())]
    words = [_label(context, d, place(d.id, 1)) for d in dimensions]
    return el(
        "svg", *rings, *axes, *wedges, *dots, *words, class_="radar", role="img", aria_labelledby="h-scorecard",
        viewBox=f"0 0 {WIDTH} {HEIGHT}", width=WIDTH, height=HEIGHT,
    )  # fmt: skip


def _label(context: Context, dimension: Dimension, end: tuple[float, float]) -> Markup:
    x, y = end
    side = WAYS[dimension.id][0]
    name = say(f"{dimension.id}_short")
    value = say("no_measure") if dimension.mean is None else fmt.share(dimension.mean)
    room = max(measure(text[language], 13) for text in (name, value) for language in context.languages)
    x = min(max(x + 10 * side, room * (side < 0)), WIDTH - room * (side > 0))
    y += 0 if side else 20 if WAYS[dimension.id][1] > 0 else -26
    anchor = {-1: "end", 0: "middle", 1: "start"}[side]
    mute = "muted" if dimension.mean is None else "figure"
    return label(name, context.languages, x=x, y=y - 2, text_anchor=anchor, class_="axis-name") + label(
        value, context.languages, x=x, y=y + 15, text_anchor=anchor, class_=mute
    )
