"""The worlds that estimates are judged in must themselves be right."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))

from worlds.changing import Change, apply, list_changes
from worlds.drawing import KINDS, draw_world
from worlds.kernel import WEEK, Case, Person, Rules, Step, run
from worlds.truth import find_times

ALWAYS = frozenset(range(7))


def make_queue(load: float, heads: int, number: int = 20_000) -> tuple[list[Case], list[Person]]:
    """Return cases of one step with exponential gaps and work, and people who never rest."""
    chance = random.Random(5)
    now, cases = 0.0, []
    for n in range(number):
        now += chance.expovariate(load * heads / 10)
        cases.append(Case(n, now, "normal", "", [Step("Serve", 0, chance.expovariate(1 / 10), ())]))
    people = [Person(f"P{n}", (0,), 1.0, ALWAYS, 0.0, 1440.0, 1e9) for n in range(heads)]
    return cases, people


@pytest.mark.parametrize(("heads", "load", "wait"), [(1, 0.7, 23.33), (3, 0.8, 10.79)])
def test_a_world_of_one_step_is_the_textbook_queue(heads: int, load: float, wait: float) -> None:
    """M/M/1: 10 * .7 / .3 minutes; M/M/3: Erlang C .6472 * 10 / (3 * .2)."""
    cases, people = make_queue(load, heads)
    done = run(cases, people, Rules(0.0, 0.0, 0.0), "noise")
    waits = [one.begin - cases[one.case].arrival for one in done]
    assert np.mean(waits) == pytest.approx(wait, rel=0.1)


def test_every_step_is_done_once_in_its_order_by_its_team() -> None:
    world = replace(draw_world(2, "test"), bursts=0.1)
    cases = world.draw_cases(1, last=2)
    done = run(cases, [*world.people], world.rules, "noise")
    assert len(done) == len({(one.case, one.step) for one in done}) == sum(len(case.steps) for case in cases)
    ends = {(one.case, one.step): one.end for one in done}
    last: dict[int, float] = {}
    for one in sorted(done, key=lambda one: one.begin):
        step = cases[one.case].steps[one.step]
        assert all(ends[one.case, before] <= one.begin for before in step.after)
        if one.person is None:
            assert step.team is None
            continue
        assert step.team in world.people[one.person].teams
        assert last.get(one.person, 0.0) <= one.begin
        last[one.person] = one.end


def test_runs_share_their_luck_and_a_change_moves_what_it_is_about() -> None:
    world = replace(draw_world(1, "test"), bursts=0.0)
    cases = world.draw_cases(1, last=3)
    before = find_times(world, cases, [*world.people], 1)
    assert (
        before == find_times(world, *apply(Change("speed", activity="Draft reply", amount=1.0), world, cases), 1)
    ).all()
    capped = find_times(world, *apply(Change("cap", activity="Customer statement", amount=0.0), world, cases), 1)
    asked = np.array([any(step.activity == "Customer statement" for step in case.steps) for case in cases])
    assert (capped - before)[asked].mean() < -5
    assert abs((capped - before)[~asked].mean()) < 1
    shorter, _ = apply(Change("rounds", activity="Send reply"), world, cases)
    assert max(sum(step.activity == "Send reply" for step in case.steps) for case in shorter) == 1


def test_worlds_differ_in_what_is_peculiar_and_seven_changes_are_tried_in_each() -> None:
    worlds = [draw_world(n, "test") for n in range(12)]
    assert {world.kind for world in worlds} == {*KINDS, "drift"}
    assert {world.family.name for world in worlds} == {"desk", "complaint", "claim"}
    assert all(len({*list_changes(world, n)}) == 7 for n, world in enumerate(worlds))
    assert [world.stable for world in worlds].count(False) == 3
    alone = next(world for world in worlds if world.kind == "alone")
    assert sum(alone.family.alone in person.teams for person in alone.people) == 1
    assert max(case.arrival for case in alone.draw_cases(1, last=2)) < 2 * WEEK
