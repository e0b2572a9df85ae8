"""Plans: a queue whose staff and work are known, rosters, logs that do not tell."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from svcflow_staffed_logs import queue
from svcflow_test_logs import HOUR, MONDAY, Row, build, read_real

from svcflow.definitions import load
from svcflow.eventlog.log import Log
from svcflow.staffing import Absence, Plan, Target, plan
from svcflow.staffing.document import list_notes
from svcflow.staffing.erlang import require_wait
from svcflow.staffing.planning import TeamPlan
from svcflow.staffing.rosters import find_roster, list_holidays

ROOT = Path(__file__).parents[2]
OPEN = range(8, 18)
NONE = np.empty(0, np.int32)
TARGET = Target(1800.0)


@cache
def pressed(*, starts: bool = True) -> Log:
    """Return a team of three that needs five in the morning, and of six that needs two in the afternoon."""
    return queue({h: 12.0 if h < 12 else 4.0 for h in OPEN}, {h: 3 if h < 12 else 6 for h in OPEN}, starts=starts)


def back(found: Plan) -> TeamPlan:
    return next(team for team in found.teams if team.name == "Back")


def test_a_known_queue_is_planned_as_the_formula_says() -> None:
    team = back(plan(pressed(), NONE, target=TARGET))
    assert team.handling is not None
    assert team.handling.kind == "measured"
    assert team.handling.mean_s == pytest.approx(1200, rel=0.05)
    assert team.handling.squared_variation == pytest.approx(1, abs=0.25)
    morning = team.load.reshape(7, 24)[:5, 8:12]
    assert morning.mean() == pytest.approx(12 * 1200 / 3600, rel=0.1)
    needed = require_wait(12 * 1200 / 3600, 1200, 1800)
    assert np.median(team.needed.reshape(7, 24)[:5, 8:12]) == pytest.approx(needed, abs=1)
    assert not team.needed.reshape(7, 24)[5:].any()


def test_mornings_are_short_and_afternoons_are_not() -> None:
    team = back(plan(pressed(), NONE, target=TARGET))
    short = team.short.reshape(7, 24)
    assert short[:5, 9:12].mean() >= 0.8
    assert not short[:, 13:].any()
    assert team.presence == "seen"


def judge(load: float, needed: float, present: float) -> tuple[int, int]:
    """Return in how many hours a team is short, and has people to spare, if all its open hours are like that."""
    team = back(plan(pressed(), NONE, target=TARGET))
    assert team.arrivals is not None
    every = np.where(team.open > 0, 1.0, 0.0)
    like = replace(
        team, arrivals=replace(team.arrivals, low=team.arrivals.mean), load=load * every, needed_low=needed * every,
        needed_high=needed * every, present=present * every,
    )  # fmt: skip
    return int(like.short.sum()), int(like.spare.sum())


def test_a_whole_head_is_missing_or_two_are_over() -> None:
    hours = int((back(plan(pressed(), NONE, target=TARGET)).open > 0).sum())
    assert judge(4.0, 5.0, 4.0) == (hours, 0)
    assert judge(4.0, 5.0, 4.5) == (0, 0)  # half a head
    assert judge(1.0, 5.0, 4.0) == (0, 0)  # they are there, and have little to do
    assert judge(1.0, 1.0, 3.0) == (0, hours)
    assert judge(1.0, 1.0, 2.5) == (0, 0)
    assert judge(6.0, 10.0, 13.0) == (0, 0)  # three over, but not half as many again
    assert judge(0.5, 1.0, 3.0) == (0, 0)  # what they do does not show


def test_enough_people_are_never_short() -> None:
    calm = queue(dict.fromkeys(OPEN, 4.0), dict.fromkeys(OPEN, 5), seed=4)
    assert not back(plan(calm, NONE, target=TARGET)).short.any()


def test_completions_alone_tell_capacity_and_say_so() -> None:
    document = plan(pressed(starts=False), NONE, target=TARGET).to_json()
    team = next(row for row in document["teams"] if row["team"] == "Back")
    assert team["handling"]["kind"] == "effective"
    assert team["handling"]["mean_s"] == pytest.approx(1200, rel=0.25)
    assert team["unknown"] is None
    assert "never touch time or FTE" in team["notes"][0]["en"]


def test_neither_starts_nor_people_give_arrivals_but_no_heads() -> None:
    log = pressed(starts=False)
    rows = [
        Row(str(case), log.activities[int(a)], int(t), "", log.teams[int(team)])
        for case, a, t, team in zip(log.case_of_row, log.activity, log.time, log.team, strict=True)
    ]
    team = back(plan(build(rows), NONE, target=TARGET))
    assert team.arrivals is not None
    assert team.arrivals.level > 300
    assert "people cannot" in team.unknown["en"]
    assert not team.needed.any()


def test_a_log_without_teams_is_told_to_lack_them() -> None:
    found = plan(build([Row("1", "a", MONDAY), Row("1", "b", MONDAY + HOUR)]), NONE, target=TARGET)
    assert "no teams" in found.unknown["en"]
    assert found.teams == ()


def test_machines_are_nobody() -> None:
    log = pressed()
    codes = np.array([i for i, name in enumerate(log.resources.texts) if name.startswith("back.")], np.int32)
    assert [team.name for team in plan(log, codes, target=TARGET).teams] == ["Front"]


def test_who_has_no_patience_is_called_back() -> None:
    document = plan(pressed(), NONE, target=TARGET, absence=Absence(0.3, 600.0)).to_json()
    team = next(row for row in document["teams"] if row["team"] == "Back")
    lost = team["call_backs"]
    assert lost["work_s_per_week"] == pytest.approx(lost["per_week"] * team["handling"]["mean_s"])
    assert 0.05 < lost["share"] < 0.5
    assert team["peak"]["on_roster"] >= team["peak"]["needed"] / 0.7 - 1e-9


def test_the_document_is_plain_and_the_same_each_time() -> None:
    one, other = (json.dumps(plan(pressed(), NONE, target=TARGET).to_json(), allow_nan=False) for _ in range(2))
    assert one == other


def test_rosters_are_those_of_the_organisation() -> None:
    workspace = load(ROOT / "workflows")
    hotline = find_roster(workspace, "热线组")
    assert hotline is not None
    assert hotline.heads == 15
    assert hotline.open.sum() == 7 * 14
    partners = find_roster(workspace, "Departments")
    assert partners is not None
    assert partners.heads == 0  # an external role: not ours to roster
    assert find_roster(workspace, "Nobody") is None
    training = find_roster(workspace, "Training")
    late_september = 1_790_553_600_000  # 2026-09-28, before the national holidays of China
    assert "2026-10-01" in list_holidays(training, "Asia/Shanghai", late_september, 2)
    assert list_holidays(hotline, "Asia/Shanghai", late_september, 2) == ()


def test_what_comes_on_closed_days_is_done_when_it_opens() -> None:
    log = pressed()
    team = back(plan(log, NONE, target=TARGET))
    assert team.arrivals is not None
    assert team.load.sum() == pytest.approx(team.arrivals.mean.sum() * 1200 / 3600, rel=0.06)


def test_helpdesk_is_told_in_effective_capacity() -> None:
    log = read_real("helpdesk.csv")
    document = plan(log, NONE, target=Target(4 * 3600.0)).to_json()
    first = document["teams"][0]
    assert first["handling"]["kind"] == "effective"
    assert 0 < first["occupancy"] <= 1
    assert any("FTE" in note["en"] for note in first["notes"])


def test_a_team_without_work_to_come_is_not_told_how_little_it_does() -> None:
    team = back(plan(pressed(), NONE, target=TARGET))
    idle = replace(team, load=team.load * 0.01)
    assert any("what these people could do" in note["en"] for note in list_notes(idle))
    assert not any("could do" in note["en"] for note in list_notes(replace(team, load=team.load * 0)))
