from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from svcflow_test_logs import Row, build, drawn, read_real

import svcflow.detectors
from svcflow import plugins
from svcflow.detectors import detect
from svcflow.errors import UsageError
from svcflow.mining import mine

DETECTORS = plugins.find(svcflow.detectors)


def test_there_are_detectors_with_a_manual_each() -> None:
    assert {"bottleneck", "handover-delay", "ping-pong", "rework"} < set(DETECTORS)
    for module in DETECTORS.values():
        for heading in ("What", "How", "Source", "Limits", "Options"):
            assert f"**{heading}.**" in (module.__doc__ or "")


@pytest.mark.parametrize("name", sorted(DETECTORS))
def test_every_option_is_in_the_manual(name: str) -> None:
    module = DETECTORS[name]
    for option in module.detect.__kwdefaults__:
        assert f"`{option}`" in (module.__doc__ or "")


@settings(deadline=None, max_examples=30)
@given(drawn())
def test_detectors_bear_any_log(rows: list[Row]) -> None:
    log = build(rows, done=("d",))
    mined = mine(log)
    small = {"min_count": 1, "min_cases": 1, "min_share": 0.0}
    for module in DETECTORS.values():
        for finding in module.detect(log, mined, **small):
            assert 0 <= finding.share <= 1
            assert set(finding.examples) <= set(log.case_ids)
            assert finding.cases <= finding.count


def test_a_detector_that_does_not_exist_is_said() -> None:
    with pytest.raises(UsageError, match="unknown detector 'bottlneck'"):
        detect(build([]), mine(build([])), select=["bottlneck"])


@pytest.mark.parametrize("name", ["helpdesk.csv", "VINST cases closed problems.csv", "bpic2012.xes.gz"])
def test_findings_of_real_logs_are_ranked_and_named_apart(name: str) -> None:
    log = read_real(name)
    mined = mine(log)
    findings = detect(log, mined)
    assert findings
    ranks = [(f.timer or f.side != "provider", -f.cost_s) for f in findings]
    assert ranks == sorted(ranks)
    assert len({f.id for f in findings}) == len(findings)
    for finding in findings:
        assert re.fullmatch(r"[a-z-]+-[0-9a-f]{8}", finding.id)
        assert finding.interval_s[0] <= finding.cost_s <= finding.interval_s[1]
        assert 1 <= len(finding.examples) <= 5
    for detector in {f.detector for f in findings}:
        assert sum(f.share for f in findings if f.detector == detector) <= 1 + 1e-9


def test_select_runs_only_what_is_asked() -> None:
    log = read_real("helpdesk.csv")
    mined = mine(log)
    assert {f.detector for f in detect(log, mined, select=["rework"])} == {"rework"}
