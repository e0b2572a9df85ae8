"""A gain on two clocks: hours saved at night are hours in which nobody would have worked on (advice.md 6, "Clock")."""

from __future__ import annotations

import numpy as np

from svcflow.calendars import Clock
from svcflow.eventlog.log import Millis
from svcflow.replay.chain import Chain
from svcflow.replay.spans import Span
from svcflow.wording import say_share

APART = 0.25
"""From this difference between the two shares on, they are said to differ."""


def compare_clocks(chain: Chain, saved: Millis, span: Span, named: tuple[str, Clock] | None) -> str:
    """Say by which share the mean of `span` falls on the wall clock and in the open hours of a clock with its name.

    Every row keeps its place in time: of its first part that stays and the rest that is saved, open hours are counted.
    """
    if named is None:
        return "wall-clock time: nights and weekends are inside the waits"
    calendar, clock = named
    wall, business = (measure_shares(chain, saved, span, c) for c in (None, clock))
    if abs(business - wall) <= APART * max(wall, business):
        return (
            f"wall-clock time; in open hours ({calendar}) the mean falls by much the same share: {say_share(business)}"
        )
    return (
        f"wall-clock time; in open hours ({calendar}) the mean falls by {say_share(business)} instead of "
        f"{say_share(wall)}: the clocks differ by more than 25 %, since nights and weekends are inside the waits"
    )


def measure_shares(chain: Chain, saved: Millis, span: Span, clock: Clock | None) -> float:
    """Return which share of the mean of `span` is saved, in the open hours of `clock` or, without one, on the wall."""
    end = chain.log.time
    begin = end - chain.waiting - chain.processing
    whole, gone = end - begin, saved
    if clock is not None and chain.log.instances:
        whole, gone = clock.elapsed_all(begin, end), clock.elapsed_all(end - saved, end)
    before = span.measure(chain, np.asarray(whole)).sum()
    return float(span.measure(chain, np.asarray(gone)).sum() / before) if before else 0.0
