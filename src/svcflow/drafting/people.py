"""Who does the work: the owners of each step and the organisation they are part of, as far as the log tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.naming import make_ids
from svcflow.definitions.writing import OrganisationSketch, TeamSketch
from svcflow.eventlog.log import Log, Vocabulary

MOST_ROLES = 15
SHARE = 0.05
"""A role owns a step if it does this share of its events."""
SOMEBODY = "agent"
_OUTSIDE = frozenset({"customer", "client", "citizen", "claimant", "supplier", "vendor", "system", "客户", "系统"})
_LEADS = ("lead", "manager", "supervisor", "head", "chief")


@dataclass(frozen=True, slots=True)
class People:
    """Owners of each activity by name, the role that does most, the organisation; where roles were told from."""

    owners: Mapping[str, tuple[str, ...]]
    owner: str
    organisation: OrganisationSketch
    source: str
    """``role``, ``team`` or ``nobody``."""
    teams: int


@dataclass(frozen=True, slots=True)
class _Roles:
    """The role of each instance (an index into `ids`, -1 unknown), and where it was told from."""

    codes: NDArray[np.int64]
    words: tuple[str, ...]
    ids: tuple[str, ...]
    source: str


def find_people(log: Log) -> People:
    """Return who owns the steps of a log.

    Roles are the log's `role` column, else its teams (up to 15 of either); else everybody is an agent.
    """
    told = _tell_roles(log)
    outside = frozenset(role for role, word in zip(told.ids, told.words, strict=True) if word.casefold() in _OUTSIDE)
    owners = {text: _owners(told, log.activity == code) for code, text in enumerate(log.activities.texts)}
    used = Counter(owner for listed in owners.values() for owner in listed if owner not in outside)
    owner = max(used, key=lambda role: (used[role], role), default=SOMEBODY)
    roles = tuple(dict.fromkeys((owner, *told.ids, *(x for listed in owners.values() for x in listed))))
    teams = _teams(log, told, outside)
    staffed = {role for team in teams for role in team.members}
    if missing := [role for role in roles if role not in outside | staffed]:
        lead = owner if owner in missing else missing[0]
        teams += (TeamSketch("desk", lead, {role: _size(log, _doing(told, role)) for role in missing}),)
    organisation = OrganisationSketch("Service centre", _zone(log.zone), roles, outside, teams)
    return People(owners, owner, organisation, told.source, len(log.teams) - 1)


def _tell_roles(log: Log) -> _Roles:
    column = log.attributes.get("role")
    sources: list[tuple[str, NDArray[np.int64], Vocabulary]] = []
    if column is not None and column.kind == "text" and column.vocabulary is not None:
        sources.append(("role", column.values.astype(np.int64), column.vocabulary))
    sources.append(("team", log.team.astype(np.int64), log.teams))
    for source, codes, vocabulary in sources:
        if 1 < len(vocabulary) <= MOST_ROLES + 1:
            words = vocabulary.texts[1:]
            return _Roles(codes - 1, words, tuple(make_ids(words, "role")), source)
    return _Roles(np.full(log.instances, -1), (), (), "nobody")


def _doing(told: _Roles, role: str) -> NDArray[np.bool_]:
    """Return which instances a role did; all, where no role is known."""
    rows: NDArray[np.bool_] = told.codes == told.ids.index(role) if role in told.ids else told.codes < 0
    return rows


def _owners(told: _Roles, rows: NDArray[np.bool_]) -> tuple[str, ...]:
    """Return the roles that do much of what is in `rows`, who does most first."""
    codes = told.codes[rows]
    counts = np.bincount(codes[codes >= 0], minlength=len(told.ids)).tolist()
    order = sorted(range(len(told.ids)), key=lambda role: (-counts[role], role))
    return tuple(told.ids[role] for role in order if counts[role] and counts[role] >= SHARE * sum(counts)) or (
        SOMEBODY,
    )


def _size(log: Log, rows: NDArray[np.bool_]) -> int:
    """Return how many people did what is in `rows`; at least one."""
    people = log.resource[rows]
    return max(len(np.unique(people[people > 0])), 1)


def _teams(log: Log, told: _Roles, outside: frozenset[str]) -> tuple[TeamSketch, ...]:
    """Return the teams of the log: how many people of each role, led by a role whose name says so, else the largest."""
    if not 1 < len(log.teams) <= MOST_ROLES + 1:
        return ()
    teams = []
    names = make_ids(log.teams.texts[1:], "team")
    for code, (name, text) in enumerate(zip(names, log.teams.texts[1:], strict=True), start=1):
        here = log.team == code
        counts = Counter(told.codes[here & (told.codes >= 0)].tolist())
        roles = [(role, told.ids[role]) for role, _ in counts.most_common() if told.ids[role] not in outside]
        members = {role: _size(log, here & (told.codes == number)) for number, role in roles}
        if members:
            lead = next((role for role in members if any(word in role for word in _LEADS)), next(iter(members)))
            teams.append(TeamSketch(name, lead, members, (text,)))
    return tuple(teams)


def _zone(zone: str) -> str:
    try:
        return ZoneInfo(zone).key
    except (ValueError, OSError, KeyError):
        return "UTC"
