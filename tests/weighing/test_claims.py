"""No hour twice: the law that findings hold no more time than there is, on drawn logs and on real ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from svcflow_test_logs import Row, build, drawn, read_real

import svcflow.detectors
from svcflow import plugins
from svcflow.detectors import detect
from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined, mine
from svcflow.weighing.claims import CAUSE, CHANGE, PLACE, QUEUE, SHARP, STEP, WHOLE, Claim, allocate, survey

DETECTORS = plugins.find(svcflow.detectors)
SMALL = {"min_count": 1, "min_cases": 1, "min_share": 0.0}
AGAINST_THE_STATE = {"on-hold-misuse", "missed-callback"}
"""These say of time that is not ours by its state that it is."""


def check(log: Log, mined: Mined, found: list[Finding]) -> None:
    ground = survey(log, mined)
    assert sum(f.cost_s for f in found) <= (ground.wait.sum() + ground.busy.sum()) / 1000 + 1
    ours = [f for f in found if not f.timer and f.side == "provider" and f.detector not in AGAINST_THE_STATE]
    assert sum(f.cost_s for f in ours) <= (ground.wait[ground.open].sum() + ground.busy.sum()) / 1000 + 1
    for finding in found:
        assert 0 <= finding.cost_s <= finding.evidence.get("gross_s", finding.cost_s) + 1e-6


@settings(deadline=None, max_examples=40)
@given(drawn())
def test_findings_hold_no_more_time_than_there_is(rows: list[Row]) -> None:
    log = build(rows, done=("d",), sides={"c": "customer"})
    mined = mine(log)
    found = [finding for module in DETECTORS.values() for finding in module.detect(log, mined, **SMALL)]
    check(log, mined, allocate(found, log, mined))


@pytest.mark.parametrize(
    "name", ["helpdesk.csv", "VINST cases closed problems.csv", "bpic2012.xes.gz", "production.csv"]
)
def test_findings_of_real_logs_hold_no_more_time_than_there_is(name: str) -> None:
    log = read_real(name)
    mined = mine(log)
    found = list(detect(log, mined))
    assert found
    check(log, mined, found)
    assert {f.side for f in found if f.detector == "timer"} <= {"provider", "nobody"}


@settings(deadline=None, max_examples=40)
@given(drawn())
def test_the_pieces_of_a_case_add_up_to_its_cycle_time(rows: list[Row]) -> None:
    log = build(rows)
    mined = mine(log)
    ground = survey(log, mined)
    whole = np.bincount(ground.case, weights=ground.wait + ground.busy, minlength=log.cases)
    assert (whole <= mined.cases.cycle + 1e-6).all() or log.has_start.any()


def make_finding(name: str, amounts: list[int], turn: int) -> Finding:
    rows = np.arange(1, len(amounts) + 1)
    cost = sum(amounts) / 1000
    claim = Claim(rows, np.array(amounts, np.int64), turn)
    return Finding(
        id=name,
        detector="bottleneck",
        subject=Subject("pair", ("a", "b")),
        cases=1,
        count=1,
        cost_s=cost,
        share=0.5,
        interval_s=(cost, cost),
        side="provider",
        timer=False,
        definition="x",
        examples=(),
        claim=claim,
    )


def test_the_sharper_finding_takes_first_and_the_rest_is_told_or_dropped() -> None:
    log = build([Row("c", name, 1_772_409_600_000 + i * 1000) for i, name in enumerate("abcd")])
    mined = mine(log)
    sharp, rest = make_finding("sharp", [1000, 1000, 0], SHARP), make_finding("place", [1000] * 3, PLACE)
    told = make_finding("told", [900, 900, 0], STEP)
    kept = {f.id: f for f in allocate([rest, told, sharp], log, mined)}
    assert set(kept) == {"sharp", "place"}
    assert kept["sharp"].cost_s == 2.0
    assert kept["place"].cost_s == 1.0
    assert kept["place"].evidence["gross_s"] == 3.0
    assert kept["place"].share == pytest.approx(0.5 / 3)


def test_a_sharp_shape_is_told_by_another_one_only() -> None:
    """What grows at one step takes most of a shape's time; the shape stays, and one that is the same shape does not."""
    log = build([Row("c", name, 1_772_409_600_000 + i * 1000) for i, name in enumerate("abcd")])
    mined = mine(log)
    grows, shape = make_finding("grows", [900, 900, 0], CHANGE), make_finding("shape", [1000, 1000, 500], SHARP)
    same, excess = make_finding("same", [1000, 1000, 0], SHARP), make_finding("excess", [1000, 1000, 0], CAUSE)
    kept = {f.id: f for f in allocate([shape, same, excess, grows], log, mined)}
    assert set(kept) == {"grows", "shape"}
    assert kept["shape"].cost_s == 0.7


def test_a_queue_tells_why_waits_grow_however_much_dearer_their_growth_is() -> None:
    log = build([Row("c", name, 1_772_409_600_000 + i * 1000) for i, name in enumerate("abcd")])
    grows, queue = make_finding("grows", [1000, 1000, 1000], CHANGE), make_finding("queue", [900, 900, 900], QUEUE)
    assert [f.id for f in allocate([grows, queue], log, mine(log))] == ["queue"]


def test_whole_cases_that_need_not_have_come_hold_all_that_is_waited_in_them() -> None:
    """A shape in most of their time takes none of it before, and is told all the same."""
    log = build([Row("c", name, 1_772_409_600_000 + i * 1000) for i, name in enumerate("abcd")])
    shape, whole = make_finding("shape", [1000, 1000, 900], SHARP), make_finding("whole", [1000, 1000, 200], WHOLE)
    kept = {f.id: f.cost_s for f in allocate([shape, whole], log, mine(log))}
    assert kept == {"whole": 2.2, "shape": pytest.approx(0.8)}
