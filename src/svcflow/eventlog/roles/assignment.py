"""The columns that were given a role, and the columns that could have one."""

from __future__ import annotations

from dataclasses import dataclass, field

from svcflow.eventlog.log import Role
from svcflow.eventlog.roles.evidence import Profile
from svcflow.eventlog.roles.lexicon import weigh

PEOPLE = ("resource", "team", "role")
ENOUGH = 24.0
STRONG = 80.0
"""How much a name must weigh to count at all, and to be believed against the contents."""


@dataclass(slots=True)
class Assignment:
    """The columns of each role, the reasons, and what is missing."""

    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    reasons: list[Role] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    register: bool = False

    @property
    def missing(self) -> list[str]:
        """Return the indispensable roles that no column was found for."""
        return [role for role in ("case", "activity", "time") if role not in self.columns]

    @property
    def taken(self) -> set[str]:
        """Return all columns that have a role."""
        return {name for names in self.columns.values() for name in names}

    def give(self, role: str, names: tuple[str, ...], reason: str, others: tuple[str, ...] = ()) -> None:
        """Give a role to columns."""
        self.columns[role] = names
        self.reasons.append(Role(role, " | ".join(names), reason, others))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column that could play a role: how strongly, and why."""

    score: float
    profile: Profile
    reason: str

    @property
    def name(self) -> str:
        """Return the name of the column."""
        return self.profile.name


def rank(role: str, profiles: list[Profile], taken: set[str]) -> list[Candidate]:
    """Return the free columns whose names speak for the role, best first, then in the order of the file."""
    found = []
    for profile in profiles:
        score, word = weigh(profile.name, role)
        if score >= ENOUGH and profile.name not in taken:
            found.append(Candidate(score, profile, f"its name says {word!r}"))
    return sorted(found, key=lambda candidate: -candidate.score)


def list_others(candidates: list[Candidate], chosen: Candidate) -> tuple[str, ...]:
    """Return the names of the other candidates."""
    return tuple(candidate.name for candidate in candidates if candidate is not chosen)
