"""Draws what goes wrong in a world, so that it costs a wanted share of the time that cases take."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planted_worlds import World

Problem = dict[str, Any]


class Drawing:
    """What the drawing of one problem may use: its numbers, the world, the step it stands at, its wanted cost."""

    def __init__(self, draw: random.Random, world: World, step: str) -> None:
        self.draw, self.world, self.flow, self.step = draw, world, world.flow, step
        self.share = draw.uniform(0.2, 0.55)
        self.cost_h = world.flow.sojourn_h * 10 ** draw.uniform(-1.6, -0.4)
        """Hours per case, on average over all cases."""

    def slow(self, reach: float = 1.0) -> tuple[float, float]:
        """Return hours that make a group of their own among the waits at the step, and the share that they strike."""
        hours = max(4.0, self.flow.median_h[self.step] * self.draw.uniform(4, 8))
        share = min(max(self.cost_h / hours, 0.05 + 30 / self.world.cases) / reach, 0.5)
        return round(hours, 2), round(share, 3)

    def hours(self, reach: float, least: float = 0.5) -> float:
        """Return the hours of each stroke where `reach` strokes a case are expected."""
        return round(max(self.cost_h / max(reach, 0.01), least), 2)

    @property
    def before(self) -> str | None:
        """Return the step just before on the main way."""
        at = self.flow.steps.index(self.step)
        return self.flow.steps[at - 1] if at else None

    @property
    def around(self) -> tuple[str, ...]:
        """Return the teams of the step and of the three before it."""
        at = self.flow.steps.index(self.step)
        return tuple(team for step in self.flow.steps[max(at - 3, 0) : at + 1] for team in self.flow.owners[step])

    def other_team(self, *known: str) -> str:
        """Return a team that is none of these."""
        return self.draw.choice([t for t in self.flow.lines if t not in known] or ["Management"])


def draw_problems(draw: random.Random, world: World, number: int) -> Iterator[Problem]:
    """Yield `number` problems of different kinds at different steps."""
    kinds = [kind for kind in sorted(KINDS) if _can_show(kind, world)]
    draw.shuffle(kinds)
    places = [s for s in world.flow.steps[1:] if s not in ("close", "callback", *world.flow.optional)]
    draw.shuffle(places)
    for kind in kinds:
        if not number or not places:
            return
        step = next((s for s in places if _fits(kind, s, world)), None)
        problem = KINDS[kind](Drawing(draw, world, step)) if step else None
        if problem is not None and step is not None:
            places.remove(step)
            number -= 1
            yield {"kind": kind, **problem}


NEEDS_TEAMS = {
    "slow-handoff", "ping-pong", "sustained-ping-pong", "multi-hop", "level-skip", "overloaded-team", "idle-team",
    "late-escalation",
}  # fmt: skip
NEEDS_DEFINITION = {"sla-at-risk", "missed-callback", "late-escalation", "level-skip", "on-hold-misuse", "idle-team"}


def _can_show(kind: str, world: World) -> bool:
    """Return whether the log of a world can show problems of a kind at all."""
    return not (
        (kind in NEEDS_TEAMS and world.lacks["team"] == 1)
        or (kind == "single-person" and world.lacks["resource"] == 1)
        or (kind in NEEDS_DEFINITION and not world.defined)
        or (kind == "missed-callback" and "callback" not in world.flow.steps)
        or (kind in ("extreme-duration", "extreme-repetition") and world.cases < 1750)
        or (kind == "multi-hop" and len(world.flow.lines) < 5)
        or (kind == "single-person" and not world.flow.always)
        or (kind == "rework-loop" and world.flow.loop is None)
        or (kind == "reopen" and "callback" in world.flow.steps)
    )


def _fits(kind: str, step: str, world: World) -> bool:
    """Return whether a kind can stand at a step."""
    owners, flow = world.flow.owners, world.flow
    before = flow.steps[flow.steps.index(step) - 1]
    if kind == "slow-handoff":
        return owners[before] != owners[step] and len(owners[step]) == 1
    if kind in ("ping-pong", "sustained-ping-pong"):
        return len(owners[before]) == 1
    if kind == "level-skip":
        return len(owners[step]) == 1 and flow.lines[owners[step][0]] == 2 and len(owners[before]) == 2
    if kind in ("overloaded-team", "idle-team"):
        return len(owners[step]) == 1 and owners[before] != owners[step]
    if kind == "rework-loop":
        return step == flow.loop
    if kind == "sla-at-risk":
        return step == "resolve"
    return step != flow.loop or kind in ("slow-step", "growing-duration", "drift", "single-person")


def _slow_pair(d: Drawing) -> Problem | None:
    if d.before is None or d.before in d.flow.optional:
        return None
    hours, share = d.slow()
    return {"after": d.before, "step": d.step, "hours": hours, "share": share}


def _slow_step(d: Drawing) -> Problem:
    hours, share = d.slow()
    return {"step": d.step, "hours": hours, "share": share}


def _slow_handoff(d: Drawing) -> Problem:
    source = d.draw.choice(d.flow.owners[d.before or d.step])
    hours, share = d.slow(0.5 if len(d.flow.owners[d.before or d.step]) == 2 else 1)
    return {"from": source, "to": d.flow.owners[d.step][0], "step": d.step, "hours": hours, "share": share}


def _ping_pong(times: tuple[int, ...]) -> Callable[[Drawing], Problem]:
    def draw(d: Drawing) -> Problem:
        source, n = d.flow.owners[d.before or d.step][0], d.draw.choice(times)
        return {
            "from": source, "to": d.other_team(source, *d.around), "step": d.step,
            "through": "pass_on", "times": n, "hours": d.hours(d.share * n, 0.3), "share": d.share,
        }  # fmt: skip

    return draw


def _multi_hop(d: Drawing) -> Problem:
    """Six teams in a row, none of them before or two before itself."""
    teams = d.draw.sample(sorted(d.flow.lines), min(len(d.flow.lines), 6))
    teams += teams[: 6 - len(teams)]
    hours = d.hours(d.share * len(teams) / 2, 0.3)
    return {"step": d.step, "teams": teams, "through": "pass_on", "hours": hours, "share": d.share / 2}


def _level_skip(d: Drawing) -> Problem | None:
    third = [team for team, line in d.flow.lines.items() if line == 3]
    return {"step": d.step, "to": d.draw.choice(third), "hours": d.hours(d.share, 1), "share": d.share}


def _pattern(d: Drawing) -> Problem:
    times = d.draw.choice((3, 4))
    return {
        "step": d.step, "steps": d.draw.sample(("chase", "remind", "file"), 2), "times": times,
        "hours": d.hours(d.share * times * 2, 0.2), "share": d.share,
    }  # fmt: skip


def _extreme_duration(d: Drawing) -> Problem | None:
    """Plant waits that still end within the log."""
    hours = round(70 * d.flow.median_h[d.step] * d.draw.uniform(1.1, 2), 1)
    if not d.flow.always or hours > 0.4 * d.world.weeks * 168:
        return None
    return {"step": d.step, "hours": hours, "share": round(32 / d.world.cases, 4)}


def _extreme_repetition(d: Drawing) -> Problem:
    share = round(32 / d.world.cases, 4)
    return {"step": d.step, "times": 30, "hours": d.hours(30 * share, 0.3), "share": share}


def _reopen(d: Drawing) -> Problem:
    if d.step == "resolve":
        return None
    share = d.share / 2
    return {"step": "close", "steps": [d.step, "resolve"], "hours": d.hours(2 * share, 0.5), "share": share}


def _overloaded(d: Drawing) -> Problem:
    """Plant a queue of three cases or more on average (Little's law)."""
    queue_h = 3 * d.world.weeks * 168 / d.world.cases
    return {"team": d.flow.owners[d.step][0], "hours": round(max(d.hours(1.0, 1), queue_h), 1), "step": d.step}


def _idle(d: Drawing) -> Problem:
    team = d.flow.owners[d.step][0]
    peers = [t for t, line in d.flow.lines.items() if t != team and line == d.flow.lines[team]]
    return {"team": team, "to": d.draw.choice(peers), "share": 0.96} if peers else None


def _drift(d: Drawing) -> Problem:
    extra = {"through": "recheck"} if d.draw.random() < 0.4 else {}
    at = round(d.draw.uniform(0.35, 0.65), 2)
    return {"step": d.step, "at": at, "hours": d.hours(1 - at, 1), **extra}


KINDS: dict[str, Callable[[Drawing], Problem | None]] = {
    "auto-close": lambda d: {"step": "close", "after": d.flow.steps[-2], "hours": d.draw.choice((24, 48, 72)),
                             "account": "robot", "share": d.draw.uniform(0.7, 0.98)},
    "drift": _drift,
    "extra-step": lambda d: {"step": d.step, "through": "copy", "hours": d.hours(d.share), "share": d.share},
    "extreme-duration": _extreme_duration,
    "extreme-repetition": _extreme_repetition,
    "growing-duration": lambda d: {"step": d.step, "hours": d.hours(0.5, 2)},
    "idle-team": _idle,
    "late-escalation": lambda d: {"step": d.step, "through": "escalate", "to": "Management",
                                  "hours": d.hours(d.share, 2), "share": d.share},
    "level-skip": _level_skip,
    "missed-callback": lambda d: {"step": "callback", "share": d.share},
    "multi-hop": _multi_hop,
    "on-hold-misuse": lambda d: {"step": d.step, "through": "ask", "hours": d.hours(d.share, 1), "share": d.share},
    "overloaded-team": _overloaded,
    "ping-pong": _ping_pong((2,)),
    "reopen": _reopen,
    "repeat-contact": lambda d: {"days": 5, "share": d.share / 2},
    "repeating-pattern": _pattern,
    "rework-loop": lambda d: {"step": d.step, "sets": {"verdict": "rework"}, "rounds": d.draw.choice((1, 2)),
                              "share": d.share},
    "single-person": lambda d: {"step": d.step, "there": d.draw.choice((3, 4, 5)), "away": d.draw.choice((2, 3, 4))},
    "sla-at-risk": lambda d: {"step": "resolve", "hours": round(d.flow.target_h, 1),
                              "share": max(d.share / 3, 40 / d.world.cases)},
    "slow-handoff": _slow_handoff,
    "slow-pair": _slow_pair,
    "slow-step": _slow_step,
    "sustained-ping-pong": _ping_pong((6, 7)),
}  # fmt: skip
