"""What a gate says of a figure that just misses."""

from __future__ import annotations

from svcflow.improvement.gate import Budget, judge
from svcflow.improvement.history import Metric, Record


def make_record(seconds: float) -> Record:
    return Record("k", "log.csv", "", "", 9, "0", {"resolve_time.mean": Metric(seconds, 9, "s")})


def test_a_figure_that_misses_never_reads_like_its_limit() -> None:
    kpis = {"late": {"value": 87_480.0, "unit": "s", "met": False, "target": "<= 24h"}}
    document = {"runs": {"p": {"slas": {}, "kpis": kpis}}}
    (found,) = judge(document, make_record(87_480.0))
    assert not found.kept
    assert found.message == "late of p is 24.30 h, target <= 24h"
    (found,) = judge({}, make_record(87_480.0), budgets=[Budget("resolve_time.mean", "<=", 86_400.0)])
    assert found.message == "resolve_time.mean is 24.30 h, budget <= 24 h"
    (found,) = judge({}, make_record(86_400.0), budgets=[Budget("resolve_time.mean", "<=", 86_400.0)])
    assert found.kept
    assert found.message == "resolve_time.mean is 24 h, budget <= 24 h"
