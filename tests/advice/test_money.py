"""Money: textbook cash flows, hand-made labour, scenarios and tornado, what is asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build

from svcflow.advice.money import Assumptions, BusinessCase, find_labour, make_cases, read_assumptions
from svcflow.advice.money.cashflow import Flow, annuity
from svcflow.definitions import load
from svcflow.definitions.model import Workspace
from svcflow.errors import UsageError
from svcflow.eventlog.log import Log
from svcflow.findings import Effect, Recommendation

ROOT = Path(__file__).parents[2]
MINUTE = 60_000
TEN = MONDAY + 2 * HOUR  # ten in the morning in Shanghai


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return load(ROOT / "workflows")


def repeats() -> Log:
    """Return seventy days of a case a day: half an hour's work by Hotline, in every other case done twice."""
    rows = []
    for day in range(70):
        begin = TEN + day * DAY
        rows.append(Row(f"{day:03}", "answer", begin + 30 * MINUTE, "a", "Hotline", begin))
        if day % 2:
            rows.append(Row(f"{day:03}", "answer", begin + 120 * MINUTE, "a", "Hotline", begin + 90 * MINUTE))
        rows.append(Row(f"{day:03}", "close", begin + 150 * MINUTE, "a", "Hotline", begin + 149 * MINUTE))
    return build(rows)


def effect(after: float | None = 8.0, low: float | None = 7.0, high: float | None = 9.0) -> Effect:
    return Effect("mean_resolve_time", "h", 1.0, 10.0, after, low, high, "B" if after else "C", "", "replay", ())


def advise(patch: str | None = None, *effects: Effect) -> Recommendation:
    text = {"en": "x", "zh": "x"}
    return Recommendation(
        "f/r", "f", "r", "h", text, text, patch, None, "small", text, text, text, 1, effects or (effect(),)
    )


def count(log: Log, workspace: Workspace | None, given: Assumptions, one: Recommendation) -> BusinessCase:
    return make_cases([one], log, workspace, given)[0]


def test_a_loan_of_the_textbook() -> None:
    # 100,000 at 1 % a month over 12 months: 8,884.88 a month (annuity factor 11.2551)
    assert annuity(0.01, 12) == pytest.approx(11.2551, abs=5e-5)
    flow = Flow(100_000, 8_884.8789, 12)
    assert flow.internal_rate == pytest.approx(1.01**12 - 1, abs=1e-6)
    assert Flow(100_000, 8_884.8789, 12, 1.01**12 - 1).value == pytest.approx(0, abs=0.01)
    assert flow.pay_back == pytest.approx(11.2551, abs=1e-4)


@example(899_730.0, 1.0, 6)
@given(st.floats(100, 1e6), st.floats(1, 1e5), st.integers(2, 120))
@settings(deadline=None)
def test_at_its_internal_rate_a_flow_is_worth_nothing(one_off: float, monthly: float, months: int) -> None:
    rate = Flow(one_off, monthly, months).internal_rate
    assume(rate is not None and rate < 1e3)
    assert rate is not None
    assert Flow(one_off, monthly, months, rate).value == pytest.approx(0, abs=1e-5 * one_off)


def test_what_all_but_nothing_comes_back_of_has_no_rate() -> None:
    assert Flow(899_730, 1, 6).internal_rate is None


def test_nothing_spent_has_no_return() -> None:
    free = Flow(0, 10, 12)
    assert (free.pay_back, free.returned, free.internal_rate) == (0.0, None, None)
    assert Flow(10, 0, 12).internal_rate is None


def test_work_is_counted_in_open_hours_at_the_rate_of_who_does_it(workspace: Workspace) -> None:
    late = TEN + 11 * HOUR + 30 * MINUTE  # 21:30; the counters close at 22:00 and open at 8:00
    log = build([
        Row("1", "a", TEN + 30 * MINUTE, "x", "Hotline", TEN),
        Row("2", "a", late + 11 * HOUR, "x", "Hotline", late),
        Row("3", "a", TEN + DAY, "x", "Hotline"),
        Row("4", "a", TEN + DAY + HOUR, "x", "Elsewhere", TEN + DAY),
    ])  # fmt: skip
    labour = find_labour(log, workspace)
    assert labour.minutes[0] == 30
    assert labour.minutes[1] == 60
    assert np.isnan(labour.minutes[2])
    mix = (3 * 1.4 + 12 * 0.9) / 15
    assert labour.rates[0] == pytest.approx(mix)
    assert np.isnan(labour.rates[3])  # nobody knows who they are: no rate, not 0
    assert labour.currency == "CNY"
    assert np.isnan(find_labour(log, None).rates).all()


def test_second_rounds_that_fall_away_are_half_an_hour_each(workspace: Workspace) -> None:
    from svcflow.advice.money.savings import save_work
    from svcflow.replay.graph import link
    from svcflow.whatif import CapWait, DropRepeats, Scope

    log = repeats()
    saved = save_work(link(log), find_labour(log, workspace), [DropRepeats(("answer",))], {})
    assert saved is not None
    assert saved.cost is not None
    years = 69 / 365.25
    assert saved.hours.expected == pytest.approx(35 * 0.5 / years)
    assert saved.cost.expected == pytest.approx(35 * 30 * (3 * 1.4 + 12 * 0.9) / 15 / years)
    assert saved.hours.cautious < 35 * 0.5 / years < saved.hours.hopeful
    waits = save_work(link(log), find_labour(log, workspace), [CapWait(Scope(("close",)), 60)], {})
    assert waits is not None
    assert waits.hours.hopeful == 0  # a shorter wait saves nobody's work
    unrated = replace(workspace, organisation=replace(workspace.organisation, roles={}))
    asked = save_work(link(log), find_labour(log, unrated), [DropRepeats(("answer",))], {})
    assert asked is not None
    assert asked.cost is None


def test_sooner_is_worth_what_somebody_says_and_nothing_unsaid(workspace: Workspace) -> None:
    log = repeats()
    silent = count(log, workspace, Assumptions(one_off=100.0), advise())
    assert silent.net is None
    assert silent.outlooks == ()
    assert any("--delay-cost" in question["en"] for question in silent.asked)
    case = count(log, workspace, Assumptions(one_off=100.0, delay=2.0), advise())
    per_year = 70 / (69 / 365.25)
    assert case.delay is not None
    assert case.delay.expected == pytest.approx(2 * per_year * 2.0)
    assert (case.delay.cautious, case.delay.hopeful) == pytest.approx((per_year * 2.0, 3 * per_year * 2.0))
    assert [look.scenario for look in case.outlooks] == ["cautious", "expected", "hopeful"]
    assert case.outlooks[0].value < case.outlooks[1].value < case.outlooks[2].value
    assert case.swings[0].input == "effect"
    wide = [abs(swing.high - swing.low) for swing in case.swings]
    assert wide == sorted(wide, reverse=True)


def test_a_shorter_wait_alone_is_worth_nobody_knows_what(workspace: Workspace) -> None:
    shorter = replace(advise(), changes=({"change": "cap_wait", "activities": ["close"], "limit": "1m"},))
    silent = count(repeats(), workspace, Assumptions(one_off=100.0, running=50.0), shorter)
    assert silent.saving is not None
    assert not silent.saving.hopeful  # no work falls away
    assert silent.net is None
    assert silent.outlooks == ()
    stated = count(repeats(), workspace, Assumptions(one_off=100.0, running=50.0, delay=2.0), shorter)
    assert stated.net is not None
    fewer = replace(shorter, changes=({"change": "drop_repeats", "activities": ["answer"]},))
    saved = count(repeats(), workspace, Assumptions(), fewer)
    assert saved.net is not None
    assert saved.net == saved.saving


def test_without_a_figure_there_is_no_expected_scenario(workspace: Workspace) -> None:
    bounds = count(repeats(), workspace, Assumptions(one_off=1.0, delay=1.0), advise(None, effect(None)))
    assert [look.scenario for look in bounds.outlooks] == ["cautious", "hopeful"]
    assert bounds.swings == ()
    nothing = count(repeats(), workspace, Assumptions(one_off=1.0, delay=1.0), advise(None, effect(None, None, None)))
    assert nothing.outlooks == ()


def test_people_cost_their_paid_hours(workspace: Workspace) -> None:
    from svcflow.advice.money.cases import _Ground, _price_heads
    from svcflow.replay.graph import link
    from svcflow.whatif import Capacity

    log = repeats()
    ground = _Ground(link(log), find_labour(log, workspace), workspace, {}, 1.0)
    cost, asked = _price_heads([Capacity("Hotline", 2.0)], ground, Assumptions(paid_hours=1700.0))
    assert cost == pytest.approx(2 * 1700 * 60 * (3 * 1.4 + 12 * 0.9) / 15)
    assert asked == []
    unknown, asked = _price_heads([Capacity("Hotline", 2.0)], ground, Assumptions())
    assert unknown is None
    assert any("--paid-hours" in question["en"] for question in asked)


def test_assumptions_of_a_file_hold_for_all_and_for_single_remedies(tmp_path: Path) -> None:
    file = tmp_path / "money.yaml"
    file.write_text("months: 24\ndiscount: 8%\ndelay: 3\nrecommendations:\n  r: {one_off: 500}\n", encoding="utf-8")
    found = read_assumptions(file, Assumptions(one_off=9.0))
    assert (found.months, found.discount, found.one_off) == (24, 0.08, 9.0)
    assert found.of("f/r", "r").one_off == 500
    assert found.of("f/r", "r").months == 24
    assert found.of("f/q", "q").one_off == 9.0


@pytest.mark.parametrize(
    "text",
    [
        "month: 3\n",
        "paid_hours: 0\n",
        "one_off: 1.0e+300\n",
        "months: 0\n",
        "delay: -1\n",
        "discount: 200%\n",
        "- 1\n",
        "recommendations: 3\n",
    ],
)
def test_assumptions_that_are_none_are_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "money.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError):
        read_assumptions(file, Assumptions())
