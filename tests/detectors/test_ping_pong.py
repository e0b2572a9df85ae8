from __future__ import annotations

import pytest
from svcflow_test_logs import DAY, MONDAY, build, trace, vary

from svcflow.detectors import ping_pong
from svcflow.eventlog.log import Log
from svcflow.mining import mine

BOUNCE = ["ask@front", "do@back", "ask@front", "close@front"]
THERE_AND_BACK = ["ask@front", "check@quality", "close@front"]
STRAIGHT = ["ask@front", "do@back", "close@back"]


def desk(**routes: tuple[list[str], int]) -> Log:
    rows = []
    for name, (route, cases) in routes.items():
        for i in range(cases):
            rows += trace(f"{name}{i}", route, start=MONDAY + i * DAY + len(rows), gap=vary(i))
    return build(rows)


def test_the_cost_is_the_waiting_on_the_way_there_and_back() -> None:
    log = desk(bounce=(BOUNCE, 30), straight=(STRAIGHT, 100))
    (finding,) = ping_pong.detect(log, mine(log))
    assert set(finding.subject.names) == {"front", "back"}
    assert (finding.cases, finding.count) == (30, 30)
    assert finding.cost_s == 2 * sum(map(vary, range(30))) / 1000
    assert finding.evidence["sustained_cases"] == 0
    assert all(case.startswith("bounce") for case in finding.examples)


def test_a_handover_is_counted_once_however_many_bounces_it_is_part_of() -> None:
    log = desk(long=([f"do@{t}" for t in ("a", "b", "a", "b", "a")], 20))
    (finding,) = ping_pong.detect(log, mine(log))
    assert finding.count == 20 * 3
    assert finding.evidence["sustained_cases"] == 20
    assert finding.cost_s == 4 * sum(map(vary, range(20))) / 1000 == pytest.approx(mine(log).total_wait_s)


def test_a_designed_way_there_and_back_is_no_bounce() -> None:
    log = desk(design=(THERE_AND_BACK, 60))
    table = mine(log).handovers["team"]
    assert table is not None
    assert table.counts.ping_pong == 60
    assert ping_pong.detect(log, mine(log)) == []


def test_few_bounces_are_not_reported() -> None:
    log = desk(bounce=(BOUNCE, 9), straight=(STRAIGHT, 20))
    assert ping_pong.detect(log, mine(log)) == []
    assert len(ping_pong.detect(log, mine(log), min_count=9, min_cases=9)) == 1
