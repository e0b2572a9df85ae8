"""Hours with too few people, or too many, that the waits bear out: what a plan says and the log shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.calendars import Clock, Hours
from svcflow.eventlog.log import Millis
from svcflow.staffing.planning import TeamPlan

Bools = NDArray[np.bool_]

LONGER, LEAST_S = 1.3, 900.0
LEAST_WEEKS, AGREE = 6, 0.75
BUSY, IDLE = 0.75, 0.35
"""Mean use of people in the busiest quarter of the hours: above, the log shows what they do; below `IDLE` they wait."""
LEAST_HOURS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """Hours of the week in which a team is too few or too many: pieces that came in them, what those waited.

    `inside_s` and `outside_s` are median waits in open seconds of what came in these hours and in the others.
    """

    hours: Bools
    rows: NDArray[np.int64]
    inside_s: float
    outside_s: float
    weeks: int
    needed: float
    present: float


@dataclass(frozen=True, slots=True)
class Least:
    """How many pieces of work must have come in the hours, and what share of the team's."""

    pieces: int = 50
    share: float = 0.05


def find_shortage(team: TeamPlan, least: Least) -> Gap | None:
    """Return the hours in which a team is too few *and* what comes waits longer, in most weeks.

    ``None`` where either does not hold, or too little is known.
    """
    gap = _compare(team, team.short, least)
    if gap is None or gap.inside_s < max(LONGER * gap.outside_s, gap.outside_s + LEAST_S):
        return None
    return gap


def find_slack(team: TeamPlan, least: Least) -> Gap | None:
    """Return the hours in which people are too many, of a team whose work the log shows.

    That is one that is busy in its busiest hours, and does not wait longer in these. Where people have nothing else to
    do, who comes is served at once: within a quarter of an hour, in the median. Where not, they are not idle, or work
    is put aside.
    """
    if team.present is None or team.presence != "seen":
        return None
    spare = team.spare & (team.load < IDLE * team.present)
    if spare.sum() < LEAST_HOURS or _use_at_peak(team) < BUSY:
        return None
    gap = _compare(team, spare, least)
    return gap if gap is not None and gap.inside_s <= LEAST_S else None


def _use_at_peak(team: TeamPlan) -> float:
    assert team.present is not None
    open_ = np.flatnonzero((team.open > 0) & (team.present > 0))
    if not len(open_):
        return 0.0
    use = np.sort(team.load[open_] / team.present[open_])[::-1]
    return float(use[: max(len(use) // 4, 1)].mean())


def _compare(team: TeamPlan, hours: Bools, least: Least) -> Gap | None:
    if not hours.any() or team.present is None:
        return None
    work = team.work
    came = work.came
    hour = team.days.hours_of_week(came)
    waited = _measure(team, came, np.where(work.started, work.began, work.ended))
    judged = team.open[hour] > 0
    inside = judged & hours[hour]
    outside = judged & ~hours[hour]
    if min(inside.sum(), outside.sum()) < max(least.pieces, least.share * len(work), 1):
        return None
    weeks, agreed = _agree(team.days.weeks[team.days.find(came)], waited, inside, outside)
    if weeks < LEAST_WEEKS or agreed < AGREE * weeks:
        agreed = 0
    medians = float(np.median(waited[inside])) / 1000, float(np.median(waited[outside])) / 1000
    if not agreed and medians[0] > medians[1]:
        return None
    rows = work.row[inside][np.argsort(-waited[inside], kind="stable")]
    return Gap(hours, rows, *medians, weeks, float(team.needed[hours].mean()), float(team.present[hours].mean()))


def _measure(team: TeamPlan, came: Millis, until: Millis) -> Millis:
    """Return waits in the open hours of the calendar, or of those in which the team is seen to work."""
    clock = team.roster.clock if team.roster else None
    if clock is None:
        clock = Clock(_write_hours(team.open > 0), team.zone or "UTC")
    return clock.elapsed_all(came, until)


def _write_hours(open_: Bools) -> Hours:
    found = []
    for day in range(7):
        edges = np.flatnonzero(np.diff(open_[24 * day : 24 * day + 24].astype(np.int8), prepend=0, append=0))
        spans = tuple((60 * int(a), 60 * int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True))
        if spans:
            found.append((day, day, spans))
    return tuple(found)


def _agree(week: NDArray[np.int64], waited: Millis, inside: Bools, outside: Bools) -> tuple[int, int]:
    """Return how many weeks have enough of both, and in how many what came inside waited longer."""
    weeks = agreed = 0
    for number in np.unique(week).tolist():
        mine = week == number
        here, there = waited[mine & inside], waited[mine & outside]
        if min(len(here), len(there)) >= 5:
            weeks += 1
            agreed += bool(np.median(here) > np.median(there))
    return weeks, agreed
