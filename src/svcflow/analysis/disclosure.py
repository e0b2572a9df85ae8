"""An analysis without groups of few cases: the document itself is cut, so that nothing brings them back."""

from __future__ import annotations

from typing import Any

from svcflow.disclosure import Withholding, blur, is_needed
from svcflow.execution.disclosure import cut_runs
from svcflow.mining.disclosure import cut_mined, withhold_role

Row = dict[str, Any]

TEXTS = ("title", "reason", "risks", "check", "rollback")
OWN = ("runs", "deviations", "quality", "told", "spectrum", "histogram", "recommendations")
"""Parts with rules of their own."""


def withhold_analysis(document: Row, least: int | None, *, common: bool = False) -> Row:
    """Return the document of an analysis without groups of fewer than `least` cases.

    `common` says that the model was made of common variants alone; else it is withheld where any variant is. Raises
    UsageError where the whole log is such a group.
    """
    if least is None or not is_needed(document, least):
        return document
    withholding = Withholding(least)
    found = cut_mined({name: part for name, part in document.items() if name not in OWN}, withholding)
    if "runs" in document:
        parts = {"runs": document["runs"] or {}, "deviations": document.get("deviations") or []}
        found |= cut_runs(parts, withholding)
    told = {row["id"] for row in found.get("findings") or []}
    hidden = _list_hidden(document, found)
    found = found | {
        "told": {},
        "spectrum": None,
        "histogram": coarsen(document.get("histogram"), least),
        "quality": withholding.cut_facts(document.get("quality") or []),
        "names": {name: text for name, text in (document.get("names") or {}).items() if name not in hidden},
        "roles": [withhold_role(row, hidden) for row in document.get("roles") or []],
        "recommendations": [
            blur_advice(row, least) for row in document.get("recommendations") or [] if row.get("finding") in told
        ],
    }
    if not common and withholding.lost.get("variants"):
        found["model"] = None
    return withholding.seal(found)


def coarsen(histogram: Row | None, least: int) -> Row | None:
    """Return a histogram with bins wide enough that each holds nobody or enough; ``None`` where none can.

    >>> coarsen({"edges_s": [0, 1, 2, 3, 4], "counts": [9, 1, 0, 10], "beyond": 0}, 10)
    {'edges_s': [0, 2, 4], 'counts': [10, 10], 'beyond': 0}
    """
    if histogram is None or 0 < histogram["beyond"] < least:
        return None
    edges, counts = histogram["edges_s"], histogram["counts"]
    for width in range(1, len(counts) // 2 + 1):
        if len(counts) % width:
            continue
        merged = [sum(counts[place : place + width]) for place in range(0, len(counts), width)]
        if all(count == 0 or count >= least for count in merged):
            return histogram | {"edges_s": edges[::width], "counts": merged}
    return None


def _list_hidden(document: Row, found: Row) -> set[str]:
    """Return the activities that too few cases have."""
    before, after = ({row["activity"] for row in rows.get("activities") or []} for rows in (document, found))
    return before - after


def blur_advice(row: Row, least: int) -> Row:
    """Return a recommendation, as plain values, whose texts count no few cases."""
    return row | {
        name: {lang: blur(text, least) for lang, text in row[name].items()}
        for name in TEXTS
        if isinstance(row.get(name), dict)
    }
