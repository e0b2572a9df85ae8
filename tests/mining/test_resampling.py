"""Intervals from groups of cases: those of drawing cases one by one, the same bytes from any blocks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import HOUR, MONDAY, Row, build, drawn, read_real

from svcflow import engines
from svcflow.analysis.bottlenecks import list_bottlenecks, list_summarised
from svcflow.eventlog import open_store
from svcflow.eventlog.store.writing import write
from svcflow.mining import mine
from svcflow.mining import resampling as module
from svcflow.mining.costs import bootstrap
from svcflow.mining.resampling import GROUPS, Resampled, ResamplingFold, mix

LAWS = settings(deadline=None, max_examples=40)


@LAWS
@given(drawn().filter(bool), st.integers(1, 9), st.integers(1, 3))
def test_any_blocks_on_any_threads_give_the_same_sums_and_those_are_the_waiting(
    rows: list[Row], size: int, jobs: int
) -> None:
    log = build(rows)
    width = len(log.activities)
    folds = {"resampled": ResamplingFold(width)}
    one = engines.survey(log, folds)["resampled"]
    two = engines.survey(log, folds, rows=size, jobs=jobs)["resampled"]
    assert [part.tobytes() for part in one] == [part.tobytes() for part in two]
    pairs = mine(log).directly_follows
    wanted = np.zeros(width * width, np.int64)
    wanted[pairs.source * width + pairs.target] = pairs.total
    assert one.waited.sum(axis=0).tolist() == wanted.tolist()
    assert int(one.cases.sum()) == log.cases


def test_groups_are_about_equal_and_show_no_pattern() -> None:
    groups = mix(np.arange(512_000), GROUPS)
    counts = np.bincount(groups, minlength=GROUPS)
    assert len(counts) == GROUPS
    assert abs(counts - 1000).max() < 5 * np.sqrt(1000)
    for stride in (2, 7, 512):
        assert abs(np.bincount(groups[::stride], minlength=GROUPS).std() / np.sqrt(1000 / stride) - 1) < 0.15


def gather(amounts: np.ndarray[Any, Any]) -> Resampled:
    """Return what groups of cases with these amounts wait."""
    group = mix(np.arange(len(amounts)), GROUPS)
    waited = np.bincount(group, weights=amounts, minlength=GROUPS).astype(np.int64)
    return Resampled(waited[:, None], np.bincount(group, minlength=GROUPS))


@pytest.mark.parametrize("cases", [300, 3_000, 30_000])
def test_bounds_are_those_of_many_draws_of_cases(cases: int) -> None:
    amounts = np.round(np.random.default_rng(cases).lognormal(15, 1, cases))
    amounts[::3] = 0  # not all cases show the pair
    low, high = (float(bound[0]) for bound in gather(amounts).bound(np.zeros(1, np.int64)))
    ordinary = bootstrap(amounts[:, None], 1, replicates=1_000)
    half = float(ordinary[1][0] - ordinary[0][0]) / 2
    assert abs(low - ordinary[0][0]) < 0.15 * half
    assert abs(high - ordinary[1][0]) < 0.15 * half
    deviation = float(amounts.std() * np.sqrt(cases))
    assert (high - low) / 2 == pytest.approx(1.645 * deviation, rel=0.1)


def test_nine_of_ten_intervals_cover_the_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REPLICATES", 200)
    rng, cases, covered = np.random.default_rng(8), 2_000, 0
    for _ in range(200):
        amounts = np.round(rng.gamma(2, HOUR, cases))
        low, high = (float(bound[0]) for bound in gather(amounts).bound(np.zeros(1, np.int64)))
        covered += low <= 2 * HOUR * cases <= high
    assert 0.84 <= covered / 200 <= 0.96


def test_one_case_and_too_many_activities_have_no_interval() -> None:
    alone = gather(np.array([5.0])).bound(np.zeros(1, np.int64))
    assert all(np.isnan(bound[0]) for bound in alone)
    log = build([Row("c", f"step {number}", MONDAY + number * HOUR) for number in range(400)])
    state = engines.survey(log, {"resampled": ResamplingFold(400)})["resampled"]
    assert np.isnan(Resampled(*state).bound(np.array([1]))[0]).all()


@pytest.mark.parametrize("name", ["helpdesk.csv", "VINST cases closed problems.csv", "teleclaims.xes.gz"])
def test_bottlenecks_of_published_logs_have_the_intervals_of_the_detector(name: str, tmp_path: Path) -> None:
    log = read_real(name)
    write(log, tmp_path / "log.parquet", rows=3000)
    stored = open_store(tmp_path / "log.parquet")
    found = list_summarised(stored, mine(stored, exact=True))
    wanted = list_bottlenecks(log, mine(log))
    assert wanted
    for one, two in zip(found, wanted, strict=True):
        half = (two["high_s"] - two["low_s"]) / 2  # itself known to a tenth: it is of 200 draws
        for bound in ("low_s", "high_s"):
            assert abs(one[bound] - two[bound]) < 0.4 * half
        same = {"from", "to", "cost_s", "cases", "count", "median_s", "p90_s", "side", "timer"}
        assert {key: one[key] for key in same} == {key: two[key] for key in same}
        assert one["examples"] == two["examples"][:3]
