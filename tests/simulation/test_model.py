"""The model of an office whose people, work and hours are known; what it does with changes; what it refuses."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build
from svcflow_test_office import CHECK_MIN, DECIDE_MIN, make_log

from svcflow.errors import UsageError
from svcflow.simulation import CannotRepresentError, CannotSimulateError, FlowModel, Outcome, fit
from svcflow.whatif import WhatIf


@cache
def fitted(**options: bool) -> FlowModel:
    return fit(make_log(**options))


@cache
def as_is() -> Outcome:
    return fitted().run(seed=1)


def change(scenario: WhatIf, model: FlowModel | None = None) -> float:
    """Return by how many hours a scenario changes the mean cycle time."""
    model = model or fitted()
    before = model.run(seed=1)
    return model.run(scenario.changes, seed=1).cycle.mean() - before.cycle.mean()


def test_people_and_their_work_are_found() -> None:
    model = fitted()
    assert model.mode == "people"
    assert model.teams == ("Checkers", "Deciders")
    assert model.people.tolist() == pytest.approx([2, 3], rel=0.02)
    minutes = dict(zip(model.log.activities.texts, (model.service.mean / 60_000).tolist(), strict=True))
    assert minutes["Check"] == pytest.approx(CHECK_MIN, rel=0.15)
    assert minutes["Decide"] == pytest.approx(DECIDE_MIN, rel=0.15)
    weekly = model.capacity.sum(axis=1) / model.traces.weeks
    assert weekly.tolist() == pytest.approx([80, 120], rel=0.1)


def test_the_model_gives_the_log() -> None:
    observed, run = fitted().observe(), as_is()
    assert run.cycle.mean() == pytest.approx(observed.cycle.mean(), rel=0.1)
    assert np.percentile(run.cycle, 90) == pytest.approx(np.percentile(observed.cycle, 90), rel=0.15)
    assert run.teams.sojourn_mean.tolist() == pytest.approx(observed.teams.sojourn_mean.tolist(), rel=0.2)
    assert np.corrcoef(run.wip, observed.wip[: len(run.wip)])[0, 1] > 0.8
    assert (run.resolved == run.end).all()


def test_recorded_starts_are_used() -> None:
    model = fitted(starts=True)
    assert not np.isnan(model.service.recorded[model.stations.of_row >= 0]).any()
    run = model.run(seed=1)
    assert run.cycle.mean() == pytest.approx(model.observe().cycle.mean(), rel=0.1)
    assert not np.isnan(model.observe().teams.wait_mean).any()


def test_a_service_that_pauses_for_years_holds_wrong_dates() -> None:
    log = make_log(starts=True)
    for column, years in (("time", -60), ("start", -126), ("time", 40)):
        moments = getattr(log, column).copy()
        moments[np.flatnonzero(log.has_start)[7]] += years * 366 * DAY
        with pytest.raises(CannotSimulateError, match=f"nothing happens for {abs(years)} years") as refused:
            fit(replace(log, **{column: moments}))
        assert f"{abs(years)} 年没有任何步骤" in refused.value.reason["zh"]
    moments = log.time.copy()
    moments[log.offsets[40] :] += 2 * 365 * DAY
    assert fit(replace(log, time=moments, start=np.minimum(log.start, moments))).teams


def test_the_same_seed_gives_the_same_run_and_no_change_none() -> None:
    again = fit(make_log()).run(seed=1)
    assert again.end.tobytes() == as_is().end.tobytes()
    idle = WhatIf("nothing").skip("Check", where=None, share=0.0)
    assert fitted().run(idle.changes, seed=1).end.tobytes() == as_is().end.tobytes()


def test_every_instance_is_played_once() -> None:
    instances = as_is().instances
    assert len(instances.row) == fitted().log.instances
    assert (instances.enabled <= instances.ready).all()
    assert (instances.ready <= instances.start).all()
    assert (instances.start <= instances.end).all()


def test_levers_move_cycle_times_their_way() -> None:
    more, fewer = change(WhatIf("+1").capacity("Deciders", 1)), change(WhatIf("-1").capacity("Deciders", -1))
    assert more < 0 < fewer
    assert change(WhatIf("faster").speed("Decide", factor=0.7)) < 0
    assert change(WhatIf("tenth").capacity("Deciders", share=0.2)) < 0
    asked = change(WhatIf("cap").cap_wait("Answer", "10h"))
    mean = np.maximum(
        fitted().traces.sojourn[fitted().log.activity == fitted().log.activities.find("Answer")] / HOUR - 10, 0
    )
    assert -0.7 * mean.mean() < asked < -0.05 * mean.mean()
    assert change(WhatIf("robot").automate("Check")) < -0.3
    assert change(WhatIf("one team").merge_roles("Checkers", "Deciders")) < 0


def test_load_is_paired_and_monotone() -> None:
    runs = [fitted().run(seed=1, load=load) for load in (0.9, 1.0, 1.1, 1.5)]
    assert [len(run.case) for run in runs] == sorted(len(run.case) for run in runs)
    assert runs[0].cycle.mean() < runs[1].cycle.mean() < runs[2].cycle.mean()
    assert set(runs[0].case.tolist()) < set(runs[1].case.tolist())
    more = fitted().run(WhatIf("more").arrivals(1.1).changes, seed=1)
    assert more.end.tobytes() == runs[2].end.tobytes()


def test_priority_moves_waits_from_some_to_others() -> None:
    log = make_log(per_day=26)
    model = fit(log)
    half = np.arange(log.cases) % 2
    first = replace(model, priority=half.astype(np.int64)).run(seed=2)
    gain = np.array([(first.end - first.arrival)[(half == part) & first.counted].mean() for part in range(2)])
    assert gain[0] < gain[1]


def test_drawn_weeks_are_whole_weeks_of_the_log() -> None:
    run = fitted().run(seed=3, weeks=12)
    assert sorted(set(run.week.tolist())) == list(range(12))
    assert ((run.arrival // (168 * HOUR)).astype(int) == run.week).all()
    drawn = fitted().resample(np.random.default_rng(5))
    other = fitted().resample(np.random.default_rng(5))
    assert drawn.blocks is not None
    assert drawn.blocks.tolist() == other.blocks.tolist()
    assert drawn.run(seed=1).end.tobytes() == other.run(seed=1).end.tobytes()
    assert (drawn.speed != fitted().speed).all()


def test_parameters_on_another_period() -> None:
    model = fit(make_log(), until="2026-04-13")
    assert model.log.cases < fitted().log.cases
    moved = model.on(fitted())
    assert moved.log is fitted().log
    assert moved.speed.tolist() == model.speed.tolist()
    assert moved.run(seed=1).cycle.mean() == pytest.approx(fitted().observe().cycle.mean(), rel=0.2)


def test_teams_without_people_are_known_by_their_rate() -> None:
    model = fitted(people=False)
    assert model.mode == "teams"
    assert np.isnan(model.people).all()
    assert model.run(seed=1).cycle.mean() == pytest.approx(model.observe().cycle.mean(), rel=0.15)
    assert change(WhatIf("share").capacity("Deciders", share=0.2), model) < 0
    with pytest.raises(CannotRepresentError, match="share of its capacity") as refused:
        model.run(WhatIf("heads").capacity("Deciders", 1).changes)
    assert "比例" in refused.value.reason["zh"]
    assert any(answer.question == "staff" and answer.verdict == "partly" for answer in model.identifiability())


def test_what_a_queue_cannot_show_is_refused() -> None:
    for scenario, said in (
        (WhatIf("batch").dissolve("Check"), "batch"),
        (WhatIf("hands").keep_hands("Check"), "queue of who receives"),
        (WhatIf("cap").cap_wait("Decide", "1h"), "queue of a team"),
        (WhatIf("nobody").capacity("Checkers", -2), "nobody would be left"),
        (WhatIf("speed").speed("Answer", factor=0.5), "no team works"),
        (WhatIf("flood").arrivals(100.0), "too far"),
    ):
        with pytest.raises(CannotRepresentError, match=said) as refused:
            fitted().run(scenario.changes)
        assert refused.value.reason["zh"]
    with pytest.raises(UsageError, match="no team 'Nobody'"):
        fitted().run(WhatIf("typo").capacity("Nobody", 1).changes)
    with pytest.raises(UsageError, match="no activity"):
        fitted().run(WhatIf("typo").skip("Chekc").changes)


def test_logs_that_tell_too_little_are_refused_in_words() -> None:
    def rows(cases: int, *, team: str = "t", step: int = HOUR, gap: int = 7 * HOUR) -> list[Row]:
        return [
            Row(f"c{n}", a, MONDAY + n * gap + k * step, "", team) for n in range(cases) for k, a in enumerate("ab")
        ]

    for log, said in (
        (build(rows(5)), "only 5 cases"),
        (build(rows(40, gap=HOUR // 4)), "less than two weeks"),
        (build(rows(100, team="")), "neither people nor teams"),
        (build(rows(100, step=DAY, gap=DAY)), "dates without times"),
        (build([row for row in rows(100) if row.activity == "a"]), "single event"),
    ):
        with pytest.raises(CannotSimulateError, match=said) as refused:
            fit(log)
        assert refused.value.reason["zh"]
