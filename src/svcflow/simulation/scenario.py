"""Changes made to what is played: one function a kind, each from a plan to a plan.

What a queueing model of this log cannot show is refused with the reason, in two languages: a replay of the log may
still answer it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from svcflow.eventlog.selection import judge
from svcflow.simulation.arrays import Floats
from svcflow.simulation.model import FlowModel
from svcflow.simulation.plan import Plan
from svcflow.simulation.refusals import CannotRepresentError, say
from svcflow.simulation.rosters import add_people, count_open_hours, limit_waits, spread_people
from svcflow.simulation.routes import run_side_by_side, select_rounds
from svcflow.simulation.scopes import find_codes, find_team, select
from svcflow.simulation.stations import Stations
from svcflow.simulation.traces import Rows
from svcflow.whatif import (
    Arrivals,
    Automate,
    Bypass,
    Capacity,
    CapWait,
    Change,
    Dissolve,
    DropRepeats,
    Hours,
    KeepHands,
    MergeTeams,
    Parallel,
    Prioritise,
    Scope,
    Skip,
    Speed,
)
from svcflow.whatif.rows import Selector

FASTEST_WORK, MOST_LOAD = 0.01, 5.0


@dataclass(frozen=True, eq=False)
class Stage:
    """A model and the plan so far, whose teams may have been merged."""

    model: FlowModel
    plan: Plan

    @property
    def stations(self) -> Stations:
        """Return the teams as the changes so far left them."""
        return replace(self.model.stations, names=self.plan.names, of_row=self.plan.station)

    def select(self, scope: Scope) -> Rows:
        """Return the rows in a scope."""
        known = self.stations if scope.receiver in self.plan.names else self.model.stations
        return select(self.model.traces, known, scope)


def apply(model: FlowModel, changes: Sequence[Change]) -> Plan:
    """Return the plan of `model` with `changes` made, one after the other."""
    stage = Stage(model, model.plan)
    for change in changes:
        stage = Stage(model, _OPERATORS[type(change)](stage, change))
    return stage.plan


def _capacity(stage: Stage, change: Capacity) -> Plan:
    plan, team = stage.plan, find_team(stage.stations, change.team)
    if change.heads is not None:
        people = float(stage.model.people[min(team, len(stage.model.people) - 1)])
        if np.isnan(people):
            raise CannotRepresentError(
                say(
                    f"the log names no people of {change.team}: only a share of its capacity can be changed",
                    f"日志未记录{change.team}的人员：只能按比例改变其能力",
                ),
                "state the change as a share: share=0.1",
            )
        if change.heads > 0:
            return replace(plan, capacity=add_people(plan.capacity, team, (people, change.heads)))
        factor = (people + change.heads) / max(people, 1e-9)
    else:
        factor = 1 + (change.share or 0.0)
    if factor <= 0.0:
        raise CannotRepresentError(
            say(f"nobody would be left in {change.team}", f"{change.team}将没有任何人"), "take fewer people away"
        )
    if change.heads is None:  # the same people get more or less done: nobody is cut into pieces
        return replace(plan, speed=_scale(plan.speed, team, factor))
    return replace(plan, capacity=_scale(plan.capacity, team, factor))


def _hours(stage: Stage, change: Hours) -> Plan:
    plan, team = stage.plan, find_team(stage.stations, change.team)
    open_hours = count_open_hours(stage.model, change.calendar, plan.capacity.shape[1])
    if not open_hours.any():
        raise CannotRepresentError(say("that calendar is never open", "该日历从不开放"))
    capacity = plan.capacity.copy()
    capacity[team] = spread_people(capacity[team], open_hours)
    return replace(plan, capacity=capacity)


def _prioritise(stage: Stage, change: Prioritise) -> Plan:
    plan, traces = stage.plan, stage.model.traces
    rows = judge(traces.log, change.where)[traces.case]
    if change.team is not None:
        rows = rows & (plan.station == find_team(stage.stations, change.team))
    return replace(plan, priority=np.where(rows, plan.priority - 1_000, plan.priority))


def _skip(stage: Stage, change: Skip) -> Plan:
    return stage.plan.drop(stage.select(change.scope), change.share)


def _bypass(stage: Stage, change: Bypass) -> Plan:
    rows = stage.plan.station == find_team(stage.stations, change.team)
    if change.where:
        rows = rows & judge(stage.model.log, change.where)[stage.model.traces.case]
    return stage.plan.drop(rows)


def _drop_repeats(stage: Stage, change: DropRepeats) -> Plan:
    traces = stage.model.traces
    codes = find_codes(traces.log.activities, change.activities, "activity")
    if change.rounds:
        rows = select_rounds(traces, int(codes[0]), change.from_round - 1)
    else:
        rows = np.isin(traces.log.activity, codes) & (
            Selector(traces.log, stage.stations.machines).occurrence >= change.from_round
        )
    return stage.plan.drop(rows, change.share, by_case=True)


def _automate(stage: Stage, change: Automate) -> Plan:
    rows = stage.select(change.scope) & (stage.plan.station >= 0)
    return replace(stage.plan, station=np.where(rows, -1, stage.plan.station), own=np.where(rows, 0.0, stage.plan.own))


def _speed(stage: Stage, change: Speed) -> Plan:
    codes = find_codes(stage.model.log.activities, change.activities, "activity")
    rows = np.isin(stage.model.log.activity, codes)
    if not (rows & (stage.plan.station >= 0)).any():
        raise CannotRepresentError(
            say("no team works on these activities, so its pace is not known", "没有团队处理这些活动，其处理速度未知")
        )
    return replace(stage.plan, work=np.where(rows, stage.plan.work * max(change.factor, 0.0), stage.plan.work))


def _cap_wait(stage: Stage, change: CapWait) -> Plan:
    plan, model = stage.plan, stage.model
    rows = stage.select(change.scope)
    limit = np.full(len(rows), change.limit_s * 1000.0)
    if change.calendar is not None:
        limit = limit_waits(model, change.calendar, change.limit_s)
    elsewhere = rows & (plan.station < 0)
    queued = rows & (plan.station >= 0)
    waits_elsewhere = float(plan.own[elsewhere].sum())
    waits_here = float(model.traces.sojourn[queued].sum())
    if waits_here > waits_elsewhere:
        raise CannotRepresentError(
            say(
                "most of this wait is a queue of a team here: a limit does not serve it, people, hours or less work do",
                "这段等待大多是本方团队的排队：限时本身不会缩短它，需要人手、工时或减少工作量",
            ),
            "a replay of the log says what keeping to the limit would be worth",
        )
    own = np.where(elsewhere, np.minimum(plan.own, limit), plan.own)
    return replace(plan, own=own, most=np.where(queued, np.minimum(plan.most, limit), plan.most))


def _merge_teams(stage: Stage, change: MergeTeams) -> Plan:
    plan = stage.plan
    one, other = (find_team(stage.stations, name) for name in change.teams)
    if one == other:
        raise CannotRepresentError(say("a team cannot be merged with itself", "团队不能与自身合并"))
    if stage.model.mode != "people":
        raise CannotRepresentError(
            say(
                "of teams without people only rates are known: what one could do for the other does not show",
                "没有人员信息的团队只知道处理速率：看不出一队能替另一队做多少",
            )
        )
    weights = plan.capacity[[one, other]].sum(axis=1)
    capacity, speed = plan.capacity.copy(), plan.speed.copy()
    capacity[one] += capacity[other]
    capacity[other] = 0.0
    speed[one] = np.average(plan.speed[[one, other]], weights=np.maximum(weights, 1e-9))
    station = np.where(plan.station == other, one, plan.station)
    return replace(plan, station=station, capacity=capacity, speed=speed)


def _parallel(stage: Stage, change: Parallel) -> Plan:
    traces = stage.model.traces
    one, other = find_codes(traces.log.activities, change.activities, "activity").tolist()
    before, after = run_side_by_side(traces, (stage.plan.before, stage.plan.after), (one, other))
    return replace(stage.plan, before=before, after=after)


def _arrivals(stage: Stage, change: Arrivals) -> Plan:
    load = stage.plan.load * change.factor
    if not FASTEST_WORK <= load <= MOST_LOAD:
        raise CannotRepresentError(
            say(f"{load:g} times the arrivals is too far from what the log shows", f"到达量的{load:g}倍离日志所见太远")
        )
    return replace(stage.plan, load=load)


def _keep_hands(_stage: Stage, _change: KeepHands) -> Plan:
    raise CannotRepresentError(
        say(
            "a handover waits in the queue of who receives it, whoever hands it over: a simulation sees no difference",
            "交接等待就是接收方的排队，与谁交出无关：模拟看不出区别",
        ),
        "a replay of the log says what handovers that wait like others would be worth",
    )


def _dissolve(_stage: Stage, _change: Dissolve) -> Plan:
    raise CannotRepresentError(
        say(
            "waiting for a batch to fill is not told apart from other delays of the team in a simulation",
            "模拟无法把等待成批与该团队的其他延误区分开",
        ),
        "a replay of the log says what doing them case by case would be worth",
    )


def _scale(of_team: Floats, team: int, factor: float) -> Floats:
    scaled = of_team.copy()
    scaled[team] *= factor
    return scaled


_OPERATORS: dict[type[Any], Callable[[Stage, Any], Plan]] = {
    Arrivals: _arrivals,
    Automate: _automate,
    Bypass: _bypass,
    CapWait: _cap_wait,
    Capacity: _capacity,
    Dissolve: _dissolve,
    DropRepeats: _drop_repeats,
    Hours: _hours,
    KeepHands: _keep_hands,
    MergeTeams: _merge_teams,
    Parallel: _parallel,
    Prioritise: _prioritise,
    Skip: _skip,
    Speed: _speed,
}
