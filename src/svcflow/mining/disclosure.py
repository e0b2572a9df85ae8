"""The figures of a log without those of small groups."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from svcflow.disclosure import Withholding, choose_small, is_needed, refuse_few, withhold_count
from svcflow.mining.mined import Mined

Row = dict[str, Any]

OF_CASES = {
    "total": "cases", "ping_pong": "ping_pong_cases", "immediate_repeats": "self_loop_cases",
    "self_loops": "self_loop_cases", "reopens": "reopen_cases",
}  # fmt: skip
"""Counts of occurrences, and the count of the cases that they are in."""
EXTREMES = ("max", "max_s", "max_business_s")
"""The figure of a single case."""


def withhold_mined(document: Row, least: int | None) -> Row:
    """Return the document of `Mined.to_json` (and of what stands beside it) without groups of fewer than `least` cases.

    Raises UsageError where the whole log is such a group.
    """
    if least is None or not is_needed(document, least):
        return document
    withholding = Withholding(least)
    return withholding.seal(cut_mined(document, withholding))


def cut_mined(document: Row, withholding: Withholding) -> Row:
    """Do the work of `withhold_mined` on a document that needs it; the rows lost are counted, not yet said."""
    least, cases = withholding.least, int((document.get("log") or {}).get("cases") or 0)
    refuse_few(cases, least)
    found: Row = withholding.apply(document)
    found["log"] = _withhold_summary(document, found, least)
    for name in ("cycle_time", "resolve_time"):
        if name in document:
            found[name] = _withhold_times(document[name], least, cases)
    found["handovers"] = {
        name: table and found["handovers"][name] | _withhold_counts(table, least, cases) | {"max": None}
        for name, table in (document.get("handovers") or {}).items()
    }
    if document.get("rework"):
        found["rework"] |= _withhold_counts(document["rework"], least, cases)
    return found


def keep_common_variants(mined: Mined, least: int | None) -> Mined | None:
    """Return what was mined with only the variants that may be told; ``None`` where there is none."""
    if least is None or least <= 1:
        return mined
    variants = mined.variants
    small = choose_small(variants.count.tolist(), least)
    kept = np.array([place for place in range(len(variants)) if place not in small], np.int64)
    if not len(kept):
        return None
    rank = np.full(len(variants), -1, np.int64)
    rank[kept] = np.arange(len(kept))
    of_case = rank[variants.of_case]
    common = dataclasses.replace(
        variants,
        sequences=tuple(variants.sequences[place] for place in kept.tolist()),
        count=variants.count[kept],
        median=variants.median[kept],
        of_case=of_case[of_case >= 0],
    )
    return dataclasses.replace(mined, variants=common)


def _withhold_summary(document: Row, found: Row, least: int) -> Row:
    log = dict(document.get("log") or {})
    log["open_cases"] = withhold_count(log.get("open_cases"), least, log.get("cases"))
    if not found.get("variants"):
        log["top_variant_share"] = None
    return log


def _withhold_times(times: Row | None, least: int, cases: int) -> Row | None:
    """Return a description of durations without its extreme; nothing where it describes few cases."""
    if times is None or int(times.get("cases") or least) < least:
        return None
    kept = times | {name: None for name in EXTREMES if name in times}
    for name in ("cases", "open_left_out"):
        if name in kept:
            kept[name] = withhold_count(kept[name], least, cases)
    return kept


def _withhold_counts(table: Row, least: int, cases: int) -> Row:
    """Return the counts of a table over the whole log; what few cases have is withheld, and so is what few lack."""
    counts = {name: count for name, count in table.items() if not isinstance(count, list)}
    few = {name for name, count in counts.items() if withhold_count(count, least) is None}
    return {
        name: None
        if name in few or OF_CASES.get(name) in few
        else withhold_count(count, least, cases if name.endswith("cases") else None)
        for name, count in counts.items()
    }
