"""What is changed in a world: its cases and people with the change, everything else as it was, number by number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from worlds.drawing import World
from worlds.kernel import Case, Person, Step

Segment = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a world; `kind` says which, the rest what it is about.

    `capacity`: `amount` more people in a team · `share`: a team works by that share faster · `skip` and `automate`:
    activities, in a segment of the cases (an attribute and its value) · `cap`: no wait in an activity above `amount`
    hours · `rounds`: nothing of what follows the first `activity` comes again · `speed`: work takes `amount` times as
    long · `pool`: two teams take from both queues.
    """

    kind: str
    teams: tuple[str, ...] = ()
    activity: str = ""
    segment: Segment | None = None
    amount: float = 0.0

    @property
    def name(self) -> str:
        """Return the change in a few words."""
        parts = [self.kind, *self.teams, self.activity, self.segment[1] if self.segment else ""]
        return " ".join([*filter(None, parts), *([f"{self.amount:g}"] if self.amount else [])])


def list_changes(world: World, index: int) -> tuple[Change, ...]:
    """Return the changes that are tried in the world of a number: five of every family, two of four in turn."""
    family, teams = world.family, [*world.family.teams]
    narrow, alone = teams[family.narrow], teams[family.alone]
    words = WORDS[family.name]
    low = ("priority", "low")
    pair = (teams[family.pair[0]], teams[family.pair[1]])
    second = Change("capacity", (narrow,), amount=2)
    if world.kind == "alone":
        second = Change("capacity", (alone,), amount=1)
    elif index % 4 == 0:
        second = Change("share", (narrow,), amount=0.1)
    turns = (
        Change("skip", activity=words["entry"], segment=("topic", next(iter(family.topics)))),
        Change("speed", activity=words["work"], amount=0.8),
        Change("pool", pair),
        Change("automate", activity=words["entry"]),
    )
    return (
        Change("capacity", (narrow,), amount=1),
        second,
        Change("skip", activity=words["approval"], segment=low),
        Change("cap", activity=words["customer"], amount=24),
        Change("rounds", activity=words["last"]),
        turns[index % 4],
        turns[(index + 1 + index // 4 % 3) % 4],
    )


WORDS = {
    "desk": {
        "entry": "Triage", "approval": "Approve change", "customer": "Customer reply", "last": "Close",
        "work": "Investigate",
    },
    "complaint": {
        "entry": "Classify", "approval": "Approve reply", "customer": "Customer statement", "last": "Send reply",
        "work": "Draft reply",
    },
    "claim": {
        "entry": "Check cover", "approval": "Second signature", "customer": "Documents received",
        "last": "Send decision", "work": "Decide",
    },
}  # fmt: skip


def apply(change: Change, world: World, cases: list[Case]) -> tuple[list[Case], list[Person]]:
    """Return the cases and the people of a world after a change."""
    people = _STAFF[change.kind](world, change) if change.kind in _STAFF else [*world.people]
    if change.kind not in _STEPS:
        return cases, people
    return [_edit(case, change) for case in cases], people


def _edit(case: Case, change: Change) -> Case:
    if change.segment and getattr(case, change.segment[0]) != change.segment[1]:
        return case
    steps = [_STEPS[change.kind](step, change) for step in case.steps]
    if all(new is old for new, old in zip(steps, case.steps, strict=True)):
        return case
    return replace(case, steps=_close(case.steps, steps))


def _close(before: Sequence[Step], after: Sequence[Step | None]) -> list[Step]:
    """Return the steps that are left; what waited for one that is gone waits for what that waited for."""
    place: dict[int, tuple[int, ...]] = {}
    left: list[Step] = []
    for number, step in enumerate(after):
        waits = tuple(sorted({at for old in before[number].after for at in place[old]}))
        if step is None:
            place[number] = waits
        else:
            place[number] = (len(left),)
            left.append(replace(step, after=waits))
    return left


def _drop(step: Step, change: Change) -> Step | None:
    return None if step.activity == change.activity else step


def _drop_rounds(step: Step, change: Change) -> Step | None:
    return None if step.round else step


def _automate(step: Step, change: Change) -> Step | None:
    return replace(step, team=None, minutes=0.0, hold=0.0) if step.activity == change.activity else step


def _cap(step: Step, change: Change) -> Step | None:
    same = step.activity == change.activity
    return replace(step, minutes=min(step.minutes, 60 * change.amount)) if same else step


def _speed(step: Step, change: Change) -> Step | None:
    return replace(step, minutes=step.minutes * change.amount) if step.activity == change.activity else step


def _add_people(world: World, change: Change) -> list[Person]:
    team = [*world.family.teams].index(change.teams[0])
    own = [p for p in world.people if p.teams[0] == team]
    usual = sorted(own, key=lambda p: p.begin)[len(own) // 2]
    new = [
        Person(f"{change.teams[0]} new {n}", (team,), 1.0, frozenset(range(5)), usual.begin, usual.end, usual.lunch)
        for n in range(round(change.amount))
    ]
    return [*world.people, *new]


def _quicken(world: World, change: Change) -> list[Person]:
    team = [*world.family.teams].index(change.teams[0])
    return [replace(p, speed=p.speed * (1 + change.amount)) if p.teams[0] == team else p for p in world.people]


def _pool(world: World, change: Change) -> list[Person]:
    both = tuple([*world.family.teams].index(name) for name in change.teams)
    return [replace(p, teams=(p.teams[0], *(t for t in both if t != p.teams[0]))) if p.teams[0] in both else p
            for p in world.people]  # fmt: skip


_STAFF: dict[str, Callable[[World, Change], list[Person]]] = {
    "capacity": _add_people, "share": _quicken, "pool": _pool,
}  # fmt: skip
_STEPS: dict[str, Callable[[Step, Change], Step | None]] = {
    "skip": _drop, "rounds": _drop_rounds, "automate": _automate, "cap": _cap, "speed": _speed,
}  # fmt: skip
