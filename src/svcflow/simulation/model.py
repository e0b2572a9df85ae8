"""The model of a log: who works when and how fast, what takes how long, and how to play its cases again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from svcflow.definitions.model import Workspace
from svcflow.eventlog.log import Log
from svcflow.simulation.arrays import Floats, Ints, play_jobs
from svcflow.simulation.delays import choose_random, spread_delays
from svcflow.simulation.draws import Picks, draw_weeks, pick
from svcflow.simulation.outcome import Bools, Instances, Outcome, Teams, summarise_teams
from svcflow.simulation.plan import Expanded, Plan, expand, make_shifts
from svcflow.simulation.presence import HOUR, WEEK_HOURS
from svcflow.simulation.service import Gaps, Service
from svcflow.simulation.stations import Mode, Stations
from svcflow.simulation.targets import Targets
from svcflow.simulation.traces import WEEK, Traces
from svcflow.whatif import Change

if TYPE_CHECKING:
    from svcflow.simulation.identifiability import Answer

TYPICAL_WEEKS = 8
"""Behind the last arrival a team goes on as it did on average in so many weeks before."""


@dataclass(frozen=True, eq=False)
class FlowModel:
    """A log, ready to be played: see `fitting.fit`. One entry a team in `speed` and `extraneous` (milliseconds).

    `capacity` are heads, or completions an hour where only teams are known, by team and hour since the origin;
    `people` the full heads of each team, NaN where unknown. `priority` is a rank a case, lower first, 0 for all
    where it does not show in the order of work. `resolving` is the row that resolves each case, -1 for none; `counted`
    are the cases that statistics take in. `blocks`, where given, are the weeks of the log that a run plays one after
    the other. `measured` tells for which teams the speed was seen; `notes` are ids of what was found while fitting;
    `given`, where there are any, the delays by row and which fall by chance (see `on`).
    """

    traces: Traces
    stations: Stations
    service: Service
    speed: Floats
    extraneous: Floats
    capacity: Floats
    people: Floats
    priority: Ints
    resolving: Ints
    counted: Bools
    targets: Targets
    gaps: Gaps | None = None
    measured: Bools | None = None
    blocks: Ints | None = None
    workspace: Workspace | None = None
    notes: tuple[str, ...] = ()
    priority_field: str | None = None
    given: tuple[Floats, Bools] | None = None

    @property
    def log(self) -> Log:
        """Return the log whose cases are played."""
        return self.traces.log

    @property
    def teams(self) -> tuple[str, ...]:
        """Return the names of the teams."""
        return self.stations.names

    @property
    def mode(self) -> Mode:
        """Return whether people are known (capacity in heads) or only teams (capacity in percent)."""
        return self.stations.mode

    @cached_property
    def plan(self) -> Plan:
        """Return what is played where nothing is changed."""
        traces, of_row = self.traces, self.stations.of_row
        rows = self.log.instances
        if self.given is None:
            random = choose_random(self._waited, of_row, self.extraneous)
            delay = spread_delays(self._waited, of_row, self.extraneous, random)
        else:
            delay, random = self.given
        return Plan(
            names=self.teams,
            station=of_row,
            own=np.where(of_row >= 0, 0.0, np.maximum(traces.sojourn, 0.0)),
            work=np.ones(rows),
            delay=delay,
            random=random,
            most=np.full(rows, np.inf),
            dropped=np.zeros(rows),
            by_case=np.zeros(rows, np.bool_),
            priority=self.priority[traces.case],
            before=traces.before,
            after=traces.after,
            capacity=self._lay_out(),
            speed=self.speed,
        )

    @cached_property
    def _waited(self) -> Floats:
        """Return what a delay may be a part of: the wait of each row, or its sojourn where no start is known."""
        traces = self.traces
        return np.maximum(np.where(self.log.has_start, traces.start, traces.end) - traces.enabled, 0.0)

    def run(
        self,
        changes: Sequence[Change] = (),
        *,
        seed: int = 0,
        load: float = 1.0,
        weeks: int | None = None,
        fast: bool | None = None,
    ) -> Outcome:
        """Play the cases of the model with `changes` made; the same seed plays the same cases with the same luck.

        So the difference of two runs of one seed, load and number of weeks is the effect of the changes. `load`
        multiplies the arrivals. With `weeks`, so many whole weeks of the log are drawn with replacement instead of
        playing the log's own; `fast` is as in `play_jobs`. Raises CannotRepresentError for a change that the model
        cannot play, UsageError for one that names what there is not.
        """
        from svcflow.simulation.scenario import apply  # noqa: PLC0415 - it knows this module

        model = self
        if weeks is not None:
            blocks = draw_weeks(self.traces, weeks, np.random.default_rng([seed, 3]))
            model = replace(self, blocks=blocks)
        plan = apply(model, changes) if changes else model.plan
        picks, draws = pick(self.traces, model.blocks, load * plan.load, seed)
        expanded = expand(plan, self.traces, (picks, draws), self.service)
        return model._play(plan, picks, expanded, (load * plan.load, fast))  # noqa: SLF001 - its own class

    def observe(self) -> Outcome:
        """Return what the log itself shows, in the form of a run; what is not known of it is NaN."""
        traces, log = self.traces, self.log
        case = np.arange(log.cases)
        unknown = np.full(log.instances, np.nan)
        ready = np.where(log.has_start, traces.enabled, unknown)
        start = np.where(log.has_start, traces.start, unknown)
        instances = Instances(
            traces.case,
            np.arange(log.instances),
            log.activity.astype(np.int64),
            self.stations.of_row,
            traces.enabled,
            ready,
            start,
            traces.end,
            np.zeros(log.instances, np.bool_),
        )
        picks = Picks(case, traces.week, np.zeros(log.cases), np.zeros(log.cases))
        teams = summarise_teams(self.teams, instances, np.full(len(self.teams), np.nan))
        return self._gather(picks, instances, teams, 1.0)

    def resample(self, rng: np.random.Generator, *, played: int | None = None) -> FlowModel:
        """Return the model of another draw of weeks of the log, its parameters estimated anew from them.

        Capacity is off by a lognormal error of 7 % besides, drawn once a team: what the log does not tell about it.
        With `played`, only so many of the weeks are played, which spares time.
        """
        from svcflow.simulation.fitting import refit  # noqa: PLC0415 - it knows this module

        return refit(self, draw_weeks(self.traces, max(self.traces.weeks, played or 0), rng), rng, played=played)

    def on(self, other: FlowModel) -> FlowModel:
        """Return this model's parameters on the arrivals, routes and staffing of `other`, of the same vocabulary.

        That is the conditional back-test: only queueing is predicted. Teams that this model does not know keep the
        other's parameters.
        """
        from svcflow.simulation.carrying import carry_delays  # noqa: PLC0415 - it knows this module

        here = {name: place for place, name in enumerate(self.teams)}
        place = np.array([here.get(name, -1) for name in other.teams], np.int64)

        def take(own: Floats, others: Floats) -> Floats:
            return np.where(place >= 0, own[place], others)

        service = replace(self.service, recorded=other.service.recorded)
        return replace(
            other,
            service=service,
            speed=take(self.speed, other.speed),
            extraneous=take(self.extraneous, other.extraneous),
            blocks=None,
            given=carry_delays(self, other, place),
        )

    def identifiability(self) -> tuple[Answer, ...]:
        """Return what a simulation of this log can answer and what not, in both languages."""
        from svcflow.simulation.identifiability import judge  # noqa: PLC0415 - it knows this module

        return judge(self)

    def _lay_out(self) -> Floats:
        """Return the capacity by hour of a run: that of its weeks, and behind them typical ones."""
        weeks = self.traces.weeks
        hours = np.zeros((len(self.teams), weeks * WEEK_HOURS))
        held = self.capacity[:, : hours.shape[1]]
        hours[:, : held.shape[1]] = held
        by_week = hours.reshape(len(self.teams), weeks, WEEK_HOURS)
        whole = by_week[:, 1:-1] if weeks > TYPICAL_WEEKS + 2 else by_week
        typical = whole[:, -TYPICAL_WEEKS:].mean(axis=1)
        chosen = by_week if self.blocks is None else by_week[:, self.blocks]
        tail = np.repeat(typical[:, None], 4, axis=1)
        return np.concatenate([chosen, tail], axis=1).reshape(len(self.teams), -1)

    def _play(self, plan: Plan, picks: Picks, expanded: Expanded, how: tuple[float, bool | None]) -> Outcome:
        load, fast = how
        jobs, shifts = expanded.jobs, make_shifts(plan, heads=self.mode == "people")
        played = play_jobs(jobs, shifts, fast=fast)
        instances = Instances(
            expanded.pick,
            expanded.row,
            self.log.activity[expanded.row].astype(np.int64),
            jobs.team,
            played.ready - jobs.delay,
            played.ready,
            played.start,
            played.end,
            expanded.dropped,
        )
        span = (int(picks.week.max()) + 1) * WEEK_HOURS if len(picks.week) else WEEK_HOURS
        can = shifts.capacity[:, :span].sum(axis=1) * HOUR
        at_team = jobs.team >= 0
        asked = np.bincount(jobs.team[at_team], jobs.service[at_team], len(plan.names))
        used = np.where(can > 0, asked / np.maximum(can, 1.0), np.nan)
        return self._gather(picks, instances, summarise_teams(plan.names, instances, used), load)

    def _gather(self, picks: Picks, instances: Instances, teams: Teams, load: float) -> Outcome:
        traces = self.traces
        sizes = np.diff(traces.log.offsets)[picks.case]
        begins = np.cumsum(sizes) - sizes
        end = np.maximum.reduceat(instances.end, begins) if len(begins) else np.empty(0)
        row = self.resolving[picks.case]
        place = np.where(row >= 0, begins + row - traces.log.offsets[picks.case], 0)
        resolved = np.where(row >= 0, instances.end[place], np.nan)
        arrival = traces.arrival[picks.case] + picks.shift
        counted = self.counted[picks.case]
        return Outcome(
            picks.case,
            picks.week,
            arrival,
            end,
            resolved,
            counted,
            teams,
            instances,
            self.targets.measure(self, picks, instances),
            load,
        )


def count_weeks(model: FlowModel) -> float:
    """Return how many weeks lie between the first and the last arrival."""
    arrival = model.traces.arrival
    return float(np.ptp(arrival) / WEEK) if len(arrival) else 0.0
