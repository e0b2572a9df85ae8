"""What a filter can be set to in this log: attributes and their values with counts, activities, spans of time."""

from __future__ import annotations

from typing import Any

import numpy as np

from svcflow.eventlog.log import UNKNOWN
from svcflow.eventlog.selection import describe_field, first_values
from svcflow.exploration.blocks import cut
from svcflow.exploration.quoting import quote_name, quote_text
from svcflow.exploration.selections import Selection
from svcflow.exploration.setting import Setting
from svcflow.mining.grouping import seconds
from svcflow.mining.mined import find_zone, say_time

MOST_VALUES = 60


def list_attributes(selection: Selection) -> list[dict[str, Any]]:
    """Return the attributes that a condition may read: name, kind, and how a condition writes the name."""
    columns = first_values(selection.opened.log)
    return [
        {"name": name, "kind": describe_field(name, columns[name]).kind, "written": quote_name(name)}
        for name in columns
    ]


def list_values(selection: Selection, setting: Setting, name: str) -> list[dict[str, Any]]:
    """Return the values of an attribute in a selection, most cases first, each with the condition that it holds.

    Of numbers and times that take many values there is no list. A value that no condition can write has ``None``.
    """
    columns = first_values(selection.opened.log)
    if name not in columns:
        return []
    column = columns[name]
    codes = column.values[selection.chosen]
    if column.vocabulary is not None:
        counts = np.bincount(codes, minlength=len(column.vocabulary))
        order = [c for c in np.lexsort((np.arange(len(counts)), -counts)).tolist() if counts[c] and c != UNKNOWN]
        known = [(column.vocabulary[c], int(counts[c])) for c in order]
        rows = [{"value": text[:200], "cases": n, "where": _equal(name, quote_text(text))} for text, n in known]
    elif column.kind == "boolean":
        said = ((True, "true"), (False, "false"))
        rows = [
            {"value": text, "cases": int((codes == truth).sum()), "where": _equal(name, text)} for truth, text in said
        ]
    elif column.kind == "number":
        distinct, counts = np.unique(codes[~np.isnan(codes)], return_counts=True)
        top = np.lexsort((distinct, -counts)).tolist() if len(distinct) <= 1000 else []
        texts = [(f"{distinct[place]:.12g}", int(counts[place])) for place in top]
        rows = [{"value": text, "cases": n, "where": _equal(name, text)} for text, n in texts]
    else:
        rows = []
    return cut([row for row in rows if row["cases"]], setting.min_group)[:MOST_VALUES]


def _equal(name: str, written: str | None) -> str | None:
    field = quote_name(name)
    return None if field is None or written is None else f"{field} == {written}"


def list_activities(selection: Selection, setting: Setting) -> list[dict[str, Any]]:
    """Return the activities with the cases that show them, begin and end with them, most cases first."""
    opened, chosen = selection.opened, selection.chosen
    log = opened.log
    width = len(log.activities)
    shown = np.bincount(log.activity[selection.rows & opened.shown], minlength=width)
    first = np.bincount(log.activity[log.offsets[:-1]][chosen], minlength=width)
    last = np.bincount(log.activity[log.offsets[1:] - 1][chosen], minlength=width)
    rows = [
        {
            "activity": log.activities[code],
            "cases": int(shown[code]),
            "first": int(first[code]),
            "last": int(last[code]),
        }
        for code in np.lexsort((np.arange(width), -shown)).tolist()
        if shown[code]
    ]
    if not setting.guarded:
        return rows
    rows = cut(rows, setting.min_group)
    for end in ("first", "last"):
        kept = {row["activity"] for row in cut([row | {"cases": row[end]} for row in rows], setting.min_group)}
        rows = [row if row["activity"] in kept else row | {end: None} for row in rows]
    return rows


def list_spans(selection: Selection) -> dict[str, Any]:
    """Return when the cases begin, and how long they take at most, for the limits of filters."""
    opened, chosen = selection.opened, selection.chosen
    if not selection.cases:
        return {"since": None, "until": None, "longest_s": None}
    zone = find_zone(opened.log.zone)
    begins = opened.begin[chosen]
    return {
        "since": say_time(int(begins.min()), zone)[:10],
        "until": say_time(int(begins.max()), zone)[:10],
        "longest_s": seconds(int(opened.cycle[chosen].max())),
    }
