"""The people of a played organisation: who of which team is on duty, and who may do a step.

A team has as many people as its `members` say, and one for a lead who is not among them. Everyone works five days of
the week, early and late shifts in weekly turns.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from svcflow.definitions.model import Organisation, OrgRole, Step, Team
from svcflow.generation.draws import Draws
from svcflow.generation.facts import Fact

_FIRST_OWNER = 0.7
_STAYS = 0.85
_EARLY_UNTIL = 15
_DAYS_ON = 5


@dataclass(frozen=True, slots=True)
class Post:
    """A role in a team with its people, by name."""

    role: str
    team: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class Staff:
    """Who works where; `external` roles without a team act for themselves."""

    organisation: Organisation

    @cached_property
    def posts(self) -> dict[str, tuple[Post, ...]]:
        """Return the posts of each role, in the order of the teams in the file."""
        posts: dict[str, list[Post]] = {}
        for team in self.organisation.teams.values():
            for role, size in _seats(team).items():
                stem = role if len(_seats(team)) == 1 else f"{role}.{team.id}"
                people = tuple(f"{stem}.{i + 1:02d}" for i in range(size))
                posts.setdefault(role, []).append(Post(role, team.id, people))
        return {role: tuple(found) for role, found in posts.items()}

    @cached_property
    def zone(self) -> ZoneInfo:
        """Return the time zone of the organisation."""
        return ZoneInfo(self.organisation.timezone)

    def home(self, step: Step, draws: Draws) -> str:
        """Return the team that a case belongs to: one that staffs the owner of its first step, large ones more."""
        posts = next((self.posts[role] for role in step.owners if role in self.posts), ())
        if not posts:
            return ""
        return draws.choose("home", posts, [float(len(p.people)) for p in posts]).team

    def role_for(self, step: Step, facts: Mapping[str, Fact], *, last: str, draws: Draws, question: str) -> str:
        """Return who does a step: whoever has the case if an owner, else mostly the first owner.

        Someone of the house goes before outsiders; where money is spent, the lowest with the authority decides.
        """
        owners = [o for o in step.owners if o in self.posts and not self.external(o)] or [*step.owners]
        amount = facts.get(step.spends) if step.spends else None
        if isinstance(amount, float | int) and step.spends:
            owners = [o for o in owners if self._may_spend(o, step.spends, amount)] or owners[-1:]
        if step.spends:
            return owners[0]
        if last in owners and draws.chance(f"stays/{question}", _STAYS):
            return last
        rest = len(owners) - 1
        weights = [_FIRST_OWNER, *([(1 - _FIRST_OWNER) / rest] * rest)] if rest else [1.0]
        return draws.choose(f"role/{question}", owners, weights)

    def team_for(self, role: str, home: str, holder: str) -> str:
        """Return the team of a role: the case's own where it has the role; outsiders leave the case where it is."""
        teams = [p.team for p in self.posts.get(role, ())]
        return home if home in teams else teams[0] if teams else holder

    def person(self, role: str, team: str, at: int, *, draws: Draws, barred: Collection[str] = ()) -> str:
        """Return who acts at an instant (ms): the case's own person where on duty, else a colleague on duty."""
        post = next((p for p in self.posts.get(role, ()) if p.team == team), None)
        if post is None:
            return role
        size = len(post.people)
        first = int(draws.uniform(f"person/{role}/{team}") * size)
        order = [(first + i) % size for i in range(size)]
        allowed = [place for place in order if post.people[place] not in barred] or order
        local = datetime.fromtimestamp(at // 1000, self.zone)
        return post.people[next((place for place in allowed if _on_duty(place, local)), allowed[0])]

    def role_in(self, team: str, wanted: str, owners: Collection[str]) -> str:
        """Return who of a team does a step: the `wanted` role, else an owner, else the first, whom the team has."""
        there = [role for role, posts in self.posts.items() if any(p.team == team for p in posts)]
        return next((role for role in (wanted, *owners) if role in there), there[0] if there else wanted)

    def external(self, role: str) -> bool:
        """Return whether a role stands outside the organisation."""
        known: OrgRole | None = self.organisation.roles.get(role)
        return known is not None and known.external

    def _may_spend(self, role: str, name: str, amount: float) -> bool:
        authority = self.organisation.roles[role].authority if role in self.organisation.roles else {}
        return name in authority and ((limit := authority[name]) is None or amount <= limit)


def _seats(team: Team) -> dict[str, int]:
    lead = {team.lead: 1} if team.lead and team.lead not in team.members else {}
    return lead | team.members


def _on_duty(place: int, local: datetime) -> bool:
    """Return whether the person at `place` of a post works at a local time: five days on, early or late by week."""
    year, week, weekday = local.isocalendar()
    works = (weekday - 1 + place * 2) % 7 < _DAYS_ON
    early = (week + year + place) % 2 == 0
    return works and early == (local.hour < _EARLY_UNTIL)
