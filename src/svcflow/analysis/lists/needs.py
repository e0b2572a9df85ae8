"""The needs-analysis: what customers ask for, by category, and whether it grows.

The trend compares the later half of the log's days with the earlier: the ratio of contacts a day, with an interval
(counts as Poisson: ``exp(ln r ± z √(1/a + 1/b))``) that covers with 90 % for all categories together (Bonferroni). A
category grows or falls only where its interval leaves out 1. An attribute that changes within a case counts as its
last known value.
"""

from __future__ import annotations

import math
import re
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from svcflow.analysis.lists import Listing, Row
from svcflow.engines import local
from svcflow.errors import UsageError
from svcflow.eventlog.attributes import cut
from svcflow.eventlog.log import MISSING_TIME, Column, Log
from svcflow.mining.cases import CasesFold, choose_resolving
from svcflow.mining.mined import find_codes, trust_done

if TYPE_CHECKING:
    from svcflow.execution import Runs

NAMES = re.compile(
    r"categor|topic|subject|reason|request.?type|issue.?type|contact.?type|product|service|theme|classif|"
    r"类别|类型|分类|诉求|主题|事由|原因|问题|产品|业务",
    re.IGNORECASE,
)
"""How attributes are named that say what a customer asked for."""

MOST = 200
LEAST_DAYS = 14


def compile_list(log: Log, now: int, *, by: str | None, of_case: Runs | None) -> Listing:
    """Return one row a category, the most frequent first; empty, with a note, where no attribute says it."""
    columns = {name: _last_known(log, column) for name, column in log.attributes.items() if column.kind == "text"}
    columns |= {name: column for name, column in log.case_attributes.items() if column.kind == "text"}
    name = _choose(columns, by)
    if name is None:
        return Listing((), ("no attribute of cases says what customers ask for; name one with --by",))
    column = columns[name]
    assert column.vocabulary is not None
    begins = log.start[log.offsets[:-1]]
    seen = begins <= now
    codes, days = column.values[seen], (begins[seen] - begins.min()) / 86_400_000
    facts = _facts(log, of_case, seen)
    span = float(days.max()) if len(days) else 0.0
    found = np.unique(codes).tolist()
    z = NormalDist().inv_cdf(1 - 0.05 / max(len(found), 1))
    rows = [_describe(column.vocabulary[code] or None, codes == code, days, (span, z, facts)) for code in found]
    rows.sort(key=lambda row: (-row["cases"], row["category"] or ""))
    notes = [f"what is asked for is read from {name!r}"]
    if span < LEAST_DAYS:
        notes.append(f"the log covers {span:.0f} days: too few to speak of a trend")
    return Listing(tuple(rows), tuple(notes), name)


def _last_known(log: Log, column: Column) -> Column:
    """Return the last known value of each case."""
    known = np.where(column.values != 0, np.arange(log.instances), -1)
    last = np.maximum.reduceat(known, log.offsets[:-1])
    return cut(column, np.where(last >= 0, last, log.offsets[:-1]))


def _choose(columns: dict[str, Column], by: str | None) -> str | None:
    """Return the attribute that was asked for, or the one with the most telling name and 2 to `MOST` values."""
    if by is not None:
        if by not in columns:
            known = ", ".join(columns)
            raise UsageError(f"no attribute {by!r} with words", f"the log has {known}" if known else "it has none")
        return by
    named = (name for name, column in columns.items() if NAMES.search(name) and 2 <= _distinct(column) <= MOST)
    return next(named, None)


def _distinct(column: Column) -> int:
    return len(np.setdiff1d(np.unique(column.values), [0]))


def _facts(log: Log, runs: Runs | None, seen: NDArray[np.bool_]) -> dict[str, NDArray[Any]]:
    """Return what is known of each case: hours to resolve, whether it is open, whether it breached an SLA."""
    facts: dict[str, NDArray[Any]] = {}
    settled = find_codes(log, trust_done(log))
    if len(settled):
        fold = CasesFold(settled, choose_resolving(log, settled), None)
        spent = local.run(log, {"cases": fold})["cases"].resolve
        facts["resolve_s"] = np.where(spent == MISSING_TIME, np.nan, spent / 1000)[seen]
    if runs is not None:
        open_, late = np.zeros(log.cases, bool), np.zeros(log.cases, bool)
        for run in runs.processes.values():
            of_log = run.cases["case"].codes
            open_[of_log[~run.cases["closed"]]] = True
            states = run.clocks["state"]
            bad = [code for code, state in enumerate(states.texts) if state in ("breached", "overdue")]
            late[of_log[run.clocks["index"][np.isin(states.codes, bad)]]] = True
        facts |= {"open": open_[seen], "late": late[seen]}
    return facts


def _describe(
    name: str | None,
    mine: NDArray[np.bool_],
    days: NDArray[np.float64],
    of: tuple[float, float, dict[str, NDArray[Any]]],
) -> Row:
    span, z, facts = of
    count = int(mine.sum())
    early = int((mine & (days < span / 2)).sum())
    trend = compare_rates(early, count - early, z) if span >= LEAST_DAYS else None
    resolve = facts["resolve_s"][mine] if "resolve_s" in facts else np.empty(0)
    resolve = resolve[~np.isnan(resolve)]
    return {
        "category": name,
        "cases": count,
        "share": round(count / len(mine), 6),
        "per_day": round(count / span, 4) if span else None,
        "trend": trend["word"] if trend else None,
        "ratio": trend["ratio"] if trend else None,
        "ratio_low": trend["low"] if trend else None,
        "ratio_high": trend["high"] if trend else None,
        "median_resolve_s": float(np.median(resolve)) if len(resolve) else None,
        "open": int(facts["open"][mine].sum()) if "open" in facts else None,
        "late_share": round(float(facts["late"][mine].mean()), 6) if "late" in facts else None,
    }


def compare_rates(early: int, late: int, z: float = 1.645) -> dict[str, Any]:
    """Return the ratio of two counts over equal times, its interval of `z` standard errors, and what that says.

    >>> compare_rates(100, 150)["word"], compare_rates(10, 12)["word"], compare_rates(0, 9)["word"]
    ('grows', 'steady', 'grows')
    """
    a, b = early + 0.5, late + 0.5
    ratio, spread = b / a, z * math.sqrt(1 / a + 1 / b)
    low, high = ratio * math.exp(-spread), ratio * math.exp(spread)
    word = "grows" if low > 1 else "falls" if high < 1 else "steady"
    return {"ratio": round(ratio, 4), "low": round(low, 4), "high": round(high, 4), "word": word}
