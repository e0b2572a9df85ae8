"""A replay without a change is the log; a change does what arithmetic says; the interval comes from the cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow import times
from svcflow.calendars import Clock
from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.mining import mine
from svcflow.replay import effect, masks, sampling
from svcflow.replay.chain import Chain, changes_hands, find_main_pair, keeps_hands, link, select, select_pair
from svcflow.replay.clocks import compare_clocks, measure_shares
from svcflow.replay.spans import Span, list_spans

MakeLog = Callable[..., Log]
events = st.tuples(st.integers(0, 40), st.sampled_from("abc"), st.sampled_from(["X", "Y", ""]), st.integers(0, 9))
some_cases = st.lists(st.lists(events, min_size=1, max_size=9), min_size=1, max_size=8)


def arrange(cases: list[list[tuple[int, str, str, int]]]) -> list[list[tuple[float, str, str, float]]]:
    """Give each drawn event a start before its completion, and each case its order."""
    return [sorted(((e, a, t, e - d) for e, a, t, d in case), key=lambda event: event[0]) for case in cases]


def about(kind: str, *names: str) -> Finding:
    return Finding(
        "f", "d", Subject(kind, names), 1, 1, 1.0, 0.1, (0.0, 1.0), "provider", timer=False, definition="m", examples=()
    )


def everyone(log: Log) -> np.ndarray:
    return np.ones(log.cases, dtype=bool)


def whole(log: Log, cases: np.ndarray | None = None) -> tuple[Span, ...]:
    """Return the cycle time as the one thing to measure."""
    return (Span("cycle_time", np.ones(log.instances, dtype=bool), everyone(log) if cases is None else cases),)


def cycle_times(chain: Chain, replayed: masks.Replayed) -> np.ndarray:
    return chain.sum_cases(replayed[0] + replayed[1])


@settings(deadline=None, max_examples=200)
@given(cases=some_cases)
def test_the_chain_is_the_cycle_time_to_the_millisecond(make_log: MakeLog, cases: list) -> None:
    log = make_log(arrange(cases))
    chain = link(log)
    expected = times.cycle(log.start, log.time, log.offsets)
    assert cycle_times(chain, (chain.waiting, chain.processing)).tolist() == expected.tolist()
    assert (chain.waiting >= 0).all()
    assert (chain.processing >= 0).all()


@settings(deadline=None, max_examples=100)
@given(cases=some_cases, hours=st.integers(0, 20), more=st.integers(1, 20))
def test_a_cap_shortens_and_a_tighter_cap_shortens_more(make_log: MakeLog, cases: list, hours: int, more: int) -> None:
    chain = link(make_log(arrange(cases)))
    rows = ~chain.first
    tight, loose = (cycle_times(chain, masks.cap(chain, rows, h * 3_600_000)) for h in (hours, hours + more))
    now = cycle_times(chain, (chain.waiting, chain.processing))
    assert (tight <= loose).all()
    assert (loose <= now).all()
    assert cycle_times(chain, masks.cap(chain, rows, 10**12)).tolist() == now.tolist()


@settings(deadline=None, max_examples=100)
@given(cases=some_cases)
def test_matching_a_wait_to_itself_changes_nothing_and_dropping_rows_takes_their_time(
    make_log: MakeLog, cases: list
) -> None:
    chain = link(make_log(arrange(cases)))
    rows = chain.number_occurrences() > 1
    waiting, processing = masks.match_quantiles(chain, rows, rows)
    assert (waiting <= chain.waiting).all()
    assert (processing == chain.processing).all()
    gone = cycle_times(chain, masks.drop(chain, rows))
    now = cycle_times(chain, (chain.waiting, chain.processing))
    assert (now - gone).tolist() == chain.sum_cases((chain.waiting + chain.processing) * rows).tolist()


@settings(deadline=None, max_examples=100)
@given(cases=some_cases)
def test_occurrences_are_numbered_within_the_case(make_log: MakeLog, cases: list) -> None:
    log = make_log(arrange(cases))
    seen: dict[tuple[int, int], int] = {}
    expected = []
    for case, activity in zip(link(log).case.tolist(), log.activity.tolist(), strict=True):
        seen[case, activity] = seen.get((case, activity), 0) + 1
        expected.append(seen[case, activity])
    assert link(log).number_occurrences().tolist() == expected


def test_findings_select_the_waits_they_are_about(make_log: MakeLog) -> None:
    chain = link(
        make_log([[(0, "a", "X"), (2, "b", "Y"), (5, "b", "Y"), (9, "a", "X")], [(0, "b", "Y"), (1, "a", "Y")]])
    )
    assert np.flatnonzero(select(chain, about("activity", "a"))).tolist() == [3, 5]
    assert np.flatnonzero(select(chain, about("pair", "a", "b"))).tolist() == [1]
    assert np.flatnonzero(select(chain, about("team-pair", "X", "Y"))).tolist() == [1]
    assert np.flatnonzero(select(chain, about("loop", "a", "b", "a"))).tolist() == [1, 2, 3]
    assert np.flatnonzero(select(chain, about("loop", "b", "b"))).tolist() == [2]
    assert np.flatnonzero(changes_hands(chain, "team-pair")).tolist() == [1, 3]
    assert np.flatnonzero(keeps_hands(chain, "team-pair")).tolist() == [2, 5]
    assert find_main_pair(chain, ~chain.first) == ("b", "a")
    assert find_main_pair(chain, chain.first) is None
    assert select_pair(chain, ("b", "a")).sum() == 2


def some_weeks(make_log: MakeLog, weeks: int, each: int, seed: int = 1) -> Log:
    """Return `each` cases a week: a, then b after an exponential wait of ten hours in the mean."""
    random = np.random.default_rng(seed)
    starts = [168 * week + hour for week in range(weeks) for hour in range(each)]
    return make_log([[(s, "a", "X"), (s + random.exponential(10), "b", "Y")] for s in starts])


def test_a_log_without_a_change_has_no_effect(make_log: MakeLog) -> None:
    log = some_weeks(make_log, 12, 10)
    chain = link(log)
    mean, high = effect.estimate(chain, (chain.waiting, chain.processing), whole(log), assumptions=())
    assert mean.before == mean.after == mean.low == mean.high
    assert high.before == high.after == high.low == high.high


def test_the_effect_of_a_cap_is_what_arithmetic_says(make_log: MakeLog) -> None:
    log = some_weeks(make_log, 12, 10)
    chain = link(log)
    mean, high = effect.estimate(chain, masks.cap(chain, ~chain.first, 4 * 3_600_000), whole(log), assumptions=("x",))
    hours = (log.time[1::2] - log.time[::2]) / 3_600_000
    assert mean.before == pytest.approx(hours.mean())
    assert mean.after == pytest.approx(np.minimum(hours, 4).mean())
    assert high.before == pytest.approx(np.percentile(hours, 90))
    assert high.after == pytest.approx(np.percentile(np.minimum(hours, 4), 90))
    assert (mean.grade, mean.unit, mean.metric, high.metric) == ("C", "h", "mean_cycle_time", "p90_cycle_time")
    assert "12 weeks" in mean.method
    assert mean.assumptions[0] == "x"


@pytest.mark.parametrize(("weeks", "each", "unit"), [(9, 20, "cases"), (10, 20, "weeks")])
def test_clusters_are_weeks_where_there_are_ten(make_log: MakeLog, weeks: int, each: int, unit: str) -> None:
    log = some_weeks(make_log, weeks, each)
    chain = link(log)
    mean, _ = effect.estimate(chain, masks.drop(chain, ~chain.first), whole(log), assumptions=())
    assert unit in mean.method


def test_the_interval_covers_the_truth_nine_times_in_ten(make_log: MakeLog) -> None:
    """Of an exponential wait of mean 10 h, a cap at 4 h takes 10 exp(-0.4) h in the mean, 10 ln 10 - 4 of the P90."""
    truth = np.array([-10 * np.exp(-0.4), 4 - 10 * np.log(10)])
    hits = np.zeros(2)
    for seed in range(60):
        log = some_weeks(make_log, 12, 12, seed)
        chain = link(log)
        capped = masks.cap(chain, ~chain.first, 4 * 3_600_000)
        effects = effect.estimate(chain, capped, whole(log), assumptions=(), seed=seed)
        hits += [e.low - e.before <= t <= e.high - e.before for e, t in zip(effects, truth, strict=True)]
    assert (hits >= 45).all(), hits
    assert hits[0] < 60, "an interval that always covers is none"


def test_the_weighted_percentile_is_that_of_the_repeated_values() -> None:
    random = np.random.default_rng(3)
    for _ in range(100):
        values = random.integers(0, 50, 12)
        weights = random.integers(0, 4, 12)
        if weights.sum():
            order = np.argsort(values, kind="stable")
            assert sampling.percentile(values, order, weights) == pytest.approx(
                np.percentile(np.repeat(values, weights), 90)
            )


def test_the_same_seed_gives_the_same_interval_and_open_cases_stay_out(make_log: MakeLog) -> None:
    log = some_weeks(make_log, 12, 10)
    chain = link(log)
    closed = everyone(log)
    closed[::2] = False
    first, second = (
        effect.estimate(chain, masks.drop(chain, ~chain.first), whole(log, closed), assumptions=()) for _ in range(2)
    )
    assert first == second
    hours = (log.time[1::2] - log.time[::2])[1::2] / 3_600_000
    assert first[0].before == pytest.approx(hours.mean())
    assert first[0].after == pytest.approx(0)


def test_too_few_cases_and_refusals_have_no_figures(make_log: MakeLog) -> None:
    log = some_weeks(make_log, 2, 10)
    chain = link(log)
    for effects in (
        effect.estimate(chain, masks.drop(chain, ~chain.first), whole(log), assumptions=()),
        effect.refuse(chain, whole(log), "20 closed cases"),
    ):
        assert [(e.grade, e.after, e.low, e.high) for e in effects] == [("none", None, None, None)] * 2
        assert "20 closed cases" in effects[0].reason


def test_a_finding_about_nothing_in_the_log_selects_nothing(make_log: MakeLog) -> None:
    chain = link(some_weeks(make_log, 1, 3))
    finding = replace(about("pair", "a", "b"), subject=Subject("pair", ("no", "such")))
    assert not select(chain, finding).any()


def desk(cases: list[list[tuple[float, str]]], make_log: MakeLog) -> Log:
    """Return a log whose `done` activities are stated: resolved, then closed."""
    return replace(make_log(cases), done=("resolved", "closed"))


steps = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from(["opened", "asked", "resolved"]), st.just(""), st.integers(0, 9)),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, max_examples=60)
@given(cases=st.lists(steps, min_size=40, max_size=45))
def test_the_time_to_resolve_of_the_chain_is_that_of_mining(make_log: MakeLog, cases: list) -> None:
    """To the millisecond, and dropping all that comes after the resolution changes nothing of it."""
    closed = [[*case, (max(event[0] for event in case) + 70, "closed", "", 0)] for case in cases]
    log = desk(arrange(closed), make_log)
    mined, chain = mine(log), link(log)
    spans = list_spans(chain, mined)
    if len(mined.resolve_times) < 30 or len(spans) == 1:
        return
    resolve, cycle = spans
    assert (resolve.name, cycle.name) == ("resolve_time", "cycle_time")
    assert resolve.measure(chain, chain.waiting + chain.processing).tolist() == mined.resolve_times.tolist()
    assert cycle.measure(chain, chain.waiting + chain.processing).tolist() == mined.cycle_times.tolist()
    behind = masks.drop(chain, ~resolve.rows)
    assert resolve.measure(chain, behind[0] + behind[1]).tolist() == mined.resolve_times.tolist()


def test_a_timer_behind_the_resolution_changes_the_cycle_time_only_which_then_goes_first(make_log: MakeLog) -> None:
    random = np.random.default_rng(2)
    log = desk(
        [[(0, "opened"), (t := random.exponential(10), "resolved"), (t + 120, "closed")] for _ in range(60)], make_log
    )
    chain, mined = link(log), mine(log)
    spans = list_spans(chain, mined)
    timer, work = (
        effect.estimate(chain, masks.cap(chain, select_pair(chain, pair), 3_600_000), spans, assumptions=())
        for pair in (("resolved", "closed"), ("opened", "resolved"))
    )
    metrics = ["mean_cycle_time", "p90_cycle_time", "mean_resolve_time", "p90_resolve_time"]
    assert [e.metric for e in timer] == metrics
    assert [e.metric for e in work] == metrics[2:] + metrics[:2]
    assert timer[0].before - timer[0].after == pytest.approx(119)
    assert [(e.low, e.after, e.high) for e in timer[2:]] == [(e.before,) * 3 for e in timer[2:]]
    assert work[0].before - work[0].after == pytest.approx(work[2].before - work[2].after)
    assert [effect.gains(e) for e in timer] == [True, True, False, False]


def test_a_log_that_always_ends_with_the_resolution_is_measured_once(make_log: MakeLog) -> None:
    log = desk([[(0, "opened"), (5, "resolved")]] * 40, make_log)
    assert [span.name for span in list_spans(link(log), mine(log))] == ["cycle_time"]


def test_hours_saved_while_nobody_works_are_said_to_be_none(make_log: MakeLog) -> None:
    """From Monday 8:00 to Tuesday 10:00; the office is open from 9 to 17."""
    office = Clock(((0, 6, ((9 * 60, 17 * 60),)),), "UTC")
    log = make_log([[(8, "a"), (34, "b")]] * 40)
    chain, span = link(log), whole(log)[0]
    night, day = (np.where(chain.first, 0, round(h * 3_600_000)) for h in (13, 26))
    night_first = chain.waiting + chain.processing - masks.cap(chain, ~chain.first, 13 * 3_600_000)[0]
    assert measure_shares(chain, night_first, span, None) == pytest.approx(0.5)
    assert measure_shares(chain, night_first, span, office) == pytest.approx(1 / 9)
    assert measure_shares(chain, day, span, office) == measure_shares(chain, day, span, None) == 1
    assert night.sum() == night_first.sum()
    assert "11% instead of 50%" in compare_clocks(chain, night_first, span, ("office", office))
    assert "much the same share: 100%" in compare_clocks(chain, day, span, ("office", office))
    assert "nights and weekends" in compare_clocks(chain, day, span, None)
