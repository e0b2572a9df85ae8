"""Workload of teams and people: how much they do, on how many days, how many cases they hold at once, and when.

**What.** For each team and each person, machines last: cases and instances with their share of all, days with at least
one instance, cases per such day, how many cases they held at once on average, the time they worked where starts are
known, the hour of the week with most instances, and the shares at weekends and outside working days from 8 to 18. A
person stands with the team of most of their instances.

**How.** A holder has a case in hand from the first start to the last completion of a run of instances without another
holder between. Cases held at once are those times added up, divided by the time from the holder's first start to last
completion (Little's law). Days and hours are those at which instances are completed, in the log's time zone.

**Limits.** Where no start is known, time worked is not measurable: it is left out, never 0. Work of one person that
overlaps counts twice. Holidays and absences lie in the time over which cases held at once are averaged. A record of
what was written in one system is not all that people did, and no measure of how well they did it.

**Source.** metrics.md 3 (machines leave workloads) and 9 (cases per agent and day).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from svcflow.engines.fold import summarise_one
from svcflow.eventlog.log import UNKNOWN, Batch, Log
from svcflow.mining.days import TOO_LONG, Days, lay_days, say_hour
from svcflow.mining.grouping import all_seconds
from svcflow.mining.holdings import Holding, Holdings, add_up_hours, find_main_team
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.tables import Table
from svcflow.mining.tallies import Counter, Tally

TITLE = {"en": "Workload of teams and people", "zh": "团队与人员的工作量"}
DEFINITION = "workload"
MISSING = {
    "en": "Instances that name nobody belong to nobody; their share is told (unnamed_share).",
    "zh": "未署名的实例不归任何人，其占比另行列出（unnamed_share）。",
}

KINDS = ("team", "resource")


class State(NamedTuple):
    """What teams and people hold, and in which team people are."""

    teams: Holding
    people: Holding
    membership: Tally


@dataclass(frozen=True)
class WorkloadFold:
    """Adds up what each team and person does."""

    days: Days | None
    setting: Setting
    columns: ClassVar[frozenset[str]] = frozenset({"time", "start", "resource", "team"})

    def begin(self) -> Workload:
        """Return an accumulator of nothing."""
        return Workload(self)

    def partial(self, batch: Batch) -> State:
        """Summarise one block."""
        return summarise_one(self, batch)

    def merge(self, left: State, right: State) -> State:
        """Put two summaries together."""
        return State(
            left.teams.merge(right.teams), left.people.merge(right.people), left.membership.merge(right.membership)
        )

    def finish(self, state: State, log: Log) -> Measured:
        """Return the teams, then the people, those with most instances first; machines stand last."""
        setting = self.setting
        if self.days is None:
            return decline(**TOO_LONG)
        if not setting.instances or max(len(setting.teams), len(setting.resources)) < 2:
            return decline("the log names neither teams nor people", "日志没有团队，也没有人员")
        rows = [
            *_list_rows(state.teams, self, "team"),
            *_list_rows(state.people, self, "resource", find_main_team(state.membership, len(setting.teams))),
        ]
        rows.sort(key=lambda row: row["machine"])
        names = [name for name in rows[0] if name != "time_worked_s" or any(row[name] is not None for row in rows)]
        columns = {name: [row[name] for row in rows] for name in names}
        figures: dict[str, float | int | str | None] = {
            "teams": sum(row["person"] is None for row in rows),
            "people": sum(row["person"] is not None and not row["machine"] for row in rows),
            "unnamed_share": int(_pick(state, setting).counts[UNKNOWN]) / setting.instances,
        }
        if "time_worked_s" not in names:
            figures["time_worked"] = "not measurable: no start is known"
        return Measured(Table(columns), figures, setting.instances, "instances", "elapsed", people=("person",))


def _pick(state: State, setting: Setting) -> Holding:
    return state.people if len(setting.resources) > 1 else state.teams


def _list_rows(
    holding: Holding, fold: WorkloadFold, kind: str, teams: dict[int, int] | None = None
) -> list[dict[str, Any]]:
    """Return a row for each team, or for each person with their team."""
    setting, days = fold.setting, fold.days
    assert days is not None
    holders = np.flatnonzero(holding.counts)
    holders = holders[holders != UNKNOWN]
    holders = holders[np.lexsort((holders, -holding.counts[holders]))]
    active = np.bincount(holding.days.keys // len(days), minlength=len(holding.counts))
    week = add_up_hours(holding.hours, len(holding.counts))
    lasted = holding.last - holding.first
    machines = frozenset(setting.machines.tolist()) if kind == "resource" else frozenset()
    rows = []
    for code in holders.tolist():
        total, hours = int(holding.counts[code]), week[code]
        team = code if kind == "team" else (teams or {}).get(code, UNKNOWN)
        rows.append(
            {
                "team": setting.teams[team] if team != UNKNOWN else None,
                "person": setting.resources[code] if kind == "resource" else None,
                "machine": code in machines,
                "cases": int(holding.cases[code]),
                "count": total,
                "share": total / setting.instances,
                "days": int(active[code]),
                "cases_per_day": int(holding.cases[code]) / int(active[code]),
                "at_once": int(holding.held[code]) / int(lasted[code]) if lasted[code] > 0 else None,
                "time_worked_s": all_seconds(holding.worked[[code]])[0] if holding.started[code] else None,
                "busiest_hour": say_hour(int(np.argmax(hours))),
                "weekend_share": int(hours[120:].sum()) / total,
                "outside_8_to_18_share": 1 - int(hours[:120].reshape(5, 24)[:, 8:18].sum()) / total,
            }
        )
    return rows


class Workload:
    """What teams and people did in the blocks so far."""

    def __init__(self, fold: WorkloadFold) -> None:
        setting = fold.setting
        self._days = fold.days
        size = len(fold.days) if fold.days else 1
        self._teams = Holdings(len(setting.teams), size)
        self._people = Holdings(len(setting.resources), size)
        self._membership = Counter(len(setting.resources) * len(setting.teams))
        self._several = len(setting.teams) > 1 and len(setting.resources) > 1

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        if self._days is None:
            return
        at = (self._days.find(batch.time), self._days.hours_of_week(batch.time))
        self._teams.add(batch, batch.team, at)
        self._people.add(batch, batch.resource, at)
        if self._several:
            self._membership.add(batch.resource.astype(np.int64) * self._teams.width + batch.team)

    def state(self) -> State:
        """Return the state of the blocks so far."""
        return State(self._teams.state(), self._people.state(), self._membership.state())


def prepare(setting: Setting) -> WorkloadFold:
    """Return the fold of this quantity."""
    return WorkloadFold(lay_days(setting.zone, setting.span), setting)
