"""A bound on the wall clock says how it compares to work in open hours; shares of bounds have intervals."""

from __future__ import annotations

from pathlib import Path

import pytest

from svcflow.definitions import load
from svcflow.estimation import estimate
from svcflow.eventlog import read_log
from svcflow.mining import mine
from svcflow.whatif import WhatIf

ROOT = Path(__file__).parents[2]


def test_a_bound_tells_both_clocks_in_both_languages() -> None:
    log = read_log(ROOT / "logs" / "callbacks.csv")
    scenario = WhatIf("dial sooner").cap_wait("拨打", hours=2)
    for workspace, en, zh in (
        (load(ROOT / "workflows"), "with work in open hours only it would be 63% of that", "则为其 63%"),
        (None, "wall-clock time: nights and weekends are inside the waits", "按自然时间：等待中包含夜间和周末"),
    ):
        (found,) = estimate(log, mine(log), workspace, [scenario], simulate="never", kpis=["cycle_time.mean"])
        (effect,) = found.effects
        assert effect.after is None
        assert en in effect.assumptions[-1]
        assert zh in effect.assumptions_zh[-1]


def test_shares_of_replays_add_up_and_have_intervals() -> None:
    log = read_log(ROOT / "logs" / "callbacks.csv")
    scenarios = [
        WhatIf("dial sooner").cap_wait("拨打", hours=2),
        WhatIf("dial at once").cap_wait("拨打", hours=1),
        WhatIf("do not ask").skip("满意度询问"),
    ]
    found = estimate(log, mine(log), None, scenarios, simulate="never", kpis=["cycle_time.mean"]).split()
    assert sum(found.share) == pytest.approx(found.joint)
    assert found.joint > sum(found.alone)  # two of them save the same hours
    for share, bound in zip(found.share, found.bounds, strict=True):
        assert bound is not None
        assert bound[0] <= share <= bound[1] < 0
