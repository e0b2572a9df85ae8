"""Who works here, when, and with what authority, as values; and the names things go by."""

from __future__ import annotations

from dataclasses import dataclass

from svcflow.findings import Position


@dataclass(frozen=True, slots=True)
class Text:
    """A display name in two languages; a plain text serves both."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class CalendarSpec:
    """Open hours as written: (first weekday, last weekday, ((open, close) minutes of the day, ...)), Monday is 0."""

    id: str
    hours: tuple[tuple[int, int, tuple[tuple[int, int], ...]], ...]
    holidays: str | None
    closed: tuple[str, ...]
    open: tuple[str, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class OrgRole:
    """A role; `authority` limits a `spends` field (``None``: any amount)."""

    id: str
    external: bool
    authority: dict[str, float | None]
    cost_per_minute: float | None
    position: Position


@dataclass(frozen=True, slots=True)
class Team:
    """A team, its lead, and the team it reports to."""

    id: str
    lead: str | None
    reports_to: str | None
    members: dict[str, int]
    calendar: str | None
    line: int | None
    department: str | None
    labels: tuple[str, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class Person:
    """What somebody does from one day to another (ISO 8601, both included; ``None``: always, for ever)."""

    actor: str
    role: str
    team: str | None
    since: str | None
    until: str | None


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who works here, when, and with what authority; `staff` is what the file `people` lists.

    `currency` is what the rates of roles are in, an ISO 4217 code.
    """

    name: Text
    file: str
    timezone: str
    calendars: dict[str, CalendarSpec]
    roles: dict[str, OrgRole]
    teams: dict[str, Team]
    span_of_control: int | None
    people: str | None
    position: Position
    staff: tuple[Person, ...] = ()
    currency: str | None = None
