"""Hours with too few or too many people: found where they queue, silent where nothing is known or nothing waits."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from svcflow_staffed_logs import queue
from svcflow_test_logs import HOUR, MONDAY, Row, build

from svcflow.definitions import load
from svcflow.detectors import detect, entitle, overstaffed_hours, understaffed_hours
from svcflow.eventlog import read_log
from svcflow.eventlog.log import Log
from svcflow.findings import Finding
from svcflow.mining import mine
from svcflow.staffing import gaps
from svcflow.weighing import staffed

ROOT = Path(__file__).parents[2]
OPEN = range(8, 18)
BOTH = ("understaffed-hours", "overstaffed-hours")


def find(log: Log, **given: object) -> list[Finding]:
    return list(detect(log, mine(log), select=BOTH, **given))  # type: ignore[arg-type]


@cache
def uneven() -> Log:
    """Return a team that is three too few before noon and five too many after two."""
    return queue({h: 12.0 if h < 12 else 3.0 for h in OPEN}, {h: 3 if h < 13 else 7 for h in OPEN}, weeks=12)


def test_too_few_in_the_morning_and_too_many_in_the_afternoon() -> None:
    found = {finding.detector: finding for finding in find(uneven())}
    short = found["understaffed-hours"]
    assert short.subject.names == ("Back",)
    assert "Mon" in str(short.evidence["hours"])
    assert float(short.evidence["needed"]) > float(short.evidence["present"]) + 1
    assert float(short.evidence["wait_in_these_s"]) > float(short.evidence["wait_in_others_s"]) + 900
    assert short.cost_s == 0
    assert short.claim is None
    titles = entitle(short)
    assert titles["en"].startswith("Back has too few people in ")
    assert "人手不足" in titles["zh"]


def test_one_plan_serves_both_detectors(monkeypatch: pytest.MonkeyPatch) -> None:
    log, made = uneven(), []
    mined = mine(log)
    alone = [*understaffed_hours.detect(log, mined), *overstaffed_hours.detect(log, mined)]
    plan = staffed.plan
    monkeypatch.setattr(staffed, "plan", lambda *of, **given: made.append(1) or plan(*of, **given))
    found = detect(log, mined, select=BOTH)
    assert len(made) == 1
    assert {one.id: one.evidence for one in found} == {one.id: one.evidence for one in alone}
    assert detect(log, mined, select=["rework"]) == ()
    assert len(made) == 1


@pytest.mark.parametrize(
    ("inside", "outside", "short"),
    [(13_100.0, 10_000.0, True), (12_900.0, 10_000.0, False), (1_600.0, 600.0, True), (1_400.0, 600.0, False)],
)
def test_few_people_matter_where_what_comes_waits_a_third_and_a_quarter_of_an_hour_longer(
    inside: float, outside: float, short: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    gap = gaps.Gap(np.ones(168, np.bool_), np.arange(9), inside, outside, 12, 5.0, 3.0)
    monkeypatch.setattr(gaps, "_compare", lambda *_: gap)
    team = staffed.plan_staff(uneven(), mine(uneven()), None).teams[0]
    assert (gaps.find_shortage(team, gaps.Least()) is not None) is short


def test_waits_alone_are_no_shortage() -> None:
    """Cases wait, whoever is there: everything is put aside for two hours before it is begun."""
    rows = []
    for number in range(3000):
        come = MONDAY + (number // 60) * 24 * HOUR + 8 * HOUR + (number % 60) * 8 * 60_000
        rows.append(Row(f"{number:05}", "register", come, "f", "Front", come - 60_000))
        begin = come + (2 + number % 3) * HOUR
        rows.append(Row(f"{number:05}", "handle", begin + 300_000, f"b{number % 5}", "Back", begin))
    assert find(build(rows)) == []


@pytest.mark.parametrize("seed", range(4))
def test_enough_people_through_the_day_are_no_finding(seed: int) -> None:
    assert find(queue(dict.fromkeys(OPEN, 6.0), dict.fromkeys(OPEN, 4), seed=seed)) == []


def test_the_sample_logs_say_nothing_of_staffing() -> None:
    workspace = load(ROOT / "workflows")
    for name in ("complaints", "inquiries"):
        log = read_log(ROOT / "logs" / f"{name}.csv")
        assert find(log, workspace=workspace) == []


def test_without_teams_nothing_is_known() -> None:
    assert find(build([Row("1", "a", MONDAY), Row("1", "b", MONDAY + HOUR)])) == []


def test_people_to_spare_are_told_of_a_team_whose_work_the_log_shows() -> None:
    log = queue({h: 12.0 if h < 13 else 2.0 for h in OPEN}, {h: 5 if h < 13 else 7 for h in OPEN}, weeks=12)
    spare = next(finding for finding in find(log) if finding.detector == "overstaffed-hours")
    assert spare.subject.names == ("Back",)
    assert float(spare.evidence["present"]) >= 1.5 * float(spare.evidence["needed"])
    assert not any(f" {hour:02}:00-" in str(spare.evidence["hours"]) for hour in range(8, 12))
