"""What the log says the process is, beside what the definition says."""

from __future__ import annotations

from typing import Any

from svcflow.report import fmt
from svcflow.report.section import Context, Row, Section, count_evidence, words_of
from svcflow.report.words import Text, as_text

ORDER = 94
MOST, LONGEST = 12, 6000
MEASURES = ("fitness", "precision", "simplicity")

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the discovered model, how well it fits, and where it departs from the definition."""
    model = context.get("model")
    if not model:
        return Section(say("title_none"), missing=say("none"))
    departures = [row for row in model.get("departures") or [] if isinstance(row, dict)]
    figures = [(say(key), fmt.share(model[key])) for key in (*MEASURES, "coverage") if model.get(key) is not None]
    discovered = str(model.get("discovered") or "")
    view: dict[str, Any] = {
        "figures": figures,
        "models": _list_models(context, model),
        "departures": [_describe(context, row) for row in departures[:MOST]],
        "more": max(0, len(departures) - MOST),
        "discovered": discovered if len(discovered) <= LONGEST else discovered[:LONGEST] + "…",
    }
    if departures:
        title, lead = say("title", n=fmt.count(len(departures), "link")), say("lead_departures")
    else:
        title = say("title_none")
        lead = say("lead_same" if context.get("runs") else "lead_alone")
    evidence = count_evidence(context, *(key for key in ("fitness", "precision") if model.get(key) is not None))
    return Section(title, lead, view, evidence=evidence)


def _list_models(context: Context, model: Row) -> list[tuple[Text, list[Text]]]:
    """Return the measures of the discovered model and of the written definitions, where there are both."""
    written = [row for row in model.get("written") or [] if isinstance(row, dict)]
    if not written:
        return []
    names = {str(row.get("id")): as_text(row.get("name")) for row in context.rows("workspace", "processes")}
    rows = [(say("mined"), model)]
    for row in written:
        process = str(row.get("process"))
        rows.append((names.get(process) or context.names.plain(process, 40), row))
    return [(name, [fmt.share(row.get(key)) for key in MEASURES]) for name, row in rows]


def _describe(context: Context, row: Row) -> dict[str, Any]:
    kind = str(row.get("kind") or "")
    return {
        "pair": _join_pair(context, row),
        "kind": say.get(kind) or as_text(kind),
        "count": (row.get("count") or 0, fmt.number(row.get("count"))),
    }


def _join_pair(context: Context, row: Row) -> Text:
    """Return the two activities of a departure."""
    return context.names.activity(row.get("from")) + " → " + context.names.activity(row.get("to"))
