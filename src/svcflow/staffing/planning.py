"""The plan of each team: work that comes by hour of the week, people it needs for a target, people who are there.

What comes while a team is closed is done after it opens: it is laid on the first open hours, on as many as the target
allows, four at most. Required heads are those at work, before absences; divide by ``1 - shrinkage`` for a roster.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.model import Workspace
from svcflow.eventlog.log import UNKNOWN, Codes, Log
from svcflow.mining.days import TOO_LONG, WEEK_HOURS, Days, lay_days
from svcflow.staffing import reasons
from svcflow.staffing.erlang import lose_patience
from svcflow.staffing.forecast import AHEAD, Forecast, forecast
from svcflow.staffing.rosters import Roster, expose, find_roster, list_holidays
from svcflow.staffing.targets import Target
from svcflow.staffing.work import Handling, Work, collect, count_arrivals, count_people, find_worked, measure_handling

Floats = NDArray[np.float64]
Text = dict[str, str]

LEAST_PIECES = 50
MOST_SPREAD = 4
RECENT_WEEKS = 52
"""The forecast looks back so far."""
LITTLE = 0.3
"""Who spends less of their time than this on what the log shows does other work, or is too many: it does not tell."""
LEAST_LOAD, FULL_USE = 0.5, 0.8
MOST_ERROR = 1.0
"""Arrivals that were missed by more than they are cannot be foretold."""


@dataclass(frozen=True, slots=True, eq=False)
class TeamPlan:
    """One team: its work by hour of the week (168 values each), the heads it needs, the heads at work.

    `load` is in erlangs; `needed` at the expected arrivals, `needed_low` and `needed_high` at the ends of their
    interval. `present` is who was seen at work on average (`presence` ``seen``) or what the organisation states
    (``roster``); ``None`` where neither is known. `unknown` says by language why there is no figure.
    """

    name: str
    roster: Roster | None
    work: Work
    arrivals: Forecast | None
    handling: Handling | None
    open: Floats
    load: Floats
    needed: Floats
    needed_low: Floats
    needed_high: Floats
    present: Floats | None
    presence: str
    holidays: tuple[str, ...]
    days: Days
    zone: str
    unknown: Text = field(default_factory=dict)

    @property
    def occupancy(self) -> float | None:
        """Return the share of their time that people spend on what the log shows."""
        if self.present is None or not float((self.present * self.open).sum()):
            return None
        return float(self.load.sum()) / float((self.present * self.open).sum())

    @property
    def short(self) -> NDArray[np.bool_]:
        """Return the hours in which at least one more head is needed than is there, even if little comes.

        Whoever is there then hardly pauses; an hour with hardly any work, or at the ragged end of a shift, is none.
        """
        if self.present is None or self.arrivals is None:
            return np.zeros(WEEK_HOURS, np.bool_)
        low = self.load * np.divide(
            self.arrivals.low, self.arrivals.mean, out=np.ones(WEEK_HOURS), where=self.arrivals.mean > 0
        )
        pressed = low >= np.maximum(LEAST_LOAD, FULL_USE * self.present)
        return (self.open > 0) & pressed & (self.needed_low - self.present >= 1)

    @property
    def spare(self) -> NDArray[np.bool_]:
        """Return the hours in which two heads more are there than needed, and half as many again, even if much comes.

        None where the log shows too little of what people do.
        """
        if self.present is None or (self.occupancy or 0) < LITTLE:
            return np.zeros(WEEK_HOURS, np.bool_)
        over = self.present - np.maximum(self.needed_high, 1)
        return (self.open > 0) & (over >= 2) & (self.present >= 1.5 * self.needed_high)


@dataclass(frozen=True, slots=True)
class Absence:
    """What keeps people and customers away: `shrinkage` is the share (0..1) of paid time not at work.

    `patience_s` is how long customers wait on average before they give up, ``None`` where they stay.
    """

    shrinkage: float = 0.0
    patience_s: float | None = None


PRESENT = Absence()


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The plans of all teams of a log for one target."""

    source: str
    zone: str
    target: Target
    absence: Absence
    teams: tuple[TeamPlan, ...]
    unknown: Text = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the plan as plain values; durations in seconds, shares 0..1."""
        from svcflow.staffing.document import write_plan  # noqa: PLC0415 - only where it is written out

        return write_plan(self)


@dataclass(frozen=True, slots=True)
class Setting:
    """What all teams of a plan share."""

    days: Days
    target: Target
    zone: str
    workspace: Workspace | None


def plan(
    log: Log,
    machines: Codes,
    workspace: Workspace | None = None,
    *,
    target: Target,
    team: str | None = None,
    absence: Absence = PRESENT,
) -> Plan:
    """Return what each team of `log` (or the one called `team`) needs; `machines` are the codes of no people.

    Teams with most work first; those with fewer than 50 pieces are left out.
    """

    def write(teams: tuple[TeamPlan, ...], unknown: Text | None = None) -> Plan:
        return Plan(log.source, log.zone, target, absence, teams, unknown or {})

    if not log.has_teams:
        return write((), reasons.NO_TEAMS)
    begun = log.start[log.offsets[:-1]] if log.cases else np.zeros(0, np.int64)
    span = (int(begun.min()), int(begun.max())) if log.cases else (0, 0)
    days = lay_days(log.zone, span)
    if days is None:
        return write((), TOO_LONG)
    work = collect(log, machines)
    work = work.choose((work.came >= span[0]) & (work.came <= span[1]))
    setting = Setting(days, target, log.zone, workspace)
    counts = np.bincount(work.team, minlength=len(log.teams))
    order = [code for code in np.argsort(-counts, kind="stable").tolist() if counts[code] >= LEAST_PIECES]
    named = [code for code in order if code != UNKNOWN and team in {None, log.teams[code]}]
    return write(tuple(_plan(log.teams[code], work.of_team(code), setting) for code in named))


def _plan(name: str, work: Work, setting: Setting) -> TeamPlan:
    roster = find_roster(setting.workspace, name)
    counts, weeks = count_arrivals(work.came, setting.days)
    counts, weeks = counts[-RECENT_WEEKS:], weeks[-RECENT_WEEKS:]
    exposure = expose(roster, setting.days, weeks)
    arrivals = forecast(counts, exposure)
    handling = measure_handling(work, roster.clock if roster else None, setting.days)
    present, presence = _find_present(work, roster, (setting.days, weeks, exposure), handling)
    open_ = roster.open if roster and roster.calendar else find_worked(work, setting.days)
    holidays = list_holidays(roster, setting.zone, setting.days.span[1], AHEAD)
    zero = np.zeros(WEEK_HOURS)
    unknown = _say_unknown(roster, arrivals, handling)
    blank = TeamPlan(
        name, roster, work, arrivals, handling, open_, zero, zero, zero, zero, present, presence, holidays,
        setting.days, setting.zone, unknown,
    )  # fmt: skip
    if unknown or arrivals is None or handling is None:
        return blank
    spread = int(min(max(round(setting.target.within_s / 3600), 1), MOST_SPREAD))
    rates = [defer(rate, open_, spread) for rate in (arrivals.mean, arrivals.low, arrivals.high)]
    needed = [_require(rate, open_, handling, setting.target) for rate in rates]
    found = replace(blank, load=rates[0] * handling.mean_s / 3600)
    if handling.kind == "effective" and (found.occupancy or 0) > 1:
        return replace(blank, unknown=reasons.TOO_MUCH)
    return replace(found, needed=needed[0], needed_low=needed[1], needed_high=needed[2])


def _say_unknown(roster: Roster | None, arrivals: Forecast | None, handling: Handling | None) -> Text:
    if roster is not None and roster.team.members and not roster.heads:
        return reasons.OUTSIDE
    if arrivals is None:
        return reasons.TOO_SHORT
    if arrivals.error is not None and arrivals.error > MOST_ERROR:
        return reasons.TOO_WILD
    return {} if handling is not None else reasons.NO_HANDLING


def _find_present(
    work: Work, roster: Roster | None, when: tuple[Days, NDArray[np.int64], Floats], handling: Handling | None
) -> tuple[Floats | None, str]:
    """Return the mean heads at work by hour, and where that is from."""
    days, weeks, exposure = when
    if work.names_people and len(weeks):
        heads, open_ = count_people(work, days, weeks, handling), exposure.sum(axis=0)
        return np.divide((heads * exposure).sum(axis=0), open_, out=np.zeros(WEEK_HOURS), where=open_ > 0), "seen"
    if roster is not None and roster.heads:
        return roster.heads * (roster.open > 0).astype(np.float64), "roster"
    return None, "unknown"


def defer(rate: Floats, open_: Floats, spread: int) -> Floats:
    """Return arrivals an hour with those of closed hours laid on the next `spread` open ones.

    >>> closed = np.ones(168); closed[:8] = 0
    >>> rate = np.zeros(168); rate[3] = 6.0
    >>> defer(rate, closed, 2)[7:11].tolist()
    [0.0, 3.0, 3.0, 0.0]
    """
    laid = np.where(open_ > 0, rate, 0.0)
    opens = np.flatnonzero(open_ > 0)
    for hour in np.flatnonzero((open_ == 0) & (rate > 0)).tolist():
        first = int(np.searchsorted(opens, hour))
        for number in range(spread):
            laid[opens[(first + number) % len(opens)]] += rate[hour] / spread
    return laid


def _require(rate: Floats, open_: Floats, handling: Handling, target: Target) -> Floats:
    """Return the heads that keep the target in each hour; in an hour that is half open all comes in that half."""
    needed = np.zeros(WEEK_HOURS)
    for hour in np.flatnonzero(rate > 0).tolist():
        load = rate[hour] / max(open_[hour], 1 / 60) * handling.mean_s / 3600
        needed[hour] = target.require(float(load), handling.mean_s, handling.squared_variation)
    return needed


def lose(team: TeamPlan, patience_s: float) -> tuple[float, float] | None:
    """Return how many arrivals of a week give up with the people present, and how many there are (Erlang A).

    Hours in which nobody is present count as one head. ``None`` where work or people are not known.
    """
    if team.unknown or team.present is None or team.handling is None:
        return None
    gone = whole = 0.0
    for hour in np.flatnonzero((team.load > 0) & (team.open > 0)).tolist():
        rate = float(team.load[hour]) * 3600 / team.handling.mean_s
        heads = max(round(float(team.present[hour])), 1)
        load = float(team.load[hour] / team.open[hour])
        gone += rate * lose_patience(heads, load, team.handling.mean_s, patience_s).abandoned
        whole += rate
    return gone, whole
