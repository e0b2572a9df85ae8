"""Planned, done, checked, decided: each adopted change in one row."""

from __future__ import annotations

from typing import Any

from svcflow.report import checks, fmt
from svcflow.report.section import Context, Row, Section, words_of
from svcflow.report.words import Text, as_text

ORDER = 10

say = words_of(__name__)
TONES = {"kept": "good", "rolled back": "bad", "watched": "muted"}


def build(context: Context) -> Section:
    """Return the table of the changes, with how many are kept and rolled back in the title."""
    rows = context.rows("checks")
    decided = [str(row["decision"]) for row in rows]
    title = say(
        "title",
        kept=fmt.number(decided.count("kept")),
        back=fmt.number(decided.count("rolled back")),
        watched=fmt.number(decided.count("watched")),
    )
    note = checks.say("note") + (Text(" ", "") + checks.say("together") if len(rows) > 1 else "")
    return Section(title, note, {"rows": [_describe(context, row) for row in rows]})


def _describe(context: Context, row: Row) -> dict[str, Any]:
    return {
        "title": context.names.prose(row["title"]),
        "planned": checks.say_planned(row),
        "done": checks.say_done(row),
        "checked": checks.say_checked(row),
        "decided": checks.say_decided(row),
        "tone": TONES.get(str(row["decision"]), "muted"),
        "sign": {"kept": "▲", "rolled back": "▼"}.get(str(row["decision"]), "…"),
        "check": as_text(row["check"]),
        "rollback": as_text(row["rollback"]) if row["rollback"] else Text("", ""),
    }
