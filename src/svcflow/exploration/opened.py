"""A log that is open for looking around: what every selection needs is measured once, when it is first asked for."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.exploration.handings import Handings
from svcflow.exploration.links import Links
from svcflow.mining.accounts import find_machines
from svcflow.mining.facts import Facts
from svcflow.mining.handovers import Between
from svcflow.mining.mined import find_codes, is_guessed, trust_done
from svcflow.mining.recurrence import Recurrences, recur
from svcflow.mining.waits import Waits, gather_waits


class Opened(Facts):
    """A log and what was measured of it.

    What is judged rather than counted (which accounts are machines, which waits timers make, whether a guess of what
    *done* means holds) is judged on the whole log, so that it is the same in every selection.
    """

    def __init__(self, log: Log) -> None:
        super().__init__(log)
        self._handings: dict[Between, Handings] = {}

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """Return the number of events of each case."""
        log = self.log
        return np.diff(log.offsets) if log.case_events is None else log.case_events

    @cached_property
    def variant_medians(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the cases ordered by variant, then cycle time, and where each variant begins."""
        order = np.lexsort((self.cycle, self.variants.of_case))
        return order, np.append(0, np.cumsum(self.variants.count))

    @cached_property
    def machines(self) -> frozenset[int]:
        """Return the codes of the accounts that are machines."""
        return find_machines(self.log)

    @cached_property
    def waits(self) -> Waits:
        """Return every wait, with its owner and timer."""
        done = trust_done(self.log)
        return gather_waits(self.log, self.machines, done=find_codes(self.log, done) if done else None)

    @cached_property
    def links(self) -> Links:
        """Return the waits in the order in which they can be counted for any selection."""
        return Links.arrange(self.log, self.waits)

    def handings(self, between: Between) -> Handings:
        """Return the handovers between teams or between people."""
        if between not in self._handings:
            self._handings[between] = Handings.arrange(self.log, between, self.machines)
        return self._handings[between]

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        """Return the cases that statistics of cycle time take in: all but those that are known to be open."""
        finished = self.finished
        return np.ones(self.log.cases, bool) if finished is None or is_guessed(self.log) else finished

    @cached_property
    def finished(self) -> NDArray[np.bool_] | None:
        """Return which cases end in a done activity, ``None`` where the log does not say what done is."""
        done = trust_done(self.log)
        if not done:
            return None
        return np.isin(self.log.activity[self.log.offsets[1:] - 1], find_codes(self.log, done))

    @cached_property
    def recurrences(self) -> Recurrences:
        """Return where an activity comes again in its case."""
        return recur(self.log.batch(0, self.log.cases))

    @cached_property
    def reopened(self) -> NDArray[np.int64] | None:
        """Return the case of each step from a done activity to one that is not; ``None`` where done is not known."""
        done = trust_done(self.log)
        if not done:
            return None
        settled = np.isin(self.log.activity, find_codes(self.log, done))
        row = np.flatnonzero(settled[:-1] & ~settled[1:])
        inner = row[self.case[row] == self.case[row + 1]]
        return np.asarray(self.case[inner], np.int64)

    @cached_property
    def shown(self) -> NDArray[np.bool_]:
        """Return of each instance whether it is the first of its activity in its case."""
        key = self.case.astype(np.int64) * len(self.log.activities) + self.log.activity
        first = np.zeros(len(key), bool)
        first[np.unique(key, return_index=True)[1]] = True
        return first
