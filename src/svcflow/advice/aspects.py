"""What most remedies look at first: the waits a finding is about, the pair of steps that holds most, their names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from svcflow.advice.context import Context, Place, sojourns
from svcflow.advice.naming import Text, say, shorten
from svcflow.eventlog.log import UNKNOWN
from svcflow.findings import Finding
from svcflow.replay.chain import Rows, find_main_pair, select
from svcflow.wording import say_duration


@dataclass(frozen=True, eq=False)
class Aspect:
    """The `rows` that wait, the `pair` of activities that holds most of it, and the steps that those are."""

    finding: Finding
    context: Context
    rows: Rows
    pair: tuple[str, str]
    since: Place | None
    place: Place | None

    @property
    def before(self) -> Text:
        """Return the display name of the step before."""
        return self.context.names.step(self.since.step if self.since else None, self.pair[0])

    @property
    def step(self) -> Text:
        """Return the display name of the step that waits."""
        return self.context.names.step(self.place.step if self.place else None, self.pair[1])

    @property
    def brief(self) -> Text:
        """Return the display name of the step, short enough for a title."""
        return {lang: shorten(text) for lang, text in self.step.items()}

    @property
    def brief_before(self) -> Text:
        """Return the display name of the step before, short enough for a title."""
        return {lang: shorten(text) for lang, text in self.before.items()}

    @cached_property
    def waits_s(self) -> NDArray[np.float64]:
        """Return the sojourns of the rows, in seconds on the clock of the step."""
        return sojourns(self.context, self.rows, self.place)

    @cached_property
    def median_s(self) -> float:
        """Return their median."""
        return float(np.median(self.waits_s)) if len(self.waits_s) else 0.0

    @property
    def count(self) -> int:
        """Return how many rows there are."""
        return int(self.rows.sum())

    @property
    def cases(self) -> int:
        """Return in how many cases they stand."""
        return len(np.unique(self.context.chain.case[self.rows]))

    def say_median(self) -> Text:
        """Return the median in words, with the clock it is measured on."""
        clock = self.context.say_clock(self.place)
        return say(say_duration(self.median_s) + clock["en"], say_duration(self.median_s, "zh") + clock["zh"])

    def name_team(self, *, before: bool = False) -> str | None:
        """Return the team that the log names most often on the rows, or right before them."""
        log = self.context.log
        teams = (np.roll(log.team, 1) if before else log.team)[self.rows]
        known = teams[teams != UNKNOWN]
        return log.teams[int(np.bincount(known).argmax())] if len(known) else None


def look(finding: Finding, context: Context) -> Aspect | None:
    """Return what a finding is about; ``None`` where nothing waits before anything."""
    rows = select(context.chain, finding)
    pair = find_main_pair(context.chain, rows)
    if pair is None:
        return None
    since, place = context.find_pair(rows) or (None, context.find_place(rows))
    rows = rows & place.rows if place else rows
    return Aspect(finding, context, rows, pair, since, place) if rows.any() else None
