"""The figures of a log without those of small groups."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.disclosure import Withholding, choose_small, is_needed, refuse_few, withhold_count
from svcflow.engines import local
from svcflow.errors import UsageError
from svcflow.eventlog.attributes import cut
from svcflow.eventlog.log import UNKNOWN, Column, Log
from svcflow.eventlog.selection import take_cases
from svcflow.mining.mined import Mined
from svcflow.mining.variants import Variants, VariantsFold

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
    for name, quantity in (document.get("quantities") or {}).items():
        whole = cases if quantity["of"] == "cases" else None
        found["quantities"][name]["n"] = withhold_count(quantity["n"], least, whole)
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


def keep_common_cases(log: Log, least: int | None) -> Log:
    """Return the log of the cases whose variant `least` cases share, without teams and roles that fewer of them have.

    All that is told of it is true of `least` cases. Raises UsageError where no variant is shared by so many.
    """
    if least is None or least <= 1:
        return log
    variants: Variants = local.run(log, {"variants": VariantsFold()})["variants"]
    kept = np.flatnonzero(variants.count[variants.of_case] >= least)
    if not len(kept):
        raise UsageError(f"no sequence of activities is shared by {least:,} cases", "lower --min-group")
    log = take_cases(log, kept)
    role = log.attributes.get("role")
    told = {} if role is None or role.vocabulary is None else {"role": _hide_rare(role, log, least)}
    team = _hide_rare(Column("text", log.team, log.teams), log, least)
    assert team.vocabulary is not None
    return dataclasses.replace(
        log,
        attributes=told,
        case_attributes={},
        team=team.values.astype(np.int32),
        teams=team.vocabulary,
        done=tuple(name for name in log.done if name in log.activities.texts),
    )


def _hide_rare(column: Column, log: Log, least: int) -> Column:
    """Return a column of texts on instances in which the texts of few cases are unknown."""
    assert column.vocabulary is not None
    common = _count_cases(column.values, log, len(column.vocabulary)) >= least
    codes = np.where(common[column.values], column.values, UNKNOWN).astype(np.int32)
    return cut(Column("text", codes, column.vocabulary), np.arange(log.instances))


def _count_cases(codes: NDArray[Any], log: Log, width: int) -> NDArray[np.int64]:
    """Return of how many cases each code is."""
    pairs = np.unique(log.case_of_row * width + codes)
    return np.bincount(pairs % width, minlength=width)


def withhold_inspection(document: Row, log: Log, least: int | None) -> Row:
    """Return what `inspect` says of a log without groups of fewer than `least` cases.

    Raises UsageError where the whole log is such a group.
    """
    if least is None or not is_needed(document, least):
        return document
    refuse_few(log.cases, least)
    withholding = Withholding(least)
    cases = dict(zip(log.activities.texts, _count_cases(log.activity, log, len(log.activities)).tolist(), strict=True))
    rows = withholding.cut([row | {"cases": cases[row["activity"]]} for row in document["activities"]], "activities")
    shown = {row["activity"] for row in rows}
    sizes = document["log"]["steps_per_case"] | {"min": None, "max": None}
    return withholding.seal(
        document
        | {
            "log": document["log"] | {"steps_per_case": sizes},
            "activities": rows,
            "done": [name for name in document["done"] if name in shown],
            "roles": [withhold_role(row, set(cases) - shown) for row in document["roles"]],
            "quality": withholding.cut_facts(document["quality"]),
        }
    )


def withhold_role(row: Row, hidden: set[str]) -> Row:
    """Return what is said of a role without the names of activities in `hidden`."""
    if row.get("role") != "done" or not hidden:
        return row
    return row | {"column": ", ".join(name for name in row["column"].split(", ") if name not in hidden)}


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
