"""The customer's way along a case: touchpoints in their usual order, the silence before each, contentment after."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from svcflow.report import fmt
from svcflow.report.section import Context, Evidence, Row, Section, words_of
from svcflow.report.svg import el, label, measure
from svcflow.report.words import EMPTY, Text, sentences

ORDER = 104
MOST = 12
WIDTH, TOP, HEIGHT, SIDE = 1148, 34, 120, 50
USUAL = 0.5
"""A touchpoint that this part of the cases has is on the usual way."""

LEAST = 0.05
"""Of the cases: a touchpoint fewer have is not named in the title."""

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the picture of waiting along the touchpoints, and their table."""
    journey = context.get("journey") or {}
    rows = context.rows("journey", "touchpoints")
    if len(rows) < 2:
        return Section(say("title_none"), missing=say("none"))
    common = sorted(rows, key=lambda row: -(row.get("cases") or 0))[:MOST]
    shown = sorted(common, key=lambda row: row.get("order") or 0)
    rating = journey.get("satisfaction")
    view: dict[str, Any] = {
        "picture": _draw(context, shown),
        "rows": [_describe(context, row, n, rating) for n, row in enumerate(shown, start=1)],
        "rated": bool(rating),
        "facts": _list_facts(context, journey),
        "more": len(rows) - len(shown),
    }
    cases = context.of_findings("bottleneck", "handover-delay")
    ids = ("touchpoint", "customer-wait", *(("satisfaction",) if rating else ()))
    evidence = Evidence(fmt.count(context.cases, "case"), ids, cases)
    lead = say("lead") if rating else sentences([say("lead"), say("unrated")])
    return Section(_entitle(context, shown), lead, view, evidence=evidence)


def _is_silence(row: Row) -> bool:
    """Return whether the wait before a touchpoint is one that the customer has of us."""
    return not row.get("timer") and row.get("kind") not in {"answer", "customer"}


def _entitle(context: Context, rows: list[Row]) -> Text:
    ours = [row for row in rows if _is_silence(row) and (row.get("cases") or 0) >= LEAST * context.cases]
    longest = max(ours, key=lambda row: row.get("wait_mean_s") or 0.0, default=None)
    if longest is None or not longest.get("wait_mean_s"):
        return say("title_none")
    name = context.names.activity(longest.get("activity"))
    return say("title", name=name, wait=fmt.duration(longest["wait_mean_s"]))


def _describe(context: Context, row: Row, number: int, rating: Row | None) -> dict[str, Any]:
    wait, score = row.get("wait_mean_s"), row.get("satisfaction")
    return {
        "number": number,
        "name": context.names.activity(row.get("activity"), 48),
        "evidence": Evidence(
            fmt.count(row.get("cases") or 0, "case"),
            (),
            context.stories.of_activity(str(row.get("activity"))),
        ),
        "kind": say.get(f"kind_{row.get('kind')}") or EMPTY,
        "share": fmt.share(row.get("share")),
        "cases": fmt.number(row.get("cases")),
        "count": fmt.number(row.get("count")),
        "wait": fmt.duration(wait),
        "wait_n": "" if wait is None else round(wait),
        "score": _rate(score, rating),
        "score_n": "" if score is None else score,
        "rated": fmt.number(row.get("rated_cases")),
        "whose": say("timer") if row.get("timer") else EMPTY if _is_silence(row) or wait is None else say("theirs"),
    }


def _rate(score: float | None, rating: Row | None) -> Text:
    if score is None or not rating:
        return fmt.NOTHING
    return fmt.share(score) if rating.get("unit") == "share" else fmt.number(score, 1)


def _list_facts(context: Context, journey: Row) -> list[tuple[Text, Text, Text]]:
    """Return contacts, chases and satisfaction, each as name, value and note; what is missing says so."""
    contacts, chases, rating = (journey.get(name) for name in ("contacts_per_case", "chases", "satisfaction"))
    facts = [(say("contacts"), fmt.number(contacts, 1), say("contacts_note"))]
    if chases is None:
        facts.append((say("chases"), fmt.NOTHING, say("chases_none")))
    else:
        note = say("chased_again", cases=fmt.number(chases.get("again_cases")))
        share = None if chases.get("cases") is None or not context.cases else chases["cases"] / context.cases
        facts.append((say("chases"), fmt.share(share), note))
    if not rating or rating.get("mean") is None:
        facts.append((say("satisfaction"), fmt.NOTHING, say("satisfaction_none")))
    else:
        name = context.names.plain(rating.get("attribute"), 32)
        note = say("satisfaction_note", name=name, cases=fmt.count(rating.get("cases"), "case"))
        facts.append((say("satisfaction"), _rate(rating["mean"], rating), note))
    return facts


def _draw(context: Context, rows: list[Row]) -> Markup:
    """Return the mean wait before each touchpoint; a line joins the usual ones, the others stand on stems."""
    waits = [row.get("wait_mean_s") or 0.0 for row in rows]
    ours = [wait if _is_silence(row) else 0.0 for row, wait in zip(rows, waits, strict=True)]
    top = min(max(waits), 2 * max(ours) or max(waits)) or 1.0
    step, bottom = (WIDTH - 2 * SIDE) / max(len(rows) - 1, 1), TOP + HEIGHT
    spots = [(SIDE + n * step, bottom - HEIGHT * min(wait / top, 1.0)) for n, wait in enumerate(waits)]
    usual = [(row.get("share") or 0.0) >= USUAL for row in rows]
    line = "L".join(f"{x:.1f} {y:.1f}" for (x, y), joined in zip(spots, usual, strict=True) if joined)
    parts = [el("path", d=f"M{SIDE} {bottom}H{WIDTH - SIDE}", class_="ring")]
    parts += [el("path", d=f"M{line}", class_="edge")] if line else []
    for n, (row, (x, y)) in enumerate(zip(rows, spots, strict=True)):
        if not usual[n]:
            parts.append(el("path", d=f"M{x:.1f} {bottom}V{y:.1f}", class_="stem"))
        hollow = waits[n] and not _is_silence(row)
        kind = "dot hollow" if hollow else "dot worst" if ours[n] and ours[n] == max(ours) else "dot"
        parts.append(el("circle", cx=x, cy=y, r=6, class_=kind))
        if row.get("wait_mean_s") is not None:
            words = (Text("↑ ", "↑ ") if waits[n] > top else EMPTY) + fmt.duration(waits[n])
            parts.append(label(words, context.languages, x=x, y=y - 12, class_="figure"))
        parts.append(el("text", n + 1, x=x, y=bottom + 20, class_="axis-name"))
        parts.append(_tick(context, row, (x, bottom + 37), step - 8))
    return el(
        "svg", *parts, class_="journey", role="img", aria_labelledby="h-journey",
        viewBox=f"0 0 {WIDTH} {bottom + 44}", width=WIDTH, height=bottom + 44,
    )  # fmt: skip


def _tick(context: Context, row: Row, at: tuple[float, float], room: float) -> Markup:
    """Return the name of a touchpoint below its place, cut to the room it has."""
    name = context.names.activity(row.get("activity"), 40)
    cut = Text(*(_fit(text, room) for text in (name.en, name.zh)))
    return label(cut, context.languages, x=at[0], y=at[1], class_="tick")


def _fit(text: str, room: float) -> str:
    while len(text) > 2 and measure(text, 11) > room:
        text = text[:-2].rstrip() + "…"
    return text
