"""Who did it: roles of events, and whether the people of a case are those that the definition asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.model import Organisation, Rule, Step
from svcflow.execution.duties import holding
from svcflow.execution.labels import fold, matches
from svcflow.execution.staffing import staff_of
from svcflow.execution.track import Rows, Track

UNKNOWN = -1


@dataclass(frozen=True)
class Roles:
    """The role of each event of a track (an index into `ids`), and where it is unknown, the roles it can be.

    `team` is an index into `sets`: the roles that the members of the event's team hold, or, from `own` on, the roles
    that its actor holds all at once; -1 is unknown.
    """

    ids: tuple[str, ...]
    role: NDArray[np.int32]
    sets: tuple[frozenset[str], ...]
    team: NDArray[np.int32]
    own: int

    @property
    def of_people(self) -> bool:
        """Return whether the file of people says something about these events."""
        return len(self.sets) > self.own

    @property
    def unknown(self) -> NDArray[np.bool_]:
        """Return the events about whose role nothing is known."""
        return (self.role < 0) & (self.team < 0)

    def could_be(self, event: int) -> str:
        """Return the role of an event, or the roles it can be, for a message."""
        if self.role[event] >= 0:
            return self.ids[int(self.role[event])]
        chosen = int(self.team[event])
        return (" and " if chosen >= self.own else " or ").join(sorted(self.sets[chosen])) if chosen >= 0 else ""


def roles_of(track: Track, organisation: Organisation) -> Roles:
    """Return the roles of the events: those of the actor on that day by the file of people, which wins.

    Else the log's `role` column; failing both, what the event's team is made of.
    """
    log = track.knowledge.log
    ids = tuple(organisation.roles)
    known = {fold(role): i for i, role in enumerate(ids)}
    field = track.knowledge.field("role")
    role = np.full(len(track.rows), UNKNOWN, np.int32)
    if field is not None:
        table = [known.get(fold(str(value)), UNKNOWN) if value is not None else UNKNOWN for value in field.values]
        role = np.asarray(table, np.int32)[track.knowledge.codes("role", track.rows, "own")]
    teams = tuple(organisation.teams.values())
    sets = tuple(frozenset({*team.members, *([team.lead] if team.lead else [])}) for team in teams)
    names = [{fold(team.id), *(fold(label) for label in team.labels)} for team in teams]

    def team_of(text: str) -> int:
        folded = fold(text)
        found = (i for i, labels in enumerate(names) if sets[i] and any(matches(label, folded) for label in labels))
        return next(found, UNKNOWN) if folded else UNKNOWN

    table = [team_of(text) for text in log.teams.texts]
    team = np.asarray(table, np.int32)[log.team[track.rows]]
    staff = staff_of(track, organisation)
    listed = staff.of_event >= 0
    single = np.asarray([ids.index(next(iter(s))) if len(s) == 1 else UNKNOWN for s in staff.sets] or [UNKNOWN])
    role = np.where(listed, single[staff.of_event], role).astype(np.int32)
    team = np.where(listed, len(sets) + staff.of_event, team).astype(np.int32)
    return Roles(ids, role, (*sets, *staff.sets), team, len(sets))


def wrong_roles(track: Track, roles: Roles, steps: tuple[Step | None, ...]) -> Rows:
    """Return the events whose role is known and owns the step not (D301)."""
    by_role = np.zeros((len(steps), len(roles.ids) + 1), np.bool_)
    by_team = np.zeros((len(steps), len(roles.sets) + 1), np.bool_)
    for i, step in enumerate(steps):
        if step is not None and step.owners:
            by_role[i, : len(roles.ids)] = [role not in step.owners for role in roles.ids]
            by_team[i, : len(roles.sets)] = [members.isdisjoint(step.owners) for members in roles.sets]
    # Index -1, unknown, is the last column, which holds nothing against anybody.
    wrong = np.where(roles.role >= 0, by_role[track.steps, roles.role], by_team[track.steps, roles.team])
    return np.flatnonzero(wrong)


class Spending(NamedTuple):
    """Events that decided more than their role may: the amount and the limit of each (D304)."""

    events: Rows
    amounts: NDArray[np.float64]
    limits: NDArray[np.float64]


def over_authority(track: Track, roles: Roles, steps: tuple[Step | None, ...], organisation: Organisation) -> Spending:
    """Return the events of steps that spend a field whose value is above the authority of the event's role."""
    found: list[tuple[Rows, NDArray[np.float64], NDArray[np.float64]]] = []
    for i, step in enumerate(steps):
        known = track.knowledge.field(step.spends) if step is not None and step.spends else None
        if step is None or step.spends is None or known is None:
            continue
        events = np.flatnonzero((track.steps == i) & ((roles.role >= 0) | (roles.team >= roles.own)))
        limit = _limits(roles, events, organisation, step.spends)
        amounts = np.asarray([_number(value) for value in known.values])
        amount = amounts[track.knowledge.codes(step.spends, track.rows[events], "after")]
        over = amount > limit  # never true of an unknown amount, NaN
        found.append((events[over], amount[over], limit[over]))
    if not found:
        return Spending(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    return Spending(*(np.concatenate(part) for part in zip(*found, strict=True)))


def _limits(roles: Roles, events: Rows, organisation: Organisation, field: str) -> NDArray[np.float64]:
    """Return how much of a field each event's role may decide; of several roles the one that may decide most."""

    def limit(role: str) -> float:
        known = organisation.roles.get(role)
        found = known.authority.get(field, 0.0) if known else 0.0
        return np.inf if found is None else found

    single = np.asarray([*(limit(role) for role in roles.ids), 0.0])[roles.role[events]]
    several = np.asarray([*(max(map(limit, held), default=0.0) for held in roles.sets), 0.0])[roles.team[events]]
    return np.where(roles.role[events] >= 0, single, several)


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return float("nan")


class Pairing(NamedTuple):
    """An event that breaks a rule about people, and the earlier event that it breaks it with."""

    event: int
    earlier: int


def broken_pairs(track: Track, rule: Rule, steps: tuple[str, ...]) -> list[Pairing]:
    """Return where `different` (D302) or `same` (D303) is broken: the later event, once for each pair of steps."""
    index = {step: i for i, step in enumerate(steps)}
    mine = np.isin(track.steps, [index[step] for step in (*rule.steps, *rule.others) if step in index])
    people = _people(track)
    events = np.flatnonzero(mine & (people > 0))
    holds = holding(track, rule, events)
    groups = track.case_of[events]
    pairs: list[Pairing] = []
    for case in _suspicious(groups, people[events], track.steps[events], same=rule.kind == "same").tolist():
        at = np.arange(*np.searchsorted(groups, [case, case + 1]))
        pairs += _pairs_of_case(track, people, (events[at], holds[at]), same=rule.kind == "same")
    return pairs


def _people(track: Track) -> NDArray[np.int32]:
    """Return the person of each event, 0 where unknown or a machine."""
    log = track.knowledge.log
    table = np.arange(len(log.resources), dtype=np.int32)
    for machine in log.machines:
        code = log.resources.find(machine)
        if code is not None:
            table[code] = 0
    return table[log.resource[track.rows]]


def _suspicious(case: Rows, person: NDArray[np.int32], step: NDArray[np.int32], *, same: bool) -> Rows:
    """Return the cases in which a rule may be broken: where a person has two steps, or a case two people."""
    key = (case,) if same else (case, person)
    value = person if same else step
    order = np.lexsort((value, *key[::-1]))
    values, columns = value[order], [column[order] for column in key]
    twin = np.ones(max(len(order) - 1, 0), np.bool_)
    for column in columns:
        twin &= column[1:] == column[:-1]
    found: Rows = np.unique(case[order][1:][twin & (values[1:] != values[:-1])])
    return found


def _pairs_of_case(
    track: Track, people: NDArray[np.int32], of: tuple[Rows, NDArray[np.bool_]], *, same: bool
) -> list[Pairing]:
    events, holds = of
    found: list[Pairing] = []
    told: set[tuple[int, ...]] = set()
    for i, (event, judged) in enumerate(zip(events.tolist(), holds.tolist(), strict=True)):
        for earlier in events[:i].tolist() if judged else ():
            steps = int(track.steps[earlier]), int(track.steps[event])
            if steps[0] == steps[1] or bool(people[event] == people[earlier]) is same:
                continue
            key = (*sorted(steps), 0 if same else int(people[event]))
            if key not in told:
                told.add(key)
                found.append(Pairing(event, earlier))
                break
    return found
