"""Which of many differences are certain: chance, held in check over everything that was compared at once."""

from __future__ import annotations

import numpy as np

from svcflow.analysis.comparison.rows import Row
from svcflow.mining.associations.singles import adjust

CERTAIN = 0.05
"""The share of false ones among the differences that are called certain."""


def judge(rows: list[Row]) -> int:
    """Put into each row whether it certainly differs, over all that was compared; return how much that was."""
    places = [(row, key) for row in rows for key in ("p", "wait_p") if row.get(key) is not None]
    for row in rows:
        row.update({"q": None, "certain": False} | ({"wait_q": None, "wait_certain": False} if "wait_p" in row else {}))
    if not places:
        return 0
    for (row, key), q in zip(places, adjust(np.array([row[key] for row, key in places])).tolist(), strict=True):
        name = "wait_" if key == "wait_p" else ""
        row.update({f"{name}q": q, f"{name}certain": q <= CERTAIN})
    return len(places)


def tell_verdict(row: Row) -> Row:
    """Return a metric's row with what the difference means: worse, better, other or the same as far as can be told."""
    worse = row.pop("worse_if")
    if not row["certain"]:
        verdict = "not certain"
    elif not worse:
        verdict = "other"
    else:
        verdict = "worse" if row["difference"] * worse > 0 else "better"
    return row | {"verdict": verdict}
