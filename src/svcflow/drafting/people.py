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
SOMEBODY, MACHINE = "agent", "system"
_OUTSIDE = frozenset({"customer", "client", "citizen", "claimant", "supplier", "vendor", "system", "客户", "系统"})


@dataclass(frozen=True, slots=True)
class People:
    """Owners of each activity by name, the role that does most, the organisation; where roles were told from."""

    owners: Mapping[str, tuple[str, ...]]
    owner: str
    organisation: OrganisationSketch
    source: str
    """``role``, ``team`` or ``nobody``."""
    teams: int


def find_people(log: Log) -> People:
    """Return who owns the steps of a log.

    Roles are the log's `role` column, else its teams (up to 15 of either); else everybody is an agent.
    """
    codes, words, source = _roles(log)
    ids = dict(zip(words, make_ids(words, "role"), strict=True))
    outside = frozenset(ids[word] for word in words if word.casefold() in _OUTSIDE)
    owners = {text: _owners(codes[log.activity == code], words, ids) for code, text in enumerate(log.activities.texts)}
    used = Counter(owner for listed in owners.values() for owner in listed if owner not in outside)
    owner = max(used, key=lambda role: (used[role], role), default=SOMEBODY)
    roles = tuple(dict.fromkeys((owner, *ids.values(), *(x for listed in owners.values() for x in listed))))
    teams = _teams(log, codes, words, ids) if source != "nobody" else ()
    inside = [role for role in roles if role not in outside]
    if not teams:
        teams = (TeamSketch("desk", owner, {role: _size(log, codes, words, ids, role) for role in inside}),)
    organisation = OrganisationSketch("Service centre", _zone(log.zone), roles, outside, teams)
    return People(owners, owner, organisation, source, len(log.teams) - 1)


def _roles(log: Log) -> tuple[NDArray[np.int64], list[str], str]:
    """Return the role of each instance (an index, -1 unknown), the roles, and where they come from."""
    column = log.attributes.get("role")
    sources: list[tuple[str, NDArray[np.int64], Vocabulary | None]] = []
    if column is not None and column.kind == "text":
        sources.append(("role", column.values.astype(np.int64), column.vocabulary))
    sources.append(("team", log.team.astype(np.int64), log.teams))
    for source, codes, vocabulary in sources:
        if vocabulary is not None and 1 < len(vocabulary) <= MOST_ROLES + 1:
            return codes - 1, list(vocabulary.texts[1:]), source
    return np.full(log.instances, -1), [], "nobody"


def _owners(codes: NDArray[np.int64], words: list[str], ids: Mapping[str, str]) -> tuple[str, ...]:
    counts = np.bincount(codes[codes >= 0], minlength=len(words)) if len(words) else np.zeros(0, np.int64)
    total = int(counts.sum())
    order = sorted(range(len(words)), key=lambda role: (-int(counts[role]), role))
    return tuple(ids[words[role]] for role in order if total and counts[role] >= SHARE * total) or (SOMEBODY,)


def _size(log: Log, codes: NDArray[np.int64], words: list[str], ids: Mapping[str, str], role: str) -> int:
    """Return how many people have a role; at least one."""
    known = [number for number, word in enumerate(words) if ids[word] == role]
    people = log.resource[np.isin(codes, known)] if words else log.resource
    return max(len(np.unique(people[people > 0])), 1)


def _teams(log: Log, codes: NDArray[np.int64], words: list[str], ids: Mapping[str, str]) -> tuple[TeamSketch, ...]:
    """Return the teams of the log, who leads them by doing most, and how many people of each role they have."""
    if not 1 < len(log.teams) <= MOST_ROLES + 1:
        return ()
    teams = []
    names = make_ids(log.teams.texts[1:], "team")
    for code, (name, text) in enumerate(zip(names, log.teams.texts[1:], strict=True), start=1):
        here = (log.team == code) & (codes >= 0)
        counts = Counter(codes[here].tolist())
        members = {}
        for role, _ in counts.most_common():
            people = log.resource[here & (codes == role)]
            members[ids[words[role]]] = max(len(np.unique(people[people > 0])), 1)
        if members:
            teams.append(TeamSketch(name, next(iter(members)), members, (text,)))
    return tuple(teams)


def _zone(zone: str) -> str:
    try:
        return ZoneInfo(zone).key
    except (ValueError, OSError, KeyError):
        return "UTC"
