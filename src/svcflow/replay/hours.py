"""A replay on the clocks of those who do the work: hours saved at night are hours in which nobody would have gone on.

Waits and work are kept as open hours of the calendar of each row and added up on it again, so that a case that is
ready at night still waits for the morning. What a row did outside of its open hours stays as long as it was. Waits
that are not ours to shorten, of customers or timers, run on the wall clock. Source: advice.md 6, "Clock".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from svcflow.calendars import HOUR_MS, Clock
from svcflow.eventlog.log import Millis
from svcflow.replay.passes import Places
from svcflow.replay.replayed import Replayed
from svcflow.replay.spans import Span
from svcflow.wording import say_share

APART = 0.25
"""From this difference on, the answers of the two clocks are said to differ."""
WALL = -1


@dataclass(frozen=True, slots=True, eq=False)
class RowClocks:
    """The clocks of the rows of a log: `of` is an index into `clocks` for each row, WALL for none."""

    clocks: Sequence[Clock]
    of: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class TwoClocks:
    """By how many hours the mean of a span changes on the wall clock, and if work goes on in open hours only."""

    wall: float
    business: float

    @property
    def apart(self) -> bool:
        """Return whether the two differ by more than a quarter of the larger."""
        return abs(self.wall - self.business) > APART * max(abs(self.wall), abs(self.business))

    def say(self, *, figures: bool = True) -> tuple[str, str]:
        """Return the pair in words, in English and Chinese; without `figures` only how the one compares to the other.

        Where no single figure of a change may be told, neither may these.
        """
        wall, business = abs(self.wall), abs(self.business)
        if not self.apart:
            en, zh = (
                "wall-clock time; with work in open hours only, much the same",
                "按自然时间；若仅在工作时间处理，结果相近",
            )
            return (f"{en}: {business:.1f} h", f"{zh}：{business:.1f} 小时") if figures else (en, zh)
        if figures:
            en = f"wall-clock time, {wall:.1f} h; with work in open hours only {business:.1f} h"
            zh = f"按自然时间为 {wall:.1f} 小时；若仅在工作时间处理则为 {business:.1f} 小时"
        else:
            share = say_share(business / wall) if wall else ">100%"
            en = f"wall-clock time; with work in open hours only it would be {share} of that"
            zh = f"按自然时间；若仅在工作时间处理，则为其 {share}"
        return (
            f"{en}: the clocks differ by more than 25 %, since nights and weekends are inside the waits",
            f"{zh}：两种时钟相差超过 25%，因为等待中包含夜间和周末",
        )


def compare_clocks(replayed: Replayed, spans: Iterable[Span], hours: RowClocks) -> dict[str, TwoClocks]:
    """Return by span the change of its mean on both clocks; zero where no case has it."""
    end = finish_in_hours(replayed, hours)
    found = {}
    for span in spans:
        before, wall = replayed.measure(span)
        business = span.measure_ends(replayed.graph, end)
        changes = ((after - before).sum() / max(len(before), 1) / HOUR_MS for after in (wall, business))
        found[span.name] = TwoClocks(*map(float, changes))
    return found


def finish_in_hours(replayed: Replayed, hours: RowClocks) -> Millis:
    """Return when each row would end, waits and work counted in open hours; without a change as in the log."""
    graph = replayed.graph
    end = graph.log.time.copy()
    plan = _Plan.make(replayed, hours)
    if not len(plan.row):
        return end
    ends = graph.begin[graph.case[plan.row]]
    for first, last, groups in plan.levels():
        low, high = np.searchsorted(plan.to, (first, last))
        if high > low:
            into = plan.to[low:high]
            cuts = np.flatnonzero(np.diff(into, prepend=-1))
            ends[into[cuts]] = np.maximum.reduceat(ends[plan.source[low:high]], cuts)
        for begin, stop, clock in groups:
            part = slice(begin, stop)
            for spent in (plan.waiting, plan.processing):
                ends[part] = spent.take(part).add(ends[part], hours.clocks[clock] if clock != WALL else None)
    end[plan.row] = ends
    return end


@dataclass(frozen=True, slots=True, eq=False)
class _Spent:
    """Time on a clock, and how an instant is found where it is used up while the clock stands still.

    `late` is what goes on outside of open hours, as it does in the log; `ahead` is 1 where the next opening is meant
    (work begins in the morning), 0 where the closing before it (it ended in the evening).
    """

    open: Millis
    late: Millis
    ahead: Millis

    def take(self, part: slice) -> _Spent:
        return _Spent(self.open[part], self.late[part], self.ahead[part])

    def add(self, begin: Millis, clock: Clock | None) -> Millis:
        """Return when it is used up since `begin`."""
        if clock is None:
            return begin + self.open
        return clock.deadlines(begin, self.open + self.ahead) - self.ahead + self.late


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """The rows of the cases that change, level by level and in each clock by clock, with the arcs to them."""

    row: Places
    level: Places
    clock: NDArray[np.int16]
    source: Places
    to: Places
    waiting: _Spent
    processing: _Spent

    @classmethod
    def make(cls, replayed: Replayed, hours: RowClocks) -> _Plan:
        graph, moved = replayed.graph, replayed.moved
        instances = graph.enablement.instances
        places = np.flatnonzero(replayed.touched[instances.case])
        level, clock = places - instances.first[places], hours.of[graph.row[places]]
        order = np.lexsort((clock, level))
        places, level, clock = places[order], level[order], clock[order]
        number = np.full(len(instances), -1)
        number[places] = np.arange(len(places))
        arcs = moved.graph.arcs
        chosen = np.flatnonzero(number[arcs.to] >= 0)
        chosen = chosen[np.argsort(number[arcs.to[chosen]], kind="stable")]
        row = graph.row[places]
        waits = (graph.enabled[row], graph.waiting[row], moved.waiting[row])
        works = (graph.log.start[row], graph.processing[row], moved.processing[row])
        source, to = number[arcs.source[chosen]], number[arcs.to[chosen]]
        waiting, processing = _count(hours, clock, waits, begins=True), _count(hours, clock, works, begins=False)
        return cls(row, level, clock, source, to, waiting, processing)

    def levels(self) -> Iterator[tuple[int, int, list[tuple[int, int, int]]]]:
        """Yield the bounds of each level and, in it, those of the rows of each clock."""
        new = np.diff(self.level, prepend=-1) != 0
        apart = new.copy()
        apart[1:] |= self.clock[1:] != self.clock[:-1]
        cuts = np.append(np.flatnonzero(apart), len(self.row))
        groups = [(int(a), int(b), int(self.clock[a])) for a, b in pairwise(cuts)]
        starts = np.append(np.flatnonzero(new), len(self.row))
        inside = np.searchsorted(cuts, starts)
        for k, (first, last) in enumerate(pairwise(starts.tolist())):
            yield first, last, groups[inside[k] : inside[k + 1]]


def _count(hours: RowClocks, of: NDArray[np.int16], spans: tuple[Millis, Millis, Millis], *, begins: bool) -> _Spent:
    """Return spans (when they begin, how long they take now and then) on their clocks.

    What changes ends when its open time is used up; what falls away takes no time, also at night.
    """
    begin, now, then = spans
    spent, late, ahead = then.copy(), np.zeros_like(then), np.zeros_like(then)
    for number, clock in enumerate(hours.clocks):
        part = np.flatnonzero(of == number)
        spent[part] = clock.elapsed_all(begin[part], begin[part] + then[part])
        ends = begin[part] + now[part]
        if begins:
            ahead[part] = (then[part] > 0) & (clock.elapsed_all(ends, ends + 1) > 0)
        same = part[now[part] == then[part]]
        told = clock.deadlines(begin[same], spent[same] + ahead[same]) - ahead[same]
        late[same] = begin[same] + now[same] - told
    return _Spent(spent, late, ahead)
