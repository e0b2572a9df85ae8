"""Who is in which team, who leads whom, and how many people there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from svcflow.definitions.model import Organisation
from svcflow.definitions.survey import Survey


@dataclass(frozen=True, slots=True)
class Reporting:
    """The reporting lines of an organisation."""

    organisation: Organisation

    @classmethod
    def of(cls, survey: Survey) -> Reporting | None:
        """Return the lines of the one organisation that was read whole, if there is one."""
        found = survey.organisations
        return cls(found[0]) if len(found) == 1 and found[0].file not in survey.broken else None

    def is_external(self, role: str) -> bool:
        """Return whether a role is outside the organisation."""
        known = self.organisation.roles.get(role)
        return known is not None and known.external

    def teams_of(self, role: str) -> tuple[str, ...]:
        """Return the teams that a role leads or is a member of."""
        teams = self.organisation.teams.values()
        return tuple(team.id for team in teams if team.lead == role or team.members.get(role, 0) > 0)

    def line_of(self, team: str) -> tuple[str, ...]:
        """Return a team and those above it, up to the top or to where the line runs in a circle."""
        line: list[str] = []
        name: str | None = team
        while name is not None and name in self.organisation.teams and name not in line:
            line.append(name)
            name = self.organisation.teams[name].reports_to
        return tuple(line)

    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Return the circles in which teams report to each other, each from the team that stands first."""
        found: dict[frozenset[str], tuple[str, ...]] = {}
        for team in self.organisation.teams:
            line = self.line_of(team)
            above = self.organisation.teams[line[-1]].reports_to
            if above == team:
                found.setdefault(frozenset(line), line)
        return tuple(found.values())

    def above(self, role: str) -> set[str]:
        """Return the roles that a role reports to, however far up."""
        found: set[str] = set()
        for name in self.teams_of(role):
            for above in self.line_of(name):
                lead = self.organisation.teams[above].lead
                if lead is not None:
                    found.add(lead)
        return found - {role}

    def people(self, roles: Iterable[str]) -> float:
        """Return how many people have one of some roles; infinite where one is outside, or that is not known.

        People listed by name are counted; else the members of teams, and a lead who is not among them as one.
        """
        listed = self.organisation.staff
        if listed and not any(map(self.is_external, roles := [*roles])):
            return len({person.actor for person in listed if person.role in roles})
        if self.organisation.people is not None:
            return inf
        total = 0.0
        for role in set(roles):
            if self.is_external(role):
                return inf
            members = sum(team.members.get(role, 0) for team in self.organisation.teams.values())
            leads = any(team.lead == role for team in self.organisation.teams.values())
            total += max(members, int(leads))
        return total
