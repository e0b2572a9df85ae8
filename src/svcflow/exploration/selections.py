"""Selections: which whole cases several filters leave, every filter judged on the whole log."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.eventlog.selection import take_cases
from svcflow.exploration.opened import Opened
from svcflow.mining.directly_follows import DirectlyFollows
from svcflow.mining.selections import Filter, check_all, keep


@dataclass(frozen=True)
class Selection:
    """The cases that filters leave of an opened log. `key` names the selection among all of the log."""

    opened: Opened
    key: str
    chosen: NDArray[np.bool_]

    @cached_property
    def cases(self) -> int:
        """Return how many cases are left."""
        return int(self.chosen.sum())

    @cached_property
    def rows(self) -> NDArray[np.bool_]:
        """Return the instances of the cases."""
        return self.chosen[self.opened.case]

    @cached_property
    def links(self) -> DirectlyFollows:
        """Return the directly-follows pairs of the cases."""
        return self.opened.links.measure(self.chosen)

    @cached_property
    def log(self) -> Log:
        """Return the log of the cases."""
        return self.opened.log if self.chosen.all() else take_cases(self.opened.log, np.flatnonzero(self.chosen))


class Selections:
    """Computes selections of one log and keeps the last ones."""

    def __init__(self, opened: Opened, most: int = 64) -> None:
        self._opened = opened
        self._most = most
        self._masks: dict[str, NDArray[np.bool_]] = {}
        self._known: dict[str, Selection] = {}

    def choose(self, filters: Sequence[Filter]) -> Selection:
        """Return the cases that pass all filters. Raises UsageError for a filter that cannot be."""
        stated = check_all(filters)
        texts = [json.dumps(one, sort_keys=True, ensure_ascii=False) for one in stated]
        key = json.dumps(sorted(set(texts)), ensure_ascii=False)
        if key not in self._known:
            chosen = np.ones(self._opened.log.cases, bool)
            for text, one in zip(texts, stated, strict=True):
                chosen &= self._judge(text, one)
            _remember(self._known, key, Selection(self._opened, key, chosen), self._most)
        return self._known[key]

    def _judge(self, text: str, stated: Filter) -> NDArray[np.bool_]:
        if text not in self._masks:
            _remember(self._masks, text, keep(self._opened, stated), self._most)
        return self._masks[text]


def _remember(known: dict[str, Any], key: str, value: Any, most: int) -> None:
    while len(known) >= most:
        known.pop(next(iter(known)))
    known[key] = value
