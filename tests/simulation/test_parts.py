"""Parts of the model on hand-made figures: shares of people, heads who come, delays, teams that are merged, order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from svcflow_test_office import make_log
from svcflow_test_queues import HOUR, chain, office

from svcflow.simulation import fit, scenario
from svcflow.simulation.arrays import Shifts, play_jobs
from svcflow.simulation.delays import choose_random
from svcflow.simulation.presence import _share_out
from svcflow.simulation.rosters import add_people
from svcflow.simulation.scenario import Stage, apply
from svcflow.whatif import MergeTeams, Prioritise


def test_what_is_far_from_done_at_closing_time_is_left_till_morning() -> None:
    """Two hours are left at five, and nobody stays longer than one."""
    played = play_jobs(chain(15.0, [4.0], [0]), Shifts.from_heads(office(1).servers * 1.0, overrun=HOUR))
    assert played.end[0] / HOUR == 24 + 11


def test_a_fiftieth_of_somebodys_work_makes_nobody_a_member() -> None:
    resource = np.repeat([0, 1], [100, 100])
    team = np.concatenate([np.repeat([0, 1], [97, 3]), np.repeat([0, 1], [99, 1])])
    assert _share_out(resource, team, 2, 2).tolist() == pytest.approx(np.array([[0.97, 0.03], [1.0, 0.0]]))


def test_who_comes_is_one_person_even_where_the_log_shows_more_heads_than_there_are() -> None:
    capacity = np.zeros((1, 168))
    capacity[0, 9:17] = 3.0  # of two people
    more = add_people(capacity, 0, (2.0, 1.0)) - capacity
    assert more[0, 9:17].tolist() == [1.0] * 8
    assert more.sum() == 8
    capacity[0, 9:17] = 1.0
    assert add_people(capacity, 0, (2.0, 1.0))[0, 9:17].tolist() == [1.5] * 8


def test_delays_fall_by_chance_only_where_they_are_less_than_half_of_the_wait() -> None:
    spans, team = np.array([8.0, 12.0, 10.0, 10.0]), np.array([0, 0, 1, 1])
    assert choose_random(spans, team, np.array([4.9, 5.1])).tolist() == [True, True, False, False]


def test_teams_that_are_merged_work_at_the_mean_pace_of_their_hours() -> None:
    model = fit(make_log())
    stage = Stage(model, replace(model.plan, speed=np.array([1.0, 2.0])))
    hours = model.plan.capacity.sum(axis=1)
    merged = scenario._merge_teams(stage, MergeTeams(("Checkers", "Deciders")))
    assert merged.speed[0] == pytest.approx((hours[0] * 1.0 + hours[1] * 2.0) / hours.sum())
    assert merged.speed[0] != pytest.approx(1.5)
    assert merged.capacity.sum() == pytest.approx(hours.sum())


def test_who_is_taken_first_waits_less(monkeypatch: pytest.MonkeyPatch) -> None:
    model = fit(make_log(per_day=26))
    chosen = np.arange(model.log.cases) % 2 == 0
    monkeypatch.setattr(scenario, "judge", lambda _log, _where: chosen)
    plan = apply(model, [Prioritise("even")])
    rows = chosen[model.traces.case]
    assert plan.priority[rows].max() < plan.priority[~rows].min()
    only = apply(model, [Prioritise("even", team="Deciders")])
    here = only.station == model.teams.index("Deciders")
    assert (only.priority != model.plan.priority)[rows & here].all()
    assert (only.priority == model.plan.priority)[~(rows & here)].all()
