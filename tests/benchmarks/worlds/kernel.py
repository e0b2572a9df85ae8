"""People who take work from queues: the mechanics of a world, in minutes since the Monday it begins on.

A person works shifts, has lunch when the task at hand is done, is absent on some days, rests after some tasks, takes
urgent cases first and now and then the shortest task instead of the oldest. A task once begun is finished, even after
the shift. All draws are keyed by case and step, by person and day, so that two runs share them whatever changed.
"""

from __future__ import annotations

import random
from bisect import insort
from dataclasses import dataclass
from heapq import heappop, heappush

DAY, WEEK = 1440.0, 10080.0
LUNCH, REST = 45.0, 10.0


@dataclass(slots=True)
class Step:
    """One thing to be done in a case; without a `team`, something that takes its time by itself.

    `minutes`: work at usual speed, or what it takes by itself; `hold`: minutes it lies hidden before anybody may take
    it; `after`: the steps of the case it waits for; `round`: 0, or the number of the reopening it belongs to; `lots`:
    two numbers in [0, 1) for what whoever does it does next: rests below `Rules.rests`, picks below `Rules.picks`.
    """

    activity: str
    team: int | None
    minutes: float
    after: tuple[int, ...]
    round: int = 0
    hold: float = 0.0
    lots: tuple[float, float] = (1.0, 1.0)


@dataclass(slots=True)
class Case:
    """A case: when it arrives, how urgent it is, what it wants, and its steps in an order in which they could go."""

    number: int
    arrival: float
    priority: str
    topic: str
    steps: list[Step]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of one team or more; `days` are those of the week worked on, shift and lunch minutes of the day."""

    name: str
    teams: tuple[int, ...]
    speed: float
    days: frozenset[int]
    begin: float
    end: float
    lunch: float


@dataclass(frozen=True, slots=True)
class Rules:
    """How people behave: shares of days absent, of tasks after which they rest, of picks that are not the oldest."""

    absence: float = 0.06
    rests: float = 0.12
    picks: float = 0.25


@dataclass(frozen=True, slots=True)
class Done:
    """A step that was done: by whom (``None``: by itself), from when to when."""

    case: int
    step: int
    person: int | None
    begin: float
    end: float


def run(cases: list[Case], people: list[Person], rules: Rules, noise: str, since: float = 0.0) -> list[Done]:
    """Let the people work, from the day of `since` on, until every case is done."""
    return _Run(cases, people, rules, noise, int(since // DAY)).play()


class _Run:
    def __init__(self, cases: list[Case], people: list[Person], rules: Rules, noise: str, day: int) -> None:
        self.cases, self.people, self.rules, self.noise, self.day = cases, people, rules, noise, day
        self.events: list[tuple[float, int, int, int]] = []
        teams = 1 + max(t for p in people for t in p.teams)
        self.queues: list[list[tuple[int, float, int, int]]] = [[] for _ in range(teams)]
        self.members = [[i for i, p in enumerate(people) if t in p.teams] for t in range(teams)]
        self.busy = [0.0] * len(people)
        self.eaten = [-1] * len(people)
        self.picking = [1.0] * len(people)
        self.present: dict[tuple[int, int], bool] = {}
        self.waits = [[len(step.after) for step in case.steps] for case in cases]
        self.left = [len(case.steps) for case in cases]
        self.open = sum(1 for case in cases if case.steps)
        self.done: list[Done] = []

    def play(self) -> list[Done]:
        for c, case in enumerate(self.cases):
            for s, step in enumerate(case.steps):
                if not step.after:
                    heappush(self.events, (case.arrival + step.hold, 1, c, s))
        for i, person in enumerate(self.people):
            heappush(self.events, (self.day * DAY + person.begin, 2, i, self.day))
        while self.events and self.open:
            now, kind, a, b = heappop(self.events)
            if kind == 0:
                self.finish(now, a, b)
            elif kind == 1:
                self.offer(now, a, b)
            elif kind == 2:
                self.come(now, a, b)
            else:
                self.take(now, a)
        return self.done

    def come(self, now: float, person: int, day: int) -> None:
        """Begin a day at work: lunch is planned, tomorrow too."""
        who = self.people[person]
        heappush(self.events, ((day + 1) * DAY + who.begin, 2, person, day + 1))
        if self.works(person, day):
            heappush(self.events, (day * DAY + who.lunch, 3, person, 0))
            self.take(now, person)

    def works(self, person: int, day: int) -> bool:
        if day % 7 not in self.people[person].days:
            return False
        known = self.present.get((person, day))
        if known is None:
            lot = random.Random(f"{self.noise}/{self.people[person].name}/{day}").random()
            known = self.present[person, day] = lot >= self.rules.absence
        return known

    def is_free(self, now: float, person: int) -> bool:
        """Return whether somebody is at work with nothing to do; whose lunch is due goes to lunch."""
        who, day = self.people[person], int(now // DAY)
        minute = now - day * DAY
        if self.busy[person] > now or not who.begin <= minute < who.end or not self.works(person, day):
            return False
        if minute >= who.lunch and self.eaten[person] != day:
            self.eaten[person] = day
            self.rest(now, person, LUNCH)
            return False
        return True

    def rest(self, now: float, person: int, minutes: float) -> None:
        self.busy[person] = now + minutes
        heappush(self.events, (now + minutes, 3, person, 0))

    def offer(self, now: float, c: int, s: int) -> None:
        """Make a step ready: what needs nobody begins, the rest is taken by who has been free for longest."""
        case = self.cases[c]
        step = case.steps[s]
        if step.team is None:
            self.done.append(Done(c, s, None, now, now + step.minutes))
            heappush(self.events, (now + step.minutes, 0, c, s))
            return
        insort(self.queues[step.team], (case.priority != "high", now, c, s))
        free = [i for i in self.members[step.team] if self.busy[i] <= now and self.is_free(now, i)]
        if free:
            self.take(now, min(free, key=self.busy.__getitem__))

    def take(self, now: float, person: int) -> None:
        """Let somebody who is free take a task of the own teams, most urgent and oldest first."""
        if not self.is_free(now, person):
            return
        who = self.people[person]
        queues = [self.queues[t] for t in who.teams if self.queues[t]]
        if not queues:
            return
        queue = min(queues, key=lambda q: q[0])
        at = 0
        if self.picking[person] < self.rules.picks:
            same = [i for i, task in enumerate(queue) if task[0] == queue[0][0]]
            at = min(same, key=lambda i: self.cases[queue[i][2]].steps[queue[i][3]].minutes)
        _, _, c, s = queue.pop(at)
        step = self.cases[c].steps[s]
        end = now + step.minutes / who.speed
        self.busy[person], self.picking[person] = end, step.lots[1]
        self.done.append(Done(c, s, person, now, end))
        heappush(self.events, (end, 0, c, s))
        if step.lots[0] < self.rules.rests:
            self.rest(end, person, REST)
        else:
            heappush(self.events, (end, 3, person, 0))

    def finish(self, now: float, c: int, s: int) -> None:
        """Make ready what waited for a step."""
        case = self.cases[c]
        self.left[c] -= 1
        self.open -= not self.left[c]
        for n, step in enumerate(case.steps):
            if s in step.after:
                self.waits[c][n] -= 1
                if not self.waits[c][n]:
                    heappush(self.events, (now + step.hold, 1, c, n))
