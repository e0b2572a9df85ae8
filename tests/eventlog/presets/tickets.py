"""Tickets of an invented service desk: every change of status, agent and group, and the truth about them."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

START = dt.datetime(2026, 1, 12, 8, 0, 0, tzinfo=dt.UTC)
GROUPS = ("Service Desk", "Network", "Applications")
AGENTS = {
    "Service Desk": ("Ines Roth", "Omar Diaz"),
    "Network": ("Lea Brandt",),
    "Applications": ("Tom Berg", "Yu Chen"),
}
NEW, OPEN, PENDING, HOLD, SOLVED, CLOSED = "new", "open", "pending", "hold", "solved", "closed"
SETTLED = (SOLVED, CLOSED)


@dataclass(frozen=True)
class Step:
    """A change: the moment, and what holds from then on."""

    time: dt.datetime
    status: str
    agent: str
    group: str


@dataclass(frozen=True)
class Ticket:
    """One ticket with all of its steps; the first is its creation."""

    number: int
    customer: str
    priority: str
    steps: tuple[Step, ...]

    def first(self, *statuses: str) -> dt.datetime | None:
        """Return when one of these statuses was first reached."""
        return next((step.time for step in self.steps if step.status in statuses), None)

    def last(self, status: str) -> dt.datetime | None:
        """Return when a status was last reached."""
        return next((step.time for step in reversed(self.steps) if step.status == status), None)

    @property
    def created(self) -> dt.datetime:
        """Return when the ticket was made."""
        return self.steps[0].time

    @property
    def now(self) -> Step:
        """Return the present state."""
        return self.steps[-1]

    @property
    def assigned(self) -> dt.datetime | None:
        """Return when the ticket first had an agent."""
        return next((step.time for step in self.steps if step.agent), None)

    @property
    def reopens(self) -> int:
        """Return how often work began again after the matter was settled."""
        pairs = pairwise(self.steps)
        return sum(a.status in SETTLED and b.status not in SETTLED for a, b in pairs)


@dataclass(frozen=True)
class Truth:
    """What an analysis must find; seconds are sums over all tickets."""

    cases: int
    events: int
    reopens: int
    handovers: int
    median_resolve_s: float
    customer_s: float
    vendor_s: float


def simulate(count: int, seed: int = 7) -> list[Ticket]:
    """Return tickets whose courses are drawn at random."""
    chance = random.Random(seed)
    return [_draw(number, chance) for number in range(1, count + 1)]


def _draw(number: int, chance: random.Random) -> Ticket:
    moment = START + dt.timedelta(minutes=421 * number + chance.randrange(40))
    group = "Service Desk"
    steps = [Step(moment, NEW, "", group)]

    def go(status: str, low: int, high: int, *, move: bool = False) -> None:
        nonlocal moment, group
        moment += dt.timedelta(minutes=chance.randrange(low, high), seconds=chance.randrange(60))
        if move:
            group = chance.choice([other for other in GROUPS if other != group])
        agent = steps[-1].agent
        if move or not agent:
            agent = chance.choice(AGENTS[group])
        steps.append(Step(moment, status, agent, group))

    go(OPEN, 5, 90)
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        go(PENDING if chance.random() < 0.7 else HOLD, 10, 200)
        go(OPEN, 60, 2_000, move=chance.random() < 0.4)
    if number % 9:
        go(SOLVED, 20, 600)
        if chance.random() < 0.15:
            go(OPEN, 30, 1_500, move=chance.random() < 0.3)
            go(SOLVED, 20, 400)
        if number % 4:
            go(CLOSED, 5_760, 5_761)
    return Ticket(number, f"Customer {number % 23}", chance.choice(("low", "normal", "high")), tuple(steps))


def tell_history(tickets: list[Ticket], *, created: bool = True) -> Truth:
    """Return the truth of a history of changes, with the creation of each ticket or without."""
    courses = [ticket.steps if created else ticket.steps[1:] for ticket in tickets]
    ends = [(steps[0].time, [s.time for s in steps if s.status == SOLVED]) for steps in courses]
    return Truth(
        cases=len(courses),
        events=sum(map(len, courses)),
        reopens=sum(ticket.reopens for ticket in tickets),
        handovers=sum(a.group != b.group for steps in courses for a, b in pairwise(steps)),
        median_resolve_s=median((solved[-1] - begun).total_seconds() for begun, solved in ends if solved),
        customer_s=_spend(courses, PENDING),
        vendor_s=_spend(courses, HOLD),
    )


def tell_milestones(tickets: list[Ticket], count: int) -> Truth:
    """Return the truth of a list with one row a ticket that tells `count` milestones and no more."""
    solved = [(ticket.created, ticket.last(SOLVED)) for ticket in tickets]
    return Truth(
        cases=len(tickets),
        events=count,
        reopens=0,
        handovers=0,
        median_resolve_s=median((last - begun).total_seconds() for begun, last in solved if last),
        customer_s=0.0,
        vendor_s=0.0,
    )


def _spend(courses: list[tuple[Step, ...]], status: str) -> float:
    pairs = ((a, b) for steps in courses for a, b in pairwise(steps))
    return sum((b.time - a.time).total_seconds() for a, b in pairs if a.status == status)
