"""How `svcflow compare` shows differences: as text, CSV or JSON."""

from __future__ import annotations

from typing import Any

from svcflow.cli._tables import Shown, align, flatten
from svcflow.jsontexts import write_json
from svcflow.spreadsheets import write_csv
from svcflow.wording import say_count, say_duration

Row = dict[str, Any]
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86_400}
METRICS = tuple(
    Shown(heading, key, right=key not in ("metric", "statistic", "verdict"))
    for heading, key in (
        ("metric", "metric"), ("", "statistic"), ("A", "a"), ("B", "b"), ("B - A", "difference"),
        ("95 % interval", "interval"), ("", "verdict"),
    )
)  # fmt: skip
SEGMENTS = (Shown("attribute", "attribute"), Shown("value", "value"), *METRICS)
HEADINGS = {"A": "others", "B": "these", "B - A": "difference"}
ACTIVITIES = (
    Shown("activity", "activity"),
    *(Shown(heading, key, right=True) for heading, key in (
        ("A", "share_a"), ("B", "share_b"), ("B - A", "share_difference"), ("95 % interval", "interval"))),
)  # fmt: skip
LINKS = (
    Shown("from", "from"),
    Shown("to", "to"),
    *(Shown(heading, key, right=True) for heading, key in (
        ("A", "share_a"), ("B", "share_b"), ("median A", "median_a"), ("median B", "median_b"),
        ("wait a case, B - A", "wait_per_case"), ("mean wait, 95 % interval", "interval"))),
)  # fmt: skip


def write(document: Row, form: str, top: int) -> str:
    """Return a comparison in the form asked for; text holds the `top` rows of each table that certainly differ."""
    if form == "json":
        return write_json(document)
    if form == "csv":
        return write_csv(document.get("segments") or document.get("metrics") or [])
    blocks = _write_segments(document, top) if "segments" in document else _write_sides(document, top)
    return "\n\n".join(blocks) + "\n"


def _write_sides(document: Row, top: int) -> list[str]:
    head = [f"{letter}: {_describe(document[letter.lower()])}" for letter in "AB"]
    head.append(_say_tried(document))
    blocks = ["\n".join(head), align([_prepare_metric(row) for row in document["metrics"]], METRICS)]
    activities = [_prepare_activity(row) for row in document["activities"] if row["certain"]]
    links = [_prepare_link(row) for row in document["links"] if row["certain"] or row["wait_certain"]]
    blocks.append(_show("share of cases that show an activity", activities, (ACTIVITIES, top)))
    blocks.append(_show("share of cases that take a link, and what they wait there", links, (LINKS, top)))
    return blocks


def _write_segments(document: Row, top: int) -> list[str]:
    rows = [row for row in document["segments"] if row["certain"]]
    rows.sort(key=lambda row: (row["attribute"], row["q"]))
    columns = tuple(Shown(HEADINGS.get(c.heading, c.heading), c.key, c.say, c.right) for c in SEGMENTS)
    head = f"{flatten(document['source'])}: {say_count(document['cases'])} cases\n{_say_tried(document)}"
    shown = [_prepare_metric(row) for row in rows]
    return [head, _show("values whose cases certainly differ from all others", shown, (columns, top))]


def _show(title: str, rows: list[Row], shape: tuple[tuple[Shown, ...], int]) -> str:
    columns, top = shape
    if not rows:
        return f"{title}: no certain difference"
    heading = f"{title} ({top} of {len(rows):,} certain differences)" if len(rows) > top else title
    return f"{heading}\n{align(rows[:top], columns)}"


def _describe(side: Row) -> str:
    return (
        f"{flatten(side['name'])}: {say_count(side['cases'])} cases begun {side['first_begin'][:10]} to "
        f"{side['last_begin'][:10]}, {side['cases_per_week']:,.1f} a week"
    )


def _say_tried(document: Row) -> str:
    return (
        f"{say_count(document['compared'])} differences compared; certain: beyond chance among all of them "
        "(Benjamini-Hochberg, 5 %). Associations, not causes."
    )


def _prepare_metric(row: Row) -> Row:
    say = {"s": _duration, "share": _share}.get(row["unit"], _number)
    signed = {"s": _signed_duration, "share": _points}.get(row["unit"], _signed_number)
    return row | {
        "a": say(row["a"]),
        "b": say(row["b"]),
        "difference": signed(row["difference"]),
        "interval": _span(row["low"], row["high"])
        if row["unit"] == "s"
        else f"{signed(row['low'])} … {signed(row['high'])}",
    }


def _prepare_activity(row: Row) -> Row:
    return row | {
        "share_a": _share(row["share_a"]),
        "share_b": _share(row["share_b"]),
        "share_difference": _points(row["share_difference"]),
        "interval": f"{_points(row['share_low'])} … {_points(row['share_high'])}",
    }


def _prepare_link(row: Row) -> Row:
    known = row["wait_low_s"] is not None
    return {
        "from": row["from"],
        "to": row["to"],
        "share_a": _share(row["share_a"]),
        "share_b": _share(row["share_b"]),
        "median_a": _duration(row["median_a_s"]),
        "median_b": _duration(row["median_b_s"]),
        "wait_per_case": _signed_duration(row["wait_per_case_difference_s"]),
        "interval": _span(row["wait_low_s"], row["wait_high_s"]) if known else "-",
    }


def _duration(seconds: float | None) -> str:
    return "-" if seconds is None else say_duration(seconds)


def _signed_duration(seconds: float) -> str:
    return ("+" if seconds > 0 else "-" if seconds < 0 else "") + say_duration(abs(seconds))


def _span(low: float, high: float) -> str:
    """Return the bounds of an interval in one unit, that of the wider.

    >>> _span(-526_000, -223_200), _span(-1200, 9000), _span(0, 0)
    ('-6.1 d … -2.6 d', '-0.3 h … +2.5 h', '0 s … 0 s')
    """
    told = say_duration(max(abs(low), abs(high)))
    number, _, unit = told.rpartition(" ")
    digits = 1 if "." in number else 0
    bounds = (bound / _SECONDS[unit] for bound in (low, high))
    return " … ".join(f"{bound:+.{digits}f} {unit}" if bound else f"0 {unit}" for bound in bounds)


def _share(share: float) -> str:
    return f"{share:.1%}"


def _points(share: float) -> str:
    return f"{100 * share:+.1f} pp"


def _number(value: float) -> str:
    return f"{value:,.2f}"


def _signed_number(value: float) -> str:
    return f"{value:+,.2f}"
