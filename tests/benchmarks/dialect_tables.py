"""Invented tickets, and exports of them in every shape: rows of cells, and the truth about them.

A column is named by its kind. Kinds that play a role: ``case activity time start resource team lifecycle field old new
snapshot created status`` and the milestones ``m0`` (created) to ``m4`` (called back). Others are noise that real
exports have: ``rowid idx`` (a number per row), ``cat prio`` (a word per case), ``channel`` (a word per row), ``num
count flag text const empty`` (what they say), ``requester`` (a person per case), ``ctime`` (a time per case),
``due`` (a deadline), ``upd`` (the row was written again), ``by`` (another person), ``phone``.

Nothing here knows svcflow.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

STATES = ("New", "Assigned", "In Progress", "Waiting for customer", "Resolved", "Closed")
PEOPLE = tuple(f"{first} {last}" for first in ("Ann", "Bo", "Cy", "Dee") for last in ("Fox", "Gray", "Hill"))
TEAMS = ("Desk", "Network", "Billing", "Field service")
PATHS = ((0, 1, 2, 4, 5), (0, 1, 2, 3, 2, 4, 5), (0, 1, 2, 4), (0, 2, 4, 5), (0, 1, 2, 3, 2, 3, 2, 4, 5), (0, 1))
MILESTONES = tuple(f"m{number}" for number in range(5))
TIMES = frozenset({"time", "start", "snapshot", "created", "ctime", "due", "upd", *MILESTONES})


@dataclass(frozen=True)
class Words:
    """The words of one language: states in the order of a case, people, teams, and what fields are called."""

    states: Sequence[str] = STATES
    people: Sequence[str] = PEOPLE
    teams: Sequence[str] = TEAMS
    fields: Sequence[str] = ("Status", "Assignee", "Group", "Priority")
    noise: Sequence[str] = ("Mail", "Phone", "Web", "Chat")
    prefix: str = "T-"


@dataclass(frozen=True)
class Step:
    """A state that a ticket came into: when work on it began and ended, who did it, for which team."""

    state: int
    start: datetime
    end: datetime
    person: str
    team: str


@dataclass(frozen=True)
class Ticket:
    """One invented ticket."""

    number: int
    name: str
    steps: Sequence[Step]
    requester: str
    kind: str

    @property
    def created(self) -> datetime:
        return self.steps[0].end


@dataclass
class Export:
    """Rows of cells (texts, times or ``None``) under kinds, and the truth about the log they make."""

    kinds: Sequence[str]
    shape: str
    rows: list[list[Any]] = field(default_factory=list)
    events: list[tuple[str, str, datetime]] = field(default_factory=list)

    @property
    def cases(self) -> int:
        return len({case for case, _, _ in self.events})

    @property
    def span(self) -> tuple[datetime, datetime]:
        times = [time for _, _, time in self.events]
        return min(times), max(times)


def invent(chance: random.Random, words: Words, cases: int = 40, *, dates_only: bool = False) -> list[Ticket]:
    """Return tickets of a few weeks; no two moments of a ticket are the same."""
    begin, tickets = datetime(2026, 1, 5, 8), []  # noqa: DTZ001 - wall clocks are meant
    for number in range(cases):
        at = begin + timedelta(minutes=chance.randrange(60 * 24 * 40), seconds=chance.randrange(60))
        steps, person, team = [], chance.choice(words.people), chance.choice(words.teams)
        for state in chance.choice(PATHS):
            start = at + timedelta(minutes=chance.randrange(5, 600), seconds=chance.randrange(60))
            at = start + timedelta(minutes=chance.randrange(3, 900), seconds=chance.randrange(60))
            if dates_only:
                at += timedelta(days=1)
            steps.append(Step(state, start, at, person, team))
            if chance.random() < 0.5:
                person = chance.choice(words.people)
            if chance.random() < 0.3:
                team = chance.choice(words.teams)
        name = f"{words.prefix}{1000 + number * 7}"
        tickets.append(
            Ticket(
                number, name, steps, f"{chance.choice('ABCDE')}. {chance.choice('KLMN')}", chance.choice(words.noise)
            )
        )
    return tickets


def lay_out(shape: str, kinds: Sequence[str], tickets: Sequence[Ticket], words: Words, chance: random.Random) -> Export:
    """Return an export of the tickets in a shape: events, pairs, history, milestones or snapshots."""
    export = Export(kinds, "events" if shape == "pairs" else shape)
    LAYERS[shape](export, tickets, words, chance)
    return export


def _lay_events(export: Export, tickets: Sequence[Ticket], words: Words, chance: random.Random) -> None:
    rows = [(ticket, step) for ticket in tickets for step in ticket.steps]
    rows.sort(key=lambda row: row[1].end)
    for ticket, step in rows:
        state = words.states[step.state]
        own = {"activity": state, "time": step.end, "start": step.start, "resource": step.person, "team": step.team}
        _add(export, ticket, own, words, chance)
        export.events.append((ticket.name, state, step.end))


def _lay_pairs(export: Export, tickets: Sequence[Ticket], words: Words, chance: random.Random) -> None:
    """Lay out a row for the start and one for the completion of each step."""
    for ticket in tickets:
        for step in ticket.steps:
            for half, at in (("start", step.start), ("complete", step.end)):
                own = {"activity": words.states[step.state], "time": at, "lifecycle": half,
                       "resource": step.person, "team": step.team}  # fmt: skip
                _add(export, ticket, own, words, chance)
                export.events.append((ticket.name, words.states[step.state], at))


def _lay_history(export: Export, tickets: Sequence[Ticket], words: Words, chance: random.Random) -> None:
    """Lay out a row for each change; the first state is known from its successor, its time from the creation."""
    status, assignee, group, priority = words.fields
    for ticket in tickets:
        changes: list[tuple[datetime, str, str, str | None, str]] = []
        before: dict[str, str | None] = {status: words.states[ticket.steps[0].state]}
        before |= {assignee: None, group: None, priority: "2"}
        if "created" in export.kinds and len(ticket.steps) > 1:
            export.events.append((ticket.name, words.states[ticket.steps[0].state], ticket.created))
        for step in ticket.steps[1:]:
            for name, value in ((assignee, step.person), (group, step.team)):
                if before[name] != value and "field" in export.kinds:
                    changes.append((step.start, step.person, name, before[name], value))
                    before[name] = value
            if chance.random() < 0.3 and "field" in export.kinds:
                value = chance.choice("123".replace(before[priority] or "", ""))
                changes.append((step.start + timedelta(minutes=1), step.person, priority, before[priority], value))
                before[priority] = value
            changes.append((step.end, step.person, status, before[status], words.states[step.state]))
            before[status] = words.states[step.state]
            export.events.append((ticket.name, words.states[step.state], step.end))
        teams = {when: step.team for step in reversed(ticket.steps) for when, *_ in changes if when <= step.end}
        for when, who, name, old, new in changes:
            own = {
                "time": when,
                "resource": who,
                "team": teams[when],
                "field": name,
                "old": old,
                "new": new,
                "created": ticket.created,
            }
            _add(export, ticket, own, words, chance)


def _lay_milestones(export: Export, tickets: Sequence[Ticket], words: Words, chance: random.Random) -> None:
    for ticket in tickets:
        reached: dict[str, Any] = {"m0": ticket.created}
        for step in ticket.steps[1:]:
            kind = {1: "m1", 4: "m2", 5: "m3"}.get(step.state)
            if kind:
                reached[kind] = step.end
        if "m3" in reached and chance.random() < 0.5:
            reached["m4"] = reached["m3"] + timedelta(hours=chance.randrange(20, 90))
        last = ticket.steps[-1]
        own = reached | {"resource": last.person, "team": last.team, "status": words.states[last.state]}
        _add(export, ticket, own, words, chance)
        export.events += [(ticket.name, kind, reached[kind]) for kind in export.kinds if kind in reached]


def _lay_snapshots(export: Export, tickets: Sequence[Ticket], words: Words, chance: random.Random) -> None:
    """Lay out the tickets of every second night; a ticket stands once more after its last change and then no more."""
    first = min(ticket.created for ticket in tickets).replace(hour=0, minute=0, second=0)
    seen: dict[str, int] = {}
    gone: set[str] = set()
    for night in range(1, 60, 2):
        at = first + timedelta(days=night)
        for ticket in tickets:
            known = [step for step in ticket.steps if step.end <= at]
            if not known or ticket.name in gone:
                continue
            step = known[-1]
            own = {"snapshot": at, "status": words.states[step.state], "resource": step.person, "team": step.team,
                   "created": ticket.created}  # fmt: skip
            _add(export, ticket, own, words, chance)
            if seen.get(ticket.name) != step.state:
                export.events.append((ticket.name, words.states[step.state], at))
            elif len(known) == len(ticket.steps):
                gone.add(ticket.name)
            seen[ticket.name] = step.state


def _add(export: Export, ticket: Ticket, own: dict[str, Any], words: Words, chance: random.Random) -> None:
    moment = own.get("time") or own.get("snapshot") or ticket.steps[-1].end
    row = []
    for kind in export.kinds:
        made = None if kind in own or kind in MILESTONES else _NOISE.get(kind.rstrip("0123456789"))
        row.append(own.get(kind) if made is None else made(ticket, len(export.rows), moment, chance, words))
        if kind == "case":
            row[-1] = ticket.name
    export.rows.append(row)


Noise = Callable[[Ticket, int, datetime, random.Random, Words], Any]
_NOISE: dict[str, Noise] = {
    "rowid": lambda ticket, row, at, chance, words: f"{90_000 + row * 3}",
    "idx": lambda ticket, row, at, chance, words: str(row),
    "cat": lambda ticket, row, at, chance, words: f"{ticket.kind} {ticket.number % 3}",
    "prio": lambda ticket, row, at, chance, words: str(1 + ticket.number % 4),
    "channel": lambda ticket, row, at, chance, words: chance.choice(words.noise),
    "num": lambda ticket, row, at, chance, words: f"{chance.random() * 900:.2f}",
    "count": lambda ticket, row, at, chance, words: str(row % 9),
    "flag": lambda ticket, row, at, chance, words: chance.choice(("true", "false")),
    "text": lambda ticket, row, at, chance, words: f"{ticket.kind} {chance.randrange(10**6)}, said {ticket.requester}",
    "const": lambda ticket, row, at, chance, words: "1",
    "empty": lambda ticket, row, at, chance, words: None,
    "requester": lambda ticket, row, at, chance, words: ticket.requester,
    "ctime": lambda ticket, row, at, chance, words: ticket.created - timedelta(days=100 + ticket.number),
    "created": lambda ticket, row, at, chance, words: ticket.created,
    "due": lambda ticket, row, at, chance, words: ticket.created + timedelta(days=5 + ticket.number % 3),
    "upd": lambda ticket, row, at, chance, words: at + timedelta(minutes=ticket.number % 7),
    "role": lambda ticket, row, at, chance, words: ("clerk", "expert")[row % 2],
    "by": lambda ticket, row, at, chance, words: chance.choice(words.people),
    "phone": lambda ticket, row, at, chance, words: f"06{10_000_000 + ticket.number * 91}",
}
LAYERS = {
    "events": _lay_events,
    "pairs": _lay_pairs,
    "history": _lay_history,
    "milestones": _lay_milestones,
    "snapshots": _lay_snapshots,
}
