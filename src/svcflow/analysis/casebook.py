"""Which cases a document tells: few, so that the page stays small, and some behind every figure.

An example that is told already serves the next figure too. What must be shown comes first: the cases of the findings.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log

MOST_TOLD = 150
"""Example cases told in one document."""

FIVE = 5
"""Examples of one figure."""

LOOKED_AT = 20_000
"""Candidates among which told cases are looked for."""


class Casebook:
    """The cases told so far; figures ask it for their examples."""

    def __init__(self, log: Log, *, most: int = MOST_TOLD) -> None:
        self._ids = log.case_ids
        self._most = most
        self._told: dict[int, None] = {}
        self._is_told = np.zeros(log.cases, np.bool_)

    @property
    def told(self) -> list[str]:
        """The ids of the cases to tell, in the order in which they were asked for."""
        return [self._ids[case] for case in self._told]

    def cite(self, ids: Iterable[str]) -> None:
        """Tell these cases, as long as there is room."""
        wanted = list(dict.fromkeys(ids))
        looked_for = frozenset(wanted)
        numbers = {case: number for number, case in enumerate(self._ids) if case in looked_for}
        for case in wanted:
            if case in numbers:
                self._tell(numbers[case])

    def choose(self, cases: NDArray[Any], *, fresh: int = FIVE) -> list[str]:
        """Return up to five of `cases` (numbers of the log, the best first): told ones, then up to `fresh` new ones."""
        some = cases[:LOOKED_AT]
        chosen: list[int] = some[self._is_told[some]][:FIVE].tolist()
        new = dict.fromkeys(some[~self._is_told[some]].tolist())
        chosen += [case for case in list(new)[: min(fresh, FIVE - len(chosen))] if self._tell(case)]
        return [self._ids[case] for case in dict.fromkeys(chosen)]

    def _tell(self, case: int) -> bool:
        if case not in self._told and len(self._told) >= self._most:
            return False
        self._told[case] = None
        self._is_told[case] = True
        return True
