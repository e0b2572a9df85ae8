"""The gate: budgets of the definitions and given ones; worse than before only beyond tolerance and chance."""

from __future__ import annotations

import numpy as np
import pytest

from svcflow.errors import UsageError
from svcflow.improvement import Record, judge
from svcflow.improvement.gate import Budget, parse_budget
from svcflow.improvement.history import Metric

NOTHING = {"log": {"cases": 1}}


def run(value: float, error: float | None = None, unit: str = "s", better: str = "lower") -> Record:
    return Record("k", "", "", "", 100, "", {"m": Metric(value, 100, unit, better, error)})


@pytest.mark.parametrize(
    ("then", "now", "kept"),
    [
        (run(100, 5), run(130, 5), False),  # beyond both
        (run(100, 5), run(104, 0.1), True),  # certain, but within the tolerance
        (run(100, 20), run(130, 20), True),  # large, but chance
        (run(100, 5), run(70, 5), True),  # better
        (run(0.9, 0.01, "share", "higher"), run(0.85, 0.01, "share", "higher"), False),
        (run(0.9, 0.01, "share", "higher"), run(0.95, 0.01, "share", "higher"), True),
        (run(0.9, 0.05, "share", "higher"), run(0.85, 0.05, "share", "higher"), True),
    ],
)
def test_worse_is_what_both_tolerance_and_chance_leave(then: Record, now: Record, kept: bool) -> None:
    (verdict,) = judge(NOTHING, now, before=then)
    assert verdict.kept is kept
    assert verdict.severity == "error"


def test_without_an_error_worse_is_only_a_warning() -> None:
    (verdict,) = judge(NOTHING, run(130), before=run(100))
    assert (verdict.kept, verdict.severity) == (False, "warning")


def test_runs_of_one_process_are_called_worse_one_time_in_twenty_at_most() -> None:
    random = np.random.default_rng(1)
    alarms = 0
    for _ in range(400):
        weeks = random.lognormal(3, 0.5, (2, 12, 40)).mean(axis=2)
        then, now = (run(float(w.mean()), float(w.std(ddof=1) / 12**0.5)) for w in weeks)
        alarms += not judge(NOTHING, now, before=then, tolerance=0.0)[0].kept
    assert alarms <= 0.085 * 400


def test_promises_of_definitions_are_budgets() -> None:
    document = NOTHING | {"runs": {"p": {
        "slas": {"reply": {"attainment": 0.8, "objective": 0.85}, "free": {"attainment": 0.1, "objective": None}},
        "kpis": {"again": {"value": 0.1, "unit": "share", "met": False, "target": "<= 5%"},
                 "none": {"value": None, "met": None}},
    }}}  # fmt: skip
    found = judge(document, run(1))
    assert [(one.name, one.kept) for one in found] == [("p.sla.reply", False), ("p.kpi.again", False)]
    assert found[0].message == "80.0% of reply kept in p, 85% promised"


def test_a_budget_given_is_kept_or_not() -> None:
    assert judge(NOTHING, run(100), budgets=[Budget("m", "<=", 100)])[0].kept
    assert not judge(NOTHING, run(100), budgets=[Budget("m", ">=", 101)])[0].kept
    with pytest.raises(UsageError, match="no figure 'n'"):
        judge(NOTHING, run(100), budgets=[Budget("n", "<=", 1)])


@pytest.mark.parametrize("text", ["", "m", "m < 3", "m <= ", "m <= x", "m <= 1.2.3", "m <= 3 years"])
def test_what_is_no_budget_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_budget(text)
