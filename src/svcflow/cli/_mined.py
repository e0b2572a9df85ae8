"""How `svcflow mine` shows what it found: as text, CSV or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from svcflow.cli import _quantities as quantities
from svcflow.cli._tables import Shown, align, flatten
from svcflow.cli._withheld import say_told, say_withheld
from svcflow.jsontexts import write_json
from svcflow.spreadsheets import write_csv
from svcflow.wording import say_count, say_duration, say_hours

Row = dict[str, Any]


def _count(heading: str, key: str) -> Shown:
    return Shown(heading, key, say_count, right=True)


def _time(heading: str, key: str) -> Shown:
    return Shown(heading, key, say_duration, right=True)


def _share(value: float) -> str:
    return f"{value:.1%}"


FROM_TO = (Shown("from", "from", lambda name: name or "(unknown)"), Shown("to", "to", lambda name: name or "(unknown)"))
DELAYS = (_time("median", "median_s"), _time("P90", "p90_s"), Shown("total", "total_s", say_hours, right=True))
COLUMNS: dict[str, tuple[Shown, ...]] = {
    "map": (
        *FROM_TO,
        _count("count", "count"),
        _count("cases", "cases"),
        *DELAYS,
        Shown("owner", "side"),
        Shown("timer", "timer", lambda timer: "timer" if timer else ""),
    ),
    "variants": (
        _count("cases", "cases"),
        Shown("share", "share", _share, right=True),
        _time("median", "median_s"),
        _count("steps", "steps"),
        Shown("activities", "activities", " → ".join, widest=120),
    ),
    "bottlenecks": (
        *FROM_TO,
        Shown("waiting", "cost_s", say_hours, right=True),
        Shown("share", "share", _share, right=True),
        Shown("90 % interval", "interval", right=True),
        _count("cases", "cases"),
        _time("median", "median_s"),
        _time("P90", "p90_s"),
        Shown("owner", "side"),
        Shown("timer", "timer", lambda timer: "timer" if timer else ""),
    ),
    "handovers": (
        Shown("between", "between"),
        *FROM_TO,
        _count("count", "count"),
        _count("cases", "cases"),
        *DELAYS,
        Shown("excess", "excess_s", say_hours, right=True),
    ),
    "loops": (
        Shown("activity", "activity"),
        _count("cases", "cases"),
        _count("repeats", "repeats"),
        _count("redos", "redos"),
        Shown("time in loops", "cost_s", say_hours, right=True),
        Shown("net loop gain", "net_loop_gain", right=True),
    ),
}
JSON_KEYS = {
    "map": ("log", "total_wait_s", "directly_follows", "activities"),
    "variants": ("log", "cycle_time", "resolve_time", "variants"),
    "bottlenecks": ("log", "total_wait_s", "bottlenecks"),
    "handovers": ("log", "handovers"),
    "loops": ("log", "rework"),
}

TABLES = {"map": "directly_follows", "variants": "variants", "bottlenecks": "bottlenecks", "loops": "rework.activities"}
"""The tables as `withheld` names them."""


def _rows_of(document: Row, what: str) -> list[Row]:
    if what == "map":
        return list(document["directly_follows"])
    if what == "variants":
        return [{**row, "steps": len(row["activities"])} for row in document["variants"]]
    if what == "loops":
        return list(document["rework"]["activities"])
    if what not in COLUMNS:
        return list(document["quantities"][what]["rows"])
    if what == "handovers":
        tables = document["handovers"].items()
        return [{"between": name, **row} for name, table in tables if table for row in table["pairs"]]
    return [{**row, "interval": _say_interval(row)} for row in document[what]]


def _say_interval(row: Row) -> str:
    return "-" if row["low_s"] is None else f"{say_hours(row['low_s'])} … {say_hours(row['high_s'])}"


def write(document: Row, form: str, what: str, top: int | None) -> str:
    """Return the figures of `document` on `what` in the form asked for: text, csv or json."""
    if form == "json":
        keys = document if what == "all" else (*JSON_KEYS.get(what, ("log", "quantities")), "withheld")
        chosen = {key: document[key] for key in keys if key in document}
        return write_json(_cut(chosen, top))
    if form == "csv":
        rows = [
            {k: " → ".join(map(str, v)) if isinstance(v, list) else v for k, v in row.items() if k != "interval"}
            for row in _rows_of(document, what)[:top]
        ]
        return write_csv(rows)
    tables: Sequence[str] = [*COLUMNS, *document["quantities"]] if what == "all" else [what]
    parts = [_head(document), *(_table(document, name, top or 10) for name in tables)]
    return "\n\n".join(parts) + "\n"


def _cut(value: Any, top: int | None) -> Any:
    """Return a JSON value whose tables (lists of objects) end after `top` rows."""
    if isinstance(value, dict):
        return {key: _cut(item, top) for key, item in value.items()}
    if top is not None and isinstance(value, list) and value and isinstance(value[0], dict):
        return value[:top]
    return value


def _head(document: Row) -> str:
    log, cycle, resolve = document["log"], document["cycle_time"], document["resolve_time"]
    first = (
        f"{flatten(str(log['source']))}: {say_count(log['cases'])} cases, {say_count(log['events'])} events, "
        f"{say_count(log['activities'])} activities, {say_count(log['variants'])} variants, "
        f"{log['start'] or '-'} to {log['end'] or '-'}"
    )
    if log["open_cases"]:
        first += f", {say_count(log['open_cases'])} {'case' if log['open_cases'] == 1 else 'cases'} not settled"
    lines = [first]
    for name, figures in (("cycle time", cycle), ("time to resolve", resolve)):
        if figures is not None and figures.get("as_cycle_time"):
            lines.append(f"{name}: as cycle time: what resolves a case also closes it")
        elif figures is not None:
            among = ", those not settled among them" if log["open_cases"] and figures["cases"] == log["cases"] else ""
            lines.append(
                f"{name}: median {say_duration(figures['median_s'])}, mean {say_duration(figures['mean_s'])}, "
                f"P90 {say_duration(figures['p90_s'])} ({say_told(figures['cases'])} cases{among})"
            )
    if "approximate" in document:
        lines.append(_say_approximate(document["approximate"]))
    return "\n".join(lines)


def _say_approximate(approximate: Row) -> str:
    error = f"within {approximate['relative_error']:.1%}"
    if approximate["exact"]:
        return f"read from disk: percentiles are exact, {error} where too many different values lie around them"
    return f"read from disk: percentiles of many durations {error} (exact: --exact)"


def _table(document: Row, what: str, top: int) -> str:
    if what not in COLUMNS:
        return quantities.show(document, what, top)
    rows = _rows_of(document, what)
    if what != "handovers":
        note = "; ".join(filter(None, (_note(document, what), say_withheld(document, TABLES[what]))))
        return _show(what, note, (rows, COLUMNS[what]), top)
    parts = []
    for between, word in (("team", "teams"), ("resource", "people")):
        found = [row for row in rows if row["between"] == between]
        counts = document["handovers"][between]
        note = "not known" if counts is None else _say_handovers(counts)
        note = "; ".join(filter(None, (note, say_withheld(document, f"handovers.{between}.pairs"))))
        parts.append(_show(f"handovers between {word}", note, (found, COLUMNS[what][1:]), top))
    return "\n\n".join(parts)


def _show(title: str, note: str, table: tuple[list[Row], tuple[Shown, ...]], top: int) -> str:
    rows, columns = table
    heading = f"{title} ({top} of {len(rows):,})" if len(rows) > top else title
    lines = [f"{heading}: {note}" if note else heading]
    if rows:
        lines.append(align(rows[:top], columns))
    elif not note:
        lines.append("none")
    return "\n".join(lines)


def _note(document: Row, what: str) -> str:
    """Return what is said of the whole table."""
    if what == "map":
        return f"{say_hours(document['total_wait_s'])} between events"
    if what == "loops":
        rework = document["rework"]
        note = (
            f"{say_told(rework['repeating_cases'])} cases repeat an activity; at once "
            f"{say_told(rework['immediate_repeats'])} times, in {say_told(rework['self_loop_cases'])} cases"
        )
        if rework["reopens"] is not None:
            note += f"; re-opened {say_told(rework['reopens'])} times in {say_told(rework['reopen_cases'])} cases"
        return note
    return ""


def _say_handovers(counts: Row) -> str:
    return (
        f"{say_told(counts['total'])} in {say_told(counts['cases'])} cases, at most {say_told(counts['max'])}; "
        f"A-B-A {say_told(counts['ping_pong'])} times in {say_told(counts['ping_pong_cases'])} cases; "
        f"somebody again in {say_told(counts['returned_cases'])} cases"
    )
