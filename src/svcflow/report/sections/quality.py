"""What the export holds, how its columns were read, and what is wrong with it."""

from __future__ import annotations

from typing import Any

from svcflow.report import fmt
from svcflow.report.section import Context, Row, Section, words_of
from svcflow.report.words import Text

ORDER = 130
MOST = 20
MOST_CUT, BUDGET = 40, 25_000

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the shape of the log, the faults found in it, and the roles of its columns."""
    log: Row = context.get("log") or {}
    keys = ("cases", "events", "instances", "activities", "resources", "teams", "variants", "open_cases")
    facts = [(say(key), fmt.number(log[key])) for key in keys if log.get(key) is not None]
    faults = [row for row in context.rows("quality") if row.get("id")]
    view: dict[str, Any] = {
        "facts": facts,
        "source": [(say(key), _plain(context, log.get(key))) for key in ("source", "zone") if log.get(key)],
        "span": _span(log),
        "faults": [_describe(context, row) for row in faults[:MOST]],
        "roles": [_tell_role(context, row) for row in context.rows("roles")],
        "cut": _list_cut(context),
    }
    title = say("title", n=fmt.number(len(faults))) if len(faults) > 1 else say("title_one" if faults else "title_none")
    return Section(title, say("lead") if faults else say("lead_none"), view)


def _plain(context: Context, value: object) -> Text:
    return context.names.plain(value)


def _span(log: Row) -> Text | None:
    if not log.get("start") or not log.get("end"):
        return None
    return Text(*([f"{fmt.moment(log['start'])} – {fmt.moment(log['end'])}"] * 2))


def _describe(context: Context, row: Row) -> dict[str, Any]:
    return {
        "id": context.names.plain(row["id"]),
        "count": fmt.number(row.get("count")),
        "count_n": row.get("count") or 0,
        "share": fmt.share(row.get("share")),
        "message": _translate(context, row, "message", "fact"),
        "effect": _translate(context, row, "effect", "effect"),
    }


def _translate(context: Context, row: Row, part: str, words: str) -> Text:
    """Return what the log's reader said, in Chinese as the kind of fact puts it in general."""
    told, known = context.names.prose(row.get(part)), say.get(f"{words}_{row['id']}")
    return told if known is None or told.zh != told.en else Text(told.en, known.zh)


def _tell_role(context: Context, row: Row) -> tuple[Text, Text, Text]:
    role = str(row.get("role") or "")
    return (
        say.get(f"role_{role}") or context.names.plain(role),
        context.names.plain(row.get("column")),
        context.names.plain(row.get("reason"), 200),
    )


def _list_cut(context: Context) -> list[tuple[str, str, int]]:
    """Return the names the page has cut, with the whole name as far as a page can hold it, and its length."""
    rows: list[tuple[str, str, int]] = []
    room = BUDGET
    for whole, short in list(context.names.cut.items())[:MOST_CUT]:
        rows.append((short, whole[:room], len(whole)))
        room = max(200, room - len(whole))
    return rows
