"""Which cases of a log filters choose: each filter is judged once, on the whole log, when somebody asks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.errors import UsageError
from svcflow.eventlog.log import Log
from svcflow.mining.facts import Facts
from svcflow.mining.selections import check, keep, refuse_unknown

Stated = dict[str, Any]


class Whole:
    """A log, whole, and what filters found in it."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self._masks: dict[str, NDArray[np.bool_]] = {}

    @cached_property
    def _facts(self) -> Facts:
        return Facts(self.log)

    def state(self, filters: Sequence[Mapping[str, Any]]) -> tuple[Stated, ...]:
        """Return filters if they can be judged on this log. Raises UsageError otherwise."""
        refuse_unknown(self.log, filters)
        return tuple(check(one) for one in filters)

    def judge(self, filters: Sequence[Stated]) -> NDArray[np.bool_]:
        """Return which cases pass all filters."""
        chosen = np.ones(self.log.cases, np.bool_)
        for one in filters:
            key = json.dumps(one, sort_keys=True)
            if key not in self._masks:
                self._masks[key] = keep(self._facts, one)
            chosen &= self._masks[key]
        return chosen


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the cases of a log come from: the whole log, and the filters that they pass."""

    whole: Whole
    filters: tuple[Stated, ...]

    def add(self, filters: Sequence[Mapping[str, Any]]) -> Origin:
        """Return the origin of the cases that pass more filters."""
        return Origin(self.whole, (*self.filters, *self.whole.state(filters)))

    def count(self) -> int:
        """Return the number of cases."""
        return int(self.whole.judge(self.filters).sum())

    def take(self) -> Log:
        """Return the log of the cases, their columns copied. Raises UsageError where there is none."""
        from svcflow.eventlog.selection import take_cases  # noqa: PLC0415 - not before it is needed

        log, chosen = self.whole.log, self.whole.judge(self.filters)
        if log.cases and not chosen.any():
            raise UsageError(f"none of the {log.cases:,} cases is left", "loosen a filter")
        return log if chosen.all() else take_cases(log, np.flatnonzero(chosen))
