"""Why they wait at the worst link: every case that waited there, drawn from when to when, over three weeks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from svcflow.report import fmt
from svcflow.report.section import Context, Evidence, Section, words_of
from svcflow.report.svg import el, label
from svcflow.report.words import Text

ORDER = 75
WIDTH, TOP, HEIGHT, LEFT = 1148, 34, 190, 8
DAY_S = 86_400

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the performance spectrum of the link that holds most of our own waiting."""
    found = context.get("spectrum")
    if not found or not found.get("segments"):
        return Section(say("title_none"), missing=say("none"))
    source, target = context.names.activity(found.get("from")), context.names.activity(found.get("to"))
    segments = [(pair[0], pair[1]) for pair in found["segments"] if len(pair) == 2 and 0 <= pair[0] <= pair[1]]
    shown, count = len(segments), int(found.get("count") or len(found["segments"]))
    view: dict[str, Any] = {
        "picture": _draw(context, found, segments),
        "legend": context.scale.legend(),
        "from": source,
        "to": target,
    }
    title = say("title", source=source, target=target)
    lead = say("lead", shown=fmt.number(shown), period=fmt.period(found.get("start"), found.get("end")))
    if shown < count:
        lead = lead + say("sampled", count=fmt.number(count))
    n = fmt.count(count, "case")
    evidence = Evidence(n, ("spectrum", "waiting"), context.of_findings("bottleneck"))
    return Section(title, lead, view, evidence=evidence)


def _draw(context: Context, found: dict[str, Any], segments: list[tuple[float, float]]) -> Markup:
    span = float(found.get("span_s") or 0) or max(end for _, end in segments) or 1.0
    scale = (WIDTH - 2 * LEFT) / span
    bottom = TOP + HEIGHT
    drawn: dict[int, list[str]] = {}
    for begin, end in segments:
        wait = end - begin
        seen = 1.0 if end <= span else (span - begin) / wait
        run, fall = (min(end, span) - begin) * scale, HEIGHT * seen
        drawn.setdefault(context.scale.classify(wait), []).append(
            f"M{LEFT + begin * scale:.0f} {TOP}l{run:.0f} {fall:.0f}"
        )
    parts = [*_days(context, found, span, scale)]
    parts += [el("path", d="".join(drawn[wait]), class_=f"seg l{wait}") for wait in sorted(drawn, reverse=True)]
    parts += [el("path", d=f"M{LEFT} {y}H{WIDTH - LEFT}", class_="rule") for y in (TOP, bottom)]
    return el(
        "svg", *parts, class_="spectrum", role="img", aria_labelledby="h-spectrum",
        viewBox=f"0 0 {WIDTH} {bottom + 30}", width=WIDTH, height=bottom + 30,
    )  # fmt: skip


def _days(context: Context, found: dict[str, Any], span: float, scale: float) -> Iterator[Markup]:
    """Yield weekends as shades and a label every Monday; nothing where the document does not say when it begins."""
    try:
        start = dt.datetime.fromisoformat(str(found.get("start")))
    except ValueError:
        return
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(
        days=1 if start.time() > dt.time() else 0
    )
    place = (midnight - start).total_seconds()
    while place < span:
        day = start + dt.timedelta(seconds=place)
        x = LEFT + place * scale
        if day.weekday() >= 5:
            yield el("rect", x=x, y=TOP, width=min(DAY_S, span - place) * scale, height=HEIGHT, class_="weekend")
        if day.weekday() == 0:
            yield el("path", d=f"M{x:.1f} {TOP}V{TOP + HEIGHT + 6}", class_="week")
            words = Text(f"Mon {day.day} {day:%b}", f"{day.month}月{day.day}日 周一")
            yield label(words, context.languages, x=x + 4, y=TOP + HEIGHT + 19, class_="tick")
        place += DAY_S
