"""How `svcflow mine` shows the quantities of `mining.quantities`: any of their tables as text."""

from __future__ import annotations

from typing import Any

from svcflow.cli._tables import WIDEST, Shown, align
from svcflow.cli._withheld import say_told, say_withheld
from svcflow.wording import say_count, say_duration

Row = dict[str, Any]


def show(document: Row, name: str, top: int) -> str:
    """Return a quantity of `document` as text: its figures, then the `top` first rows of its table."""
    found = document["quantities"][name]
    rows = found["rows"]
    heading = f"{name.replace('-', ' ')} ({top} of {len(rows):,})" if len(rows) > top else name.replace("-", " ")
    if found["unmeasured"]:
        return f"{heading}: {found['unmeasured']['en']}"
    notes = [f"{say_told(found['n'])} {found['of']}"]
    if found["clock"] == "business":
        notes.append("in open hours")
    if found["approximate"]:
        notes.append("percentiles approximate")
    notes += [f"{key_as_words(key)} {_say(key, value)}" for key, value in found["figures"].items()]
    notes += filter(None, [say_withheld(document, f"quantities.{name}.rows")])
    lines = [f"{heading}: {'; '.join(notes)}"]
    if rows:
        lines.append(align(rows[:top], [_column(key, rows) for key in rows[0] if not _is_hidden(key, name)]))
    return "\n".join(lines)


def _is_hidden(key: str, name: str) -> bool:
    """Return whether a column is for programs: the other language, and numbers that another column says in words."""
    return key.endswith("_zh") or key in _IN_WORDS.get(name, ())


_IN_WORDS = {"scorecard": ("unit", "value", "limit", "gap")}


def key_as_words(key: str) -> str:
    """Return the name of a figure as words.

    >>> key_as_words("mean_business_s"), key_as_words("return_share")
    ('mean business', 'return share')
    """
    return key.removesuffix("_s").replace("_", " ")


def _column(key: str, rows: list[Row]) -> Shown:
    numeric = all(isinstance(row[key], int | float) or row[key] is None for row in rows)
    widest = 120 if any(isinstance(row[key], list) for row in rows) else WIDEST
    return Shown(key_as_words(key), key, lambda value: _say(key, value), right=numeric, widest=widest)


def _say(key: str, value: Any) -> str:
    if isinstance(value, list):
        return " → ".join(map(str, value))
    if value is None or isinstance(value, bool | str):
        return _PLAIN.get(value, str(value))
    if key.endswith("_s"):
        return say_duration(value)
    if key.endswith(("share", "rate")):
        return f"{value:.1%}"
    return say_count(value) if isinstance(value, int) else f"{value:,.2f}"


_PLAIN = {None: "-", True: "yes", False: "", "": "(unknown)"}
