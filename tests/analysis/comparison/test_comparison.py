"""Two groups of cases compared: published intervals, coverage of the truth, planted and absent differences."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import HOUR, MONDAY, Row, build

from svcflow.analysis.comparison import Group, compare, compare_segments
from svcflow.analysis.comparison.intervals import (
    differ_in_mean,
    differ_in_quantile,
    differ_in_share,
    estimate_quantile,
)
from svcflow.cli.main import main
from svcflow.errors import UsageError
from svcflow.eventlog.log import Column, Log, Role, Vocabulary
from svcflow.mining import mine
from svcflow.report.differences import render_differences


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((10, 10), (0, 10), 0.6075, 1.0)],
)
def test_shares_against_newcombe(one: tuple[int, int], other: tuple[int, int], low: float, high: float) -> None:
    """Newcombe (1998), table II, method 10, in the order that he gives the samples."""
    found = differ_in_share(other, one)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_means_against_scipy() -> None:
    from scipy.stats import ttest_ind

    generator = np.random.default_rng(3)
    a, b = generator.normal(10, 2, 60), generator.normal(12, 5, 90)
    found = differ_in_mean(a, b)
    assert found.p == pytest.approx(ttest_ind(b, a, equal_var=False).pvalue)
    interval = ttest_ind(b, a, equal_var=False).confidence_interval()
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), abs=0.05)


def test_a_median_lies_between_its_order_statistics() -> None:
    """The 95 % interval of a median of 100 runs from the 40th to the 61st value (Conover, binomial tables)."""
    found = estimate_quantile(np.arange(1.0, 101.0), 0.5)
    assert (found.low, found.value, found.high) == (40, 50.5, 61)


@pytest.mark.parametrize("q", [0.5, 0.9])
def test_intervals_of_percentiles_cover_the_truth(q: float) -> None:
    from scipy.stats import lognorm

    generator = np.random.default_rng(17)
    truth = float(lognorm.ppf(q, 1.2) * 0.5)
    covered = 0
    for _ in range(300):
        a, b = generator.lognormal(0, 1.2, 120), 1.5 * generator.lognormal(0, 1.2, 150)
        found = differ_in_quantile(a, b, q)
        covered += found.low <= truth <= found.high
    assert covered >= 0.92 * 300


def text_column(values: list[str]) -> Column:
    vocabulary = Vocabulary(("", *sorted(set(values))))
    return Column("text", np.array([vocabulary.texts.index(value) for value in values], np.int32), vocabulary)


def draw_log(seed: int, cases: int, *, check: float = 0.5, wait: float = 5.0, labels: bool = False) -> Log:
    draw = random.Random(seed)
    rows: list[Row] = []
    for n in range(cases):
        begin = time = MONDAY + n * HOUR
        names = ["open", *(["check"] if draw.random() < check else []), "answer"]
        for name in names:
            rows.append(Row(f"{n:05d}", name, time, draw.choice(["ann", "bob"]), draw.choice(["desk", "lab"])))
            time += int(draw.expovariate(1 / (wait * HOUR)))
        assert time >= begin
    log = build(rows, done=("answer",), roles=(Role("done", "answer", "stated"),))
    channels = text_column([draw.choice(["mail", "phone"]) for _ in range(cases)])
    return replace(log, case_attributes={"channel": channels}) if labels else log


def group(name: str, log: Log) -> Group:
    return Group(name, log, mine(log), np.ones(log.cases, np.bool_))


def test_planted_differences_are_found_and_nothing_else() -> None:
    slow, fast = draw_log(1, 400, check=0.5, wait=5), draw_log(2, 400, check=0.2, wait=10)
    found = compare(group("a", slow), group("b", fast))
    verdicts = {(row["metric"], row["statistic"]): row["verdict"] for row in found.metrics}
    assert verdicts["cycle time", "mean"] == "worse"
    assert verdicts["steps", "mean"] == "better"
    assert verdicts["cases not settled", "share"] == "not certain"
    shares = {row["activity"]: (row["certain"], row["share_difference"]) for row in found.activities}
    assert shares["check"][0]
    assert -0.4 < shares["check"][1] < -0.2
    assert not shares["open"][0]


def test_two_draws_of_the_same_process_hardly_differ() -> None:
    told = tried = 0
    for seed in range(8):
        found = compare(group("a", draw_log(seed, 200)), group("b", draw_log(100 + seed, 220)))
        told += bool(found.certain)
        tried += found.tried
    assert tried > 150
    assert told <= 2  # of 8 comparisons, each with 5 % of at least one false difference


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 1000))
def test_the_other_way_round_is_the_same_with_the_other_sign(seed: int) -> None:
    one, other = group("a", draw_log(seed, 60)), group("b", draw_log(seed + 1, 70, wait=8))
    there, back = compare(one, other), compare(other, one)
    for row, turned in zip(there.metrics, back.metrics, strict=True):
        assert row["difference"] == pytest.approx(-turned["difference"])
        assert (row["low"], row["high"]) == pytest.approx((-turned["high"], -turned["low"]))
        assert row["certain"] == turned["certain"]
    assert {row["activity"]: row["share_difference"] for row in there.activities} == pytest.approx(
        {row["activity"]: -row["share_difference"] for row in back.activities}
    )


def test_waiting_of_links_adds_up_to_the_waiting_of_cases() -> None:
    log = draw_log(5, 300)
    mined = mine(log)
    half = np.arange(300) < 150
    found = compare(Group("a", log, mined, half), Group("b", log, mined, ~half))
    per_case = sum(row["wait_per_case_b_s"] for row in found.links)
    waiting = mined.cases.waiting[~half].mean() / 1000
    assert per_case == pytest.approx(waiting, rel=0.01)  # but for links that fewer than 20 cases take


def test_segments_tell_the_one_that_differs() -> None:
    slow, fast = draw_log(1, 200, wait=5, labels=True), draw_log(2, 200, wait=5, labels=True)
    times = slow.time.copy()
    mail = slow.case_attributes["channel"].values == 1
    for case in np.flatnonzero(mail):
        rows = slice(int(slow.offsets[case]), int(slow.offsets[case + 1]))
        times[rows] = times[rows][0] + 3 * (times[rows] - times[rows][0])
    changed = replace(slow, time=times, start=times)
    rows, tried = compare_segments(changed, mine(changed), ["channel"])
    means = {row["value"]: row for row in rows if (row["metric"], row["statistic"]) == ("cycle time", "mean")}
    assert (means["mail"]["verdict"], means["phone"]["verdict"]) == ("worse", "better")
    rows, _ = compare_segments(fast, mine(fast), ["channel"])
    assert tried
    assert not any(row["certain"] for row in rows)


def test_small_groups_are_refused_and_not_told() -> None:
    with pytest.raises(UsageError, match="too few"):
        compare(group("a", draw_log(1, 19)), group("b", draw_log(2, 50)))
    log, other = draw_log(1, 300, check=0.05), draw_log(2, 300, check=0.5)
    found = compare(group("a", log), group("b", other), min_group=40)
    assert "check" not in {row["activity"] for row in found.activities}
    for row in (*found.activities, *found.links):
        assert all(not 0 < row[key] < 40 for key in ("cases_a", "cases_b"))


def test_the_page_in_both_languages_holds_the_figures_and_no_markup_of_the_log() -> None:
    evil = "<img src=x onerror=alert(1)>"
    log = draw_log(1, 100)
    hostile = replace(log, activities=Vocabulary((evil, *log.activities.texts[1:])))
    document = compare(group(evil, hostile), group("b", replace(draw_log(2, 100, wait=20)))).to_json()
    page = render_differences(document, lang="both")
    assert evil not in page
    assert "变差" in page
    assert "worse" in page
    assert render_differences(document, lang="both") == page


def test_the_command(tmp_path, capsys) -> None:
    paths = []
    for name, seed, wait in (("before", 1, 5.0), ("after", 2, 15.0)):
        log = draw_log(seed, 120, wait=wait, labels=True)
        path = tmp_path / f"{name}.csv"
        log.to_pandas().to_csv(path, index=False)
        paths.append(str(path))
    assert main(["compare", *paths, "-q"]) == 0
    text = capsys.readouterr().out
    assert "A: before.csv: 120 cases" in text
    assert "Associations, not causes" in text
    assert main(["compare", *paths, "--fail-on", "worse", "--format", "json", "-q"]) == 1
    assert json.loads(capsys.readouterr().out)["b"]["name"] == "after.csv"
    assert main(["compare", paths[0], paths[0], "--fail-on", "any", "-q"]) == 0
    assert main(["compare", *paths, "-o", str(tmp_path / "c.html"), "-q"]) == 0
    assert "<svg" in (tmp_path / "c.html").read_text()
    capsys.readouterr()
    for arguments, said in (
        ([paths[0]], "nothing to compare with"),
        ([*paths, "--at", "2026-03-04"], "different things"),
        ([paths[0], "--at", "2036-03-04"], "none of the"),
        ([paths[0], "--by", "nix"], "no such attribute"),
        ([*paths, "-o", str(tmp_path / "c.txt")], ".html"),
    ):
        assert main(["compare", *arguments, "-q"]) == 2
        assert said in capsys.readouterr().err
