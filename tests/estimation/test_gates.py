"""Gates and grades: each criterion from both sides, and what is said in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from svcflow import plugins
from svcflow.estimation import gates
from svcflow.estimation.calibration import read_calibration, widen
from svcflow.estimation.evidence import Concern, Evidence, Extent, Fit, HoldOut, Response, Stability, Verdict
from svcflow.estimation.grades import grade, judge

GOOD = Evidence(
    Extent(20, 3000, {"L1": 5000, "L2": 900}, {"L1": 1.0, "L2": 0.95}),
    Fit(1.03, 0.95, {"L1": 1.1, "L2": 0.9}, {"L1": 0.5, "L2": 0.5}),
    HoldOut(3.0, 4.0, 1.0, 2.0, 0.8),
    Stability(1.05, 0.98, 1.02, 0.02),
    {"L1": Response(0.5, 0.4, 100), "L2": Response(0.6, 0.4, 100)},
    {"L1": 0.8, "L2": 0.7},
)
STAFF = Concern(("L2",), queues=True, signs={"fitted": -2.0, "speed": -1.0, "slower": -3.0})
SKIP = Concern((), signs={"fitted": -2.0, "replay": -1.0})


def find(evidence: Evidence, concern: Concern, gate: str) -> Verdict | None:
    return {verdict.gate: verdict for verdict in judge(evidence, concern)}.get(gate)


def test_all_pass() -> None:
    for concern in (STAFF, SKIP):
        found = grade(judge(GOOD, concern))
        assert (found.grade, found.point, found.wider, found.missed) == ("A", True, 1.0, ())


def test_every_gate_has_its_say() -> None:
    assert {verdict.gate for verdict in judge(GOOD, STAFF)} == set(plugins.find(gates))


@pytest.mark.parametrize(
    ("extent", "word"),
    [
        (Extent(7.9, 3000, {"L2": 900}, {"L2": 1.0}), "weeks"),
        (Extent(20, 499, {"L2": 900}, {"L2": 1.0}), "cases"),
        (Extent(20, 3000, {"L2": 199}, {"L2": 1.0}), "activities"),
        (Extent(20, 3000, {}, {}), "team"),
    ],
)
def test_too_little_log_leaves_the_replay(extent: Extent, word: str) -> None:
    verdict = find(replace(GOOD, extent=extent), STAFF, "data")
    assert verdict is not None
    assert (verdict.passed, verdict.allows, verdict.point) == (False, "C", False)
    assert word in verdict.told["en"]


def test_a_team_without_people_is_graded_b_at_best() -> None:
    evidence = replace(GOOD, extent=Extent(20, 3000, {"L2": 900}, {"L2": 0.79}))
    found = grade(judge(evidence, STAFF))
    assert (found.grade, found.point, found.wider) == ("B", True, 1.5)  # half as wide again
    assert grade(judge(evidence, SKIP)).grade == "A"


@pytest.mark.parametrize(
    ("fit", "passed"),
    [
        (Fit(1.10, 1.0, {}, {}), True),
        (Fit(1.11, 1.0, {}, {}), False),
        (Fit(0.89, 1.0, {}, {}), False),
        (Fit(1.0, 1.31, {}, {}), False),
        (Fit(1.0, 1.0, {"L1": 1.3}, {"L1": 0.9}), False),
        (Fit(1.0, 1.0, {"L1": 1.3}, {"L1": 0.24}), True),
        (Fit(1.0, 1.0, {"L2": 1.3}, {"L2": 0.01}), False),
        (Fit(float("nan"), 1.0, {}, {}), False),
    ],
)
def test_as_is_fit(fit: Fit, passed: bool) -> None:
    verdict = find(replace(GOOD, fit=fit), STAFF, "as-is-fit")
    assert verdict is not None
    assert verdict.passed is passed
    assert verdict.allows == ("A" if passed else "C")


def test_a_tail_that_is_somewhat_off_is_a_soft_miss() -> None:
    verdict = find(replace(GOOD, fit=Fit(1.0, 1.16, {}, {})), STAFF, "as-is-fit")
    assert verdict is not None
    assert (verdict.passed, verdict.allows, verdict.point) == (False, "B", True)


@pytest.mark.parametrize(
    ("held", "allows"),
    [
        (HoldOut(4.4, 4.0, 1.0, 2.0, 0.5), "A"),
        (HoldOut(4.6, 4.0, 1.0, 2.0, 0.5), "B"),
        (HoldOut(4.6, 4.0, 1.0, 5.0, 0.5), "A"),
        (HoldOut(4.0, 4.0, 1.0, 2.0, 0.49), "B"),
        (HoldOut(4.0, 4.0, 1.0, 2.0, float("nan")), "B"),
        (HoldOut(9.0, 4.0, 1.0, 2.0, 0.1), "C"),
    ],
)
def test_hold_out(held: HoldOut, allows: str) -> None:
    verdict = find(replace(GOOD, hold_out=held), SKIP, "hold-out")
    assert verdict is not None
    assert verdict.allows == allows


@pytest.mark.parametrize(
    ("stability", "passed"),
    [
        (Stability(1.15, 1.10, 0.90, 0.01), True),
        (Stability(1.16, 1.0, 1.0, 0.01), False),
        (Stability(1.0, 1.2, 1.0, 0.01), False),
        (Stability(1.0, 1.2, 1.0, 0.11), True),
        (Stability(1.0, 1.0, 0.85, 0.01), False),
        (Stability(0.75, 1.0, 1.0, 0.01, cycle_noise=0.13), True),
        (Stability(0.75, 1.0, 1.0, 0.01, cycle_noise=0.12), False),
    ],
)
def test_moving_load_allows_no_single_figure(stability: Stability, passed: bool) -> None:
    found = grade(judge(replace(GOOD, stability=stability), SKIP))
    assert (found.grade, found.point) == (("A", True) if passed else ("C", False))
    if not passed:
        assert "load is moving" in found.told["en"]
        assert "负荷" in found.told["zh"]


def test_waiting_that_does_not_respond_to_load_refuses_staff_and_nothing_else() -> None:
    evidence = replace(GOOD, responses={"L1": Response(0.5, 0.4, 90), "L2": Response(0.29, 0.1, 90)})
    refused = grade(judge(evidence, STAFF))
    assert refused.grade == "none"
    assert "waiting does not respond to load" in refused.told["en"]
    assert grade(judge(evidence, SKIP)).grade == "A"
    unsure = replace(GOOD, responses={"L2": Response(0.31, -0.01, 30)})
    assert grade(judge(unsure, STAFF)).grade == "B"
    assert grade(judge(replace(GOOD, responses={}), STAFF)).grade == "none"


def test_near_saturation_only_the_direction_is_sure() -> None:
    busy = replace(GOOD, utilisation={"L1": 0.95, "L2": 0.7})
    assert grade(judge(busy, STAFF)).grade == "A"  # L1 is not touched
    assert grade(judge(busy, SKIP)).point is False  # cases of all teams
    assert grade(judge(replace(GOOD, utilisation={"L2": 0.91}), STAFF)).point is False


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        ({"fitted": -2.0, "slower": 0.1}, ("C", False)),
        ({"fitted": -2.0, "slower": 0.0}, ("A", True)),
        ({"fitted": -2.0, "replay": 0.5}, ("B", True)),
    ],
)
def test_agreement(signs: dict[str, float], expected: tuple[str, bool]) -> None:
    found = grade(judge(GOOD, replace(SKIP, signs=signs)))
    assert (found.grade, found.point) == expected


def test_two_soft_misses_leave_a_bound() -> None:
    evidence = replace(GOOD, hold_out=HoldOut(9.0, 4.0, 1.0, 2.0, 0.9))
    assert grade(judge(evidence, SKIP)).grade == "B"
    both = grade(judge(evidence, replace(SKIP, signs={"fitted": -1.0, "replay": 1.0})))
    assert (both.grade, both.point, set(both.missed)) == ("C", False, {"hold-out", "agreement"})


def test_every_verdict_speaks_both_languages() -> None:
    bad = Evidence(
        Extent(3, 10, {}, {}),
        Fit(2, 2, {}, {}),
        HoldOut(9, 1, 1, 1, 0),
        Stability(2, 2, 2, 0),
        {},
        {"L2": 0.99},
    )
    wrong = Concern(("L2",), queues=True, signs={"fitted": 1.0, "slower": -1.0})
    for verdict in (*judge(bad, wrong), *judge(GOOD, STAFF)):
        assert set(verdict.told) == {"en", "zh"}
        assert any("\u4e00" <= sign <= "\u9fff" for sign in verdict.told["zh"])
    assert not [v.gate for v in judge(bad, wrong) if v.passed and v.gate != "coverage"]


def test_intervals_are_widened_and_never_narrower_than_the_floor() -> None:
    known = read_calibration()
    low, high = widen(-4.0, -5.0, -3.0)
    assert high - -4.0 == pytest.approx(max(known.factor, known.floor * 4))
    assert -4.0 - low == pytest.approx(max(known.factor, known.floor * 4))
    low, high = widen(-4.0, -4.0, -4.0)
    assert (low, high) == pytest.approx((-4 - 4 * known.floor, -4 + 4 * known.floor))
