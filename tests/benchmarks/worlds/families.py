"""Three kinds of processes: what a case goes through, drawn case by case.

A family names its teams (with heads), its steps and how often a case takes which way; a `Profile` is what differs from
world to world of the family. Minutes of work are scaled to the load a world wants, so only their proportions count.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from worlds.kernel import Step

HOUR = 60.0


@dataclass(frozen=True, slots=True)
class Profile:
    """What differs between worlds of a family; probabilities, and waits in hours.

    `scales`: how many times the usual minutes a team's work takes; `parking`: the share of tasks of the hidden team
    that lie unseen for about `parked_h`.
    """

    ask: float
    customer_h: float
    again: float
    reject: float
    spread: float
    scales: tuple[float, ...]
    hidden: int | None = None
    parking: float = 0.25
    parked_h: float = 10.0


class Route:
    """Steps of a case, added one after the other; all draws come from the case's own numbers."""

    def __init__(self, chance: random.Random, profile: Profile) -> None:
        self.chance, self.profile = chance, profile
        self.steps: list[Step] = []
        self.round = 0
        self.last: tuple[int, ...] = ()

    def work(self, activity: str, team: int, minutes: float, *, after: tuple[int, ...] | None = None) -> int:
        """Add work of a team."""
        p, chance = self.profile, self.chance
        taken = minutes * p.scales[team] * math.exp(chance.gauss(-(p.spread**2) / 2, p.spread))
        lots, parked = (chance.random(), chance.random()), chance.random() < p.parking
        hold = chance.expovariate(1 / (p.parked_h * HOUR))
        hidden = hold if parked and team == p.hidden else 0.0
        return self._add(Step(activity, team, taken, self.last if after is None else after, self.round, hidden, lots))

    def wait(self, activity: str, hours: float, *, after: tuple[int, ...] | None = None) -> int:
        """Add something that takes its time without the provider."""
        minutes = hours * HOUR * math.exp(self.chance.gauss(-0.32, 0.8))
        return self._add(Step(activity, None, minutes, self.last if after is None else after, self.round))

    def chosen(self, share: float) -> bool:
        """Draw whether something happens."""
        return self.chance.random() < share

    def _add(self, step: Step) -> int:
        self.steps.append(step)
        self.last = (len(self.steps) - 1,)
        return self.last[0]


def draw_desk(route: Route, priority: str, topic: str) -> None:
    """Service desk: three lines of support, questions to the customer, approval of some changes, reopening."""
    p = route.profile
    route.work("Triage", 0, 8)
    route.work("Diagnose", 1, 22)
    second = route.chosen(0.75 if topic == "fault" else 0.35)
    if second:
        for _ in range(3):
            route.work("Investigate", 2, 45)
            if not route.chosen(p.ask):
                break
            route.wait("Customer reply", p.customer_h)
        if route.chosen(0.25):
            route.work("Expert analysis", 3, 60)
        if route.chosen(0.5):
            route.work("Approve change", 4, 14)
        route.work("Resolve", 2, 25)
    else:
        route.work("Answer", 1, 15)
    route.work("Close", 0, 5)
    while route.round < 2 and route.chosen(p.again):
        route.round += 1
        route.wait("Reopen", 2 * p.customer_h)
        route.work("Investigate", 2, 45)
        route.work("Resolve", 2, 25)
        route.work("Close", 0, 5)


def draw_complaint(route: Route, priority: str, topic: str) -> None:
    """Complaints: facts from the customer, a reply that is approved or sent back, objections."""
    p = route.profile
    route.work("Register", 0, 10)
    route.work("Classify", 0, 6)
    while True:
        route.work("Assess", 1, 35)
        if route.chosen(p.ask):
            route.wait("Customer statement", p.customer_h)
            route.work("Complete file", 0, 8)
        if topic == "contract" or route.chosen(0.2):
            route.work("Legal opinion", 2, 50)
        route.work("Draft reply", 1, 30)
        if route.chosen(0.7):
            route.work("Approve reply", 3, 12)
            if route.chosen(p.reject):
                route.work("Draft reply", 1, 18)
                route.work("Approve reply", 3, 10)
        route.work("Send reply", 4, 7)
        if route.round >= 2 or not route.chosen(p.again):
            return
        route.round += 1
        route.wait("Objection", 2 * p.customer_h)


def draw_claim(route: Route, priority: str, topic: str) -> None:
    """Claims: checks side by side, documents of the customer, calls until somebody answers, a second signature."""
    p = route.profile
    route.work("Register claim", 0, 12)
    start = route.last
    papers = route.work("Check documents", 0, 16, after=start)
    if route.chosen(p.ask):
        route.wait("Documents received", p.customer_h)
        papers = route.work("Check documents", 0, 10)
    risk = route.work("Check risk", 1, 30, after=start)
    cover = route.work("Check cover", 2, 18, after=start)
    route.last = (papers, risk, cover)
    route.work("Decide", 3, 35)
    if route.chosen(0.45):
        route.work("Second signature", 4, 12)
    for _ in range(3):
        route.work("Call customer", 5, 11)
        if not route.chosen(0.35):
            break
        route.wait("Call-back slot", 5)
    route.work("Send decision", 0, 8)
    while route.round < 2 and route.chosen(p.again):
        route.round += 1
        route.wait("Appeal", 2 * p.customer_h)
        route.work("Decide", 3, 30)
        route.work("Call customer", 5, 11)
        route.work("Send decision", 0, 6)


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of process: how its cases go, its teams with their usual heads, and whom it is about.

    `narrow`: the team that is busiest; `alone`: the one that is a single person in some worlds; `pair`: the two between
    which people are shared in some; `topics`: what cases are about, with their shares.
    """

    name: str
    draw: Callable[[Route, str, str], None]
    teams: Mapping[str, int]
    narrow: int
    alone: int
    pair: tuple[int, int]
    topics: Mapping[str, float]


FAMILIES = (
    Family(
        "desk", draw_desk,
        {"Front desk": 3, "First line": 6, "Second line": 7, "Experts": 3, "Change managers": 2},
        2, 4, (1, 2), {"fault": 0.45, "question": 0.35, "order": 0.2},
    ),
    Family(
        "complaint", draw_complaint,
        {"Intake": 4, "Case handlers": 9, "Legal": 3, "Team leads": 2, "Dispatch": 2},
        1, 3, (0, 4), {"service": 0.5, "billing": 0.3, "contract": 0.2},
    ),
    Family(
        "claim", draw_claim,
        {"Back office": 6, "Risk": 5, "Cover": 3, "Adjusters": 6, "Signatories": 2, "Call centre": 4},
        3, 4, (1, 2), {"car": 0.5, "home": 0.35, "travel": 0.15},
    ),
)  # fmt: skip
