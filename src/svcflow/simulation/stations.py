"""Which rows of a log a team works on, which wait for others, and how teams are known at all.

Teams are those of the log; else those that own the steps in the definitions; else groups of people who do the same
work. Rows without a team, of a machine, behind a timer or with the customer or a vendor keep the time they took.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from svcflow.definitions.model import Workspace
from svcflow.definitions.net import steps_of
from svcflow.eventlog.log import UNKNOWN, Codes, Log
from svcflow.execution.labels import fold, matches
from svcflow.mining import Mined
from svcflow.mining.accounts import is_nobody
from svcflow.simulation.arrays import Floats, Ints
from svcflow.simulation.refusals import CannotSimulateError, say
from svcflow.simulation.traces import Rows, Traces

Mode = Literal["people", "teams"]

LIKE = 0.7
"""Correlation of the activities of two people from which on they are of one group."""
FEWEST = 50
"""Pieces of work below which a team is no queue."""
NAMED = 0.5
"""The people of a log are used where so large a share of the rows of teams name somebody."""


@dataclass(frozen=True, eq=False)
class Stations:
    """The teams and, for each row of the log, an index into them, -1 where nobody here works.

    `source` says where teams are from; `mode` whether people are known (capacity in heads) or only teams (in percent).
    """

    names: tuple[str, ...]
    of_row: Ints
    mode: Mode
    source: Literal["log", "definitions", "people"]
    machines: Codes
    """The codes of resources that are no people."""
    small: tuple[str, ...] = ()
    """Teams that do too little to be a queue: their rows keep the times they took."""


def find_stations(traces: Traces, mined: Mined, workspace: Workspace | None) -> Stations:
    """Return the teams of a log. Raises CannotSimulateError where nothing tells who does the work."""
    log = traces.log
    here: Rows = ~find_elsewhere(traces, mined, workspace)
    known = _name_people(log, mined)
    source: Literal["log", "definitions", "people"] = "log"
    if log.has_teams:
        names, of_row = log.teams.texts, np.where(log.team == UNKNOWN, -1, log.team).astype(np.int64)
    else:
        found = _find_owners(log, workspace) if workspace else None
        if found is not None:
            source, (names, of_row) = "definitions", found
        elif known.any():
            source, (names, of_row) = "people", _group_people(log, known)
        else:
            raise CannotSimulateError(
                say(
                    "the log names neither people nor teams, and no definition says who does the steps",
                    "日志既没有人员也没有团队，流程定义也没有说明由谁执行步骤",
                ),
                "give a workspace with --workspace, or map a column to the team or resource",
            )
    of_row = np.where(here, of_row, -1)
    of_row = np.where(traces.first & ~log.has_start, -1, of_row)  # what opens a case took nobody's time that is known
    worked = of_row >= 0
    mode: Mode = "people" if worked.any() and known[worked].mean() >= NAMED else "teams"
    if mode == "people":
        of_row = np.where(known, of_row, -1)
    done = np.bincount(of_row[of_row >= 0], minlength=len(names))
    used, few = np.flatnonzero(done >= FEWEST), np.flatnonzero((done > 0) & (done < FEWEST))
    if not len(used):
        raise CannotSimulateError(
            say(
                f"no team here does as many as {FEWEST} pieces of work in the log",
                f"日志中没有任何本方团队完成 {FEWEST} 件以上的工作",
            ),
            "say with sides: in the mapping which activities are with the customer",
        )
    numbers = np.full(len(names) + 1, -1, np.int64)
    numbers[used] = np.arange(len(used))
    known_names = tuple(names[code] for code in used.tolist())
    small = tuple(names[code] for code in few.tolist())
    return Stations(known_names, numbers[of_row], mode, source, mined.waits.machines_array, small)


def find_elsewhere(traces: Traces, mined: Mined, workspace: Workspace | None) -> Rows:
    """Return the rows whose time is not a team's: a machine's, a timer's, the customer's, a vendor's, or nobody's."""
    log = traces.log
    elsewhere = np.isin(log.resource, mined.waits.machines_array) & (log.resource != UNKNOWN)
    elsewhere[mined.waits.row[~mined.waits.addressable]] = True
    outside = [code for code, name in enumerate(log.activities.texts) if log.sides.get(name, "provider") != "provider"]
    elsewhere |= np.isin(log.activity, outside)
    for process in workspace.processes.values() if workspace else ():
        for wait in process.waiting:
            since, until = (list_activities(log, workspace, names) for names in ((wait.since,), wait.until))
            follows = np.isin(np.roll(log.activity, 1), since) & ~traces.first
            elsewhere |= follows & np.isin(log.activity, until)
    return np.asarray(elsewhere, dtype=np.bool_)


def list_activities(log: Log, workspace: Workspace | None, steps: tuple[str, ...]) -> list[int]:
    """Return the codes of activities that show one of `steps`."""
    patterns = []
    for process in workspace.processes.values() if workspace else ():
        known = steps_of(process, workspace) if workspace else {}
        for step in steps:
            if step in known:
                patterns += [fold(label.pattern) for label in known[step].labels] or [fold(step)]
    texts = enumerate(log.activities.texts)
    return [code for code, name in texts if any(matches(pattern, fold(name)) for pattern in patterns)]


def _name_people(log: Log, mined: Mined) -> Rows:
    """Return the rows that name a person."""
    nobody = [code for code, name in enumerate(log.resources.texts) if is_nobody(name)]
    not_people = np.union1d(np.array([UNKNOWN, *nobody]), mined.waits.machines_array)
    return np.asarray(~np.isin(log.resource, not_people))


def _find_owners(log: Log, workspace: Workspace) -> tuple[tuple[str, ...], Ints] | None:
    """Return the first owner of the step that each activity shows; ``None`` where the definitions know none of them."""
    owner: dict[int, str] = {}
    for process in workspace.processes.values():
        for step in steps_of(process, workspace).values():
            patterns = [fold(label.pattern) for label in step.labels] or [fold(step.id)]
            for code, name in enumerate(log.activities.texts):
                if step.owners and any(matches(pattern, fold(name)) for pattern in patterns):
                    owner.setdefault(code, step.owners[0])
    external = {role.id for role in workspace.organisation.roles.values() if role.external}
    owner = {code: name for code, name in owner.items() if name not in external}
    if not owner:
        return None
    names = tuple(sorted(set(owner.values())))
    table = np.full(len(log.activities), -1, np.int64)
    for code, name in owner.items():
        table[code] = names.index(name)
    return names, table[log.activity]


def _group_people(log: Log, known: Rows) -> tuple[tuple[str, ...], Ints]:
    """Return groups of people who do the same activities, named by what they do most; nobody's name is in them."""
    people, person = np.unique(log.resource[known], return_inverse=True)
    done = np.zeros((len(people), len(log.activities)))
    np.add.at(done, (person, log.activity[known]), 1)
    group = _join_alike(done / done.sum(axis=1, keepdims=True))
    weights = np.array([done[group == number].sum() for number in range(int(group.max()) + 1)])
    names: dict[int, str] = {}
    for number in np.argsort(-weights, kind="stable").tolist():
        for code in np.argsort(-done[group == number].sum(axis=0), kind="stable").tolist():
            if log.activities[code] not in names.values():
                names[number] = log.activities[code]
                break
        else:
            names[number] = f"group {number + 1}"
    of_row = np.full(log.instances, -1, np.int64)
    of_row[known] = group[person]
    return tuple(names[number] for number in range(len(names))), of_row


def _join_alike(profiles: Floats) -> Ints:
    """Return the group of each person: the connected parts of who correlates with whom."""
    centred = profiles - profiles.mean(axis=1, keepdims=True)
    lengths = np.sqrt((centred**2).sum(axis=1))
    centred /= np.where(lengths > 0, lengths, 1)[:, None]
    alike = centred @ centred.T >= LIKE
    group = np.arange(len(profiles))
    while True:
        lowest = np.where(alike, group[None, :], len(group)).min(axis=1)
        smaller = np.minimum(group, lowest)
        if (smaller == group).all():
            return np.unique(group, return_inverse=True)[1].astype(np.int64)
        group = smaller
