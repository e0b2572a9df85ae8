"""The enabling graph of a log: what each instance had to wait for, how long it then waited and was worked on.

``waiting[i]`` runs from the latest end of its predecessors (of the case's first start where it has none) to its start,
``processing[i]`` from there to its end; where only completions are known, processing is zero and waiting the sojourn.
Played once through the graph, they give back the log to the millisecond. Source: advice.md 6.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from svcflow import times
from svcflow.eventlog.log import Codes, Log, Millis
from svcflow.mining.accounts import declared_machines
from svcflow.mining.concurrency import Declared
from svcflow.mining.enablement import Enablement, enable
from svcflow.mining.waits import Waits
from svcflow.replay.passes import Arcs, Places, Ways, find_latest, find_ways
from svcflow.replay.predecessors import find_predecessors
from svcflow.whatif.rows import Selector

Rows = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Graph:
    """A log with its arcs; columns stand beside the log's rows, the arcs in the order of `row`.

    `begin` is the first start of each case, `enabled` when each row could have begun; `addressable` marks the rows
    before which somebody here could shorten the wait: the provider owns it and no timer makes it.
    """

    log: Log
    case: Places
    begin: Millis
    enabled: Millis
    waiting: Millis
    processing: Millis
    addressable: Rows
    arcs: Arcs
    enablement: Enablement
    machines: Codes

    @property
    def row(self) -> Places:
        """Return the row of the log of each instance in the order of the arcs."""
        return self.enablement.instances.row

    @cached_property
    def selector(self) -> Selector:
        """Return what finds the rows that a scope means."""
        return Selector(self.log, self.machines)

    @cached_property
    def ways(self) -> Ways:
        """Return the graph as ways without a branch."""
        return find_ways(self.arcs, self.enablement.instances.case)

    def with_arcs(self, arcs: Arcs) -> Graph:
        """Return the same log with other arcs."""
        return replace(self, arcs=arcs)

    def finish(self, waiting: Millis, processing: Millis) -> Millis:
        """Return when each row ends if it waits and is worked on so long."""
        ways, row = self.ways, self.row
        begin = self.begin[self.case[row[ways.heads]]]
        end = np.empty(len(row), np.int64)
        end[row] = ways.finish(begin, (waiting + processing)[row])
        return end

    def close(self, end: Millis) -> Millis:
        """Return when each case ends if its rows end so."""
        return np.maximum.reduceat(end, self.log.offsets[:-1]) if self.log.cases else end

    def trace_critical(self, end: Millis | None = None, last: Places | None = None) -> Rows:
        """Return the rows on the critical chain of each case: from its last end back to what each had to wait for.

        Along it waiting and processing add up to the time from the beginning of the case to that end. `end` are the
        ends of a replay (without, those of the log); `last` the rows to begin at (without, the last of each case).
        """
        ends = self.log.time if end is None else end
        latest = self.latest if end is None else self._find_latest(ends)
        at = self._find_last(ends) if last is None else last
        chosen = np.zeros(self.log.instances, np.bool_)
        while len(at):
            chosen[at] = True
            at = latest[at]
            at = at[at >= 0]
        return chosen

    @cached_property
    def latest(self) -> Places:
        """Return for each row that of its predecessors which ended last in the log, -1 where it has none."""
        return self._find_latest(self.log.time)

    def _find_latest(self, end: Millis) -> Places:
        place = find_latest(self.arcs, end[self.row])
        found = np.full(len(place), -1)
        found[self.row] = np.where(place >= 0, self.row[place], -1)
        return found

    def _find_last(self, end: Millis) -> Places:
        """Return the row of each case that ends last, of equal ones the later."""
        order = np.lexsort((end, self.case))
        return order[self.log.offsets[1:] - 1]


def link(log: Log, waits: Waits | None = None, declared: Declared | None = None) -> Graph:
    """Return the enabling graph of `log`.

    `declared` is what definitions say of activities side by side (`execution.concurrency.read_declared`); what they do
    not speak of is judged by the log. `waits` tell who owns each wait (`mined.waits`); without, it is the provider.
    """
    enablement = enable(log, declared)
    row = enablement.instances.row
    enabled = np.empty(log.instances, np.int64)
    enabled[row] = enablement.enabled
    addressable = np.ones(log.instances, np.bool_)
    if waits is not None:
        addressable[waits.row] = waits.addressable
    source, to = find_predecessors(enablement)
    return Graph(
        log=log,
        case=log.case_of_row,
        begin=np.minimum.reduceat(log.start, log.offsets[:-1]) if log.cases else log.start,
        enabled=enabled,
        waiting=times.waiting(enabled, log.start),
        processing=times.processing(log.start, log.time),
        addressable=addressable,
        arcs=Arcs(source, to, log.instances),
        enablement=enablement,
        machines=declared_machines(log) if waits is None else waits.machines_array,
    )
