"""A world: a family of processes, its people, its load, and what is peculiar to it; drawn from a seed.

The log shows weeks 1 to 12; effects are measured on the cases that arrive in weeks 13 to 23 of 24. `noise` numbers a
history of the same world and people: 0 is the one that the log shows, others have other cases, days and durations.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from worlds.families import FAMILIES, Family, Profile, Route
from worlds.kernel import DAY, LUNCH, REST, WEEK, Case, Person, Rules

SEEN, WEEKS = 12, 24
KINDS = ("plain", "alone", "shared", "shift")
"""What is peculiar: nothing, a one-person team, people shared by two teams, another load (see `_draw_loads`)."""
HOURS = (0, 0, 0, 0, 0, 0, 1, 3, 7, 10, 10, 9, 7, 8, 8, 7, 6, 5, 3, 2, 1, 1, 0, 0)
DAYS = (1.2, 1.05, 1.0, 1.0, 0.95, 0.25, 0.15)
PER_DAY = 40.0


@dataclass(frozen=True, slots=True)
class World:
    """A process with people and load.

    `loads`: the factor of arrivals by week; `bursts`: the share of days on which twice as many cases arrive.
    """

    seed: str
    family: Family
    kind: str
    profile: Profile
    people: tuple[Person, ...]
    rules: Rules
    loads: tuple[float, ...]
    bursts: float
    starts: bool
    organised: bool

    @property
    def name(self) -> str:
        """Return the world's name in tables."""
        return f"{self.family.name}-{self.kind}"

    @property
    def stable(self) -> bool:
        """Return whether the load stays what it is."""
        return len(set(self.loads)) == 1

    @property
    def shifted(self) -> float:
        """Return the load of the measured weeks, that of the seen ones being 1."""
        seen, measured = self.loads[:SEEN], self.loads[SEEN : WEEKS - 1]
        return sum(measured) / len(measured) / (sum(seen) / len(seen))

    def draw_cases(self, noise: int, load: float = 1.0, first: int = 0, last: int = WEEKS) -> list[Case]:
        """Return the cases of the weeks from `first` to before `last`, all numbers keyed by the case's number."""
        days = random.Random(f"{self.seed}/{noise}/days")
        cases: list[Case] = []
        for day in range(first * 7, last * 7):
            burst = 2.0 if days.random() < self.bursts else 1.0 - self.bursts
            rate = PER_DAY * self.loads[day // 7] * load * burst * DAYS[day % 7]
            for _ in range(_draw_poisson(days, rate)):
                minute = 60 * days.choices(range(24), HOURS)[0] + 60 * days.random()
                cases.append(self._draw_case(len(cases), day * DAY + minute, noise))
        return sorted(cases, key=lambda case: case.arrival)

    def _draw_case(self, number: int, arrival: float, noise: int) -> Case:
        chance = random.Random(f"{self.seed}/{noise}/{number}")
        priority = chance.choices(("high", "normal", "low"), (0.2, 0.5, 0.3))[0]
        topics = self.family.topics
        topic = chance.choices([*topics], [*topics.values()])[0]
        route = Route(chance, self.profile)
        self.family.draw(route, priority, topic)
        return Case(number, arrival, priority, topic, route.steps)


def draw_world(index: int, seed: str) -> World:
    """Draw the world of a number: families take turns, then kinds."""
    family, kind = FAMILIES[index % len(FAMILIES)], KINDS[index // len(FAMILIES) % len(KINDS)]
    if kind == "shift" and index % len(FAMILIES) == 2:
        kind = "drift"
    key = f"{seed}/{index}"
    chance = random.Random(key)
    people = tuple(_draw_people(chance, family, kind))
    targets = [chance.uniform(0.62, 0.78) for _ in family.teams]
    targets[family.narrow] = chance.uniform(0.83, 0.88)
    if kind == "alone":
        targets[family.alone] = chance.uniform(0.55, 0.68)
    profile = Profile(
        ask=chance.uniform(0.2, 0.4),
        customer_h=chance.uniform(14, 40),
        again=chance.uniform(0.03, 0.12),
        reject=chance.uniform(0.15, 0.3),
        spread=chance.uniform(0.4, 0.8),
        scales=(1.0,) * len(family.teams),
        hidden=family.narrow if index % 5 == 2 else None,
    )
    world = World(
        key, family, kind, profile, people, Rules(), tuple(_draw_loads(chance, kind)),
        bursts=0.05 if (index + index // 3) % 3 == 1 else 0.0, starts=index % 4 == 1, organised=index % 2 == 0,
    )  # fmt: skip
    return replace(world, profile=replace(profile, scales=_scale(world, targets)))


def _draw_people(chance: random.Random, family: Family, kind: str) -> Sequence[Person]:
    people = []
    for team, (name, heads) in enumerate(family.teams.items()):
        for number in range(1 if kind == "alone" and team == family.alone else heads):
            begin = 60 * chance.choice((7.5, 8, 8, 8.5, 9, 9.5)) + (240 if number % 5 == 4 else 0)
            part_time = number > 1 and chance.random() < 0.15
            days = frozenset(chance.sample(range(5), 4) if part_time else range(5)) | (
                {5} if number % 4 == 3 else set()
            )
            other = family.pair[1 - family.pair.index(team)] if team in family.pair else None
            shared = kind == "shared" and other is not None and number < max(1, heads // 3)
            teams = (team, other) if shared and other is not None else (team,)
            speed = math.exp(chance.gauss(0, 0.2))
            people.append(Person(f"{name} {number + 1}", teams, speed, days, begin, begin + 510, begin + 240))
    return people


def _draw_loads(chance: random.Random, kind: str) -> Sequence[float]:
    """Return the load by week: another one after what is seen (``shift``) or in its last four weeks (``drift``)."""
    factor = chance.choice((0.88, 1.08, 1.12))
    if kind == "shift":
        return [1.0] * SEEN + [factor] * (WEEKS - SEEN)
    if kind == "drift":
        return [1.0] * (SEEN - 4) + [factor] * (WEEKS - SEEN + 4)
    return [1.0] * WEEKS


def _scale(world: World, targets: Sequence[float]) -> tuple[float, ...]:
    """Return by how much each team's work is multiplied, for the team to be as busy as its target says."""
    needed = [0.0] * len(targets)
    cases = [world._draw_case(n, 0.0, -1) for n in range(2000)]
    for case in cases:
        for step in case.steps:
            if step.team is not None:
                needed[step.team] += step.minutes + world.rules.rests * REST
    weekly = PER_DAY * sum(DAYS) / len(cases)
    offered = [0.0] * len(targets)
    for person in world.people:
        minutes = len(person.days) * (person.end - person.begin - LUNCH) * (1 - world.rules.absence) * person.speed
        for team in person.teams:
            offered[team] += minutes / len(person.teams)
    return tuple(t * o / (n * weekly) for t, o, n in zip(targets, offered, needed, strict=True))


def _draw_poisson(chance: random.Random, rate: float) -> int:
    return max(0, round(chance.gauss(rate, math.sqrt(rate)))) if rate > 30 else _count(chance, rate)


def _count(chance: random.Random, rate: float) -> int:
    gone, number = chance.expovariate(1.0), 0
    while gone < rate:
        gone, number = gone + chance.expovariate(1.0), number + 1
    return number


__all__ = ["FAMILIES", "KINDS", "SEEN", "WEEK", "WEEKS", "World", "draw_world"]
