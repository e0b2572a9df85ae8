"""Where cases depart from the written definition, with the line that says otherwise."""

from __future__ import annotations

from typing import Any

from svcflow.report import fmt
from svcflow.report.section import Context, Evidence, Row, Section, words_of
from svcflow.report.words import Text, as_text

ORDER = 90
MOST = 12
LEAVING_PATH = frozenset(f"D{n}" for n in (101, 102, 103, 104, 105, 106, 107, 108, 201, 202, 301, 302, 303, 304))
"""What counts against a case's conformance; lateness, service levels and unknown data stand below."""

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the deviations by kind and place: those that leave the path first, each part the most frequent first."""
    runs = {name: run for name, run in (context.get("runs") or {}).items() if run}
    rows = [row for row in context.rows("deviations") if row.get("count")]
    judged = sum(int(run.get("cases") or 0) for run in runs.values())
    if not rows:
        if not runs:
            return Section(say("title_none"), missing=say("no_definition"))
        return Section(
            say("title_none"), missing=say("none", cases=fmt.count(judged, "case")) if judged else say("unclaimed")
        )
    rows.sort(key=_rank)
    view: dict[str, Any] = {
        "rows": [_describe(context, row) for row in rows[:MOST]],
        "more": max(0, len(rows) - MOST),
    }
    title = say("title_count", n=fmt.number(sum(row["count"] for row in rows)))
    if judged and all(run.get("conforming") is not None or "conforming" not in run for run in runs.values()):
        departing = judged - sum(int(run.get("conforming") or 0) for run in runs.values())
        title = say("title", n=fmt.number(departing), cases=fmt.number(judged))
    return Section(title, say("lead"), view)


def _rank(row: Row) -> tuple[bool, int, int, str, str]:
    code = str(row.get("code") or "")
    beside = code not in LEAVING_PATH
    return (beside, -(row.get("cases") or 0), -(row.get("count") or 0), code, str(row.get("step")))


def _describe(context: Context, row: Row) -> dict[str, Any]:
    code = str(row.get("code") or "")
    n = fmt.count(row.get("cases") or 0, "case") + Text(", ", "，") + fmt.count(row.get("count") or 0, "time")
    return {
        "code": code,
        "name": name_deviation(code, row.get("name")),
        "step": context.names.activity(row["step"]) if row.get("step") else None,
        "process": context.names.plain(row.get("process"), 32) if row.get("process") else None,
        "cases": (row.get("cases") or 0, fmt.number(row.get("cases"))),
        "count": (row.get("count") or 0, fmt.number(row.get("count"))),
        "place": _place(row),
        "text": " ".join(str(row.get("text") or "").split())[:200],
        "evidence": Evidence(n, (code,), tuple(str(case) for case in row.get("examples") or [])),
    }


def name_deviation(code: str, name: object) -> Text:
    """Return what a kind of deviation is called; one that this version does not know has its name from the document."""
    return say.get(code) or as_text(str(name or "").replace("_", " ")[:60])


def _place(row: Row) -> str:
    """Return ``file:line:column`` of the definition, as far as it is known."""
    parts = [str(row[key]) for key in ("file", "line", "column") if row.get(key)]
    return ":".join(parts) if row.get("file") else ""
