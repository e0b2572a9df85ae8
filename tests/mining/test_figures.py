"""Figures that were computed once, independently, from published logs (see ../shared/logs/README.md)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from svcflow_test_logs import REAL, read_real

from svcflow.detectors import detect
from svcflow.mining import mine

DAY_S = 86_400


@pytest.mark.parametrize("name", ["helpdesk.csv", "helpdesk.xes.gz"])
def test_help_desk(name: str) -> None:
    document = mine(read_real(name)).to_json()
    log, rework = document["log"], document["rework"]
    assert (log["cases"], log["events"]) == (4_580, 21_348)
    assert (log["activities"], log["resources"], log["variants"]) == (14, 22, 226)
    assert round(log["top_variant_share"], 4) == 0.5166
    cycle = document["cycle_time"]
    assert [round(cycle[k] / DAY_S, 3) for k in ("median_s", "mean_s", "p90_s")] == [39.859, 40.858, 53.006]
    assert round(document["resolve_time"]["median_s"] / DAY_S, 3) == 6.658
    assert (rework["immediate_repeats"], rework["self_loops"], rework["self_loop_cases"]) == (944, 862, 811)
    assert rework["repeating_cases"] == 1_240
    assert round(rework["repeating_cases"] / log["cases"], 4) == 0.2707
    assert (rework["reopens"], rework["reopen_cases"]) == (164, 154)
    assert document["handovers"]["resource"]["ping_pong_cases"] == 269


def test_the_close_of_the_help_desk_is_a_timer_and_never_the_first_bottleneck() -> None:
    log = read_real("helpdesk.csv")
    mined = mine(log)
    findings = detect(log, mined)
    (closing,) = [f for f in findings if f.detector == "timer" and f.subject.names == ("Resolve ticket", "Closed")]
    assert closing.timer
    assert round(closing.share, 3) == 0.716
    assert findings.index(closing) == len(findings) - 1
    assert not findings[0].timer
    assert findings[0].cost_s < closing.cost_s


def test_closed_problems() -> None:
    log = read_real("VINST cases closed problems.csv")
    document = mine(log).to_json()
    assert (document["log"]["activities"], document["log"]["variants"]) == (4, 183)
    assert round(document["cycle_time"]["median_s"] / DAY_S, 2) == 82.02
    assert _counts(document) == (655, 280, 18, 186, 107, 118)


def test_closed_problems_by_organisation_line() -> None:
    from svcflow.eventlog import read_log

    path = REAL / "VINST cases closed problems.csv"
    if not path.exists():
        pytest.skip("the published log is not at hand")
    log = read_log(path, {"columns": {"team": "Problem Involved ST Org line 3"}})
    assert _counts(mine(log).to_json())[:2] == (220, 123)
    assert _counts(mine(log).to_json())[3:5] == (94, 59)


def test_telephone_claims() -> None:
    log = read_real("teleclaims.xes.gz")
    document = mine(log).to_json()
    assert (document["log"]["activities"], document["log"]["variants"]) == (11, 12)
    assert document["log"]["instances"] == 24_825
    assert document["rework"]["repeating_cases"] == 0


def test_stated_done_leaves_the_open_cases_of_the_help_desk_out() -> None:
    log = replace(read_real("helpdesk.csv"), roles=())
    document = mine(log).to_json()
    assert document["log"]["open_cases"] == document["cycle_time"]["open_left_out"] == 13


def _counts(document: dict[str, Any]) -> tuple[int, ...]:
    team = document["handovers"]["team"]
    return tuple(team[k] for k in ("total", "cases", "max", "ping_pong", "ping_pong_cases", "returned_cases"))
