"""Attributes that come about while a case runs: they follow from what went on and are never offered as its reason.

An export often holds the final value on every row, so that it looks known from the beginning. It gives itself away by
its name, or by its numbers rising with the number of steps.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Column, Log

WORDS = re.compile(
    r"(?:^|[^a-z])(?:count|counter|number of|num|total|duration|elapsed|resolved|resolution|closed?|closing|closure"
    r"|solved|finished|completed?|ended|outcome|result|breach(?:ed)?|sla|made sla|overdue|late|delay"
    r"|re-?open(?:ed|s|ing)?|reassign(?:ed|ment|ments)?|transfers?|escalated|satisfaction|csat|nps|rating|survey|variant|touches|hops)"
    r"(?:$|[^a-z])|次数|时长|耗时|用时|解决|关闭|结案|完结|完成|超时|逾期|满意|评价|回访结果|重开|改派|转派次|结果"
)
"""How attributes are named that are known only in the end."""

AS_STEPS = 0.9
"""A number whose ranks agree this well with the number of steps counts them."""


def find_reason(name: str, column: Column, log: Log) -> str | None:
    """Return why an attribute (its values by case) is a consequence, ``None`` where nothing says so."""
    spaced = re.sub(r"[_\-./]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)).casefold()
    if WORDS.search(spaced):
        return "its name says that it is known only in the end"
    if column.kind == "number" and _correlate(column.values.astype(np.float64), np.diff(log.offsets)) >= AS_STEPS:
        return "it rises with the number of steps"
    return None


def _correlate(values: NDArray[np.float64], steps: NDArray[np.int64]) -> float:
    """Return the rank correlation of what is known (Spearman), 0 where there is none."""
    known = ~np.isnan(values)
    one, other = (_rank(array[known]) for array in (values, steps.astype(np.float64)))
    if known.sum() < 3 or not one.std() or not other.std():
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _rank(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return mean ranks."""
    _, place, sizes = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(sizes)
    ranks: NDArray[np.float64] = (ends - (sizes - 1) / 2)[place]
    return ranks
