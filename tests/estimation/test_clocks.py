"""A bound on the wall clock says how it compares to work in open hours, and gives no figure that the grade forbids."""

from __future__ import annotations

from pathlib import Path

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
