"""Is the load of late what it was: cycle times within 15 %, arrivals and people of the last four weeks within 10 %.

**Otherwise** "load is moving": no single figure, the interval at 90, 100 and 110 % load only. What breaks an estimate
is a load that moves, far more than the noise of a sample (advice.md 4).
"""

from __future__ import annotations

from svcflow.estimation.evidence import Concern, Evidence, Verdict, accept, miss

CYCLE = 0.15
LOAD = 0.10
EQUAL = 1e-9
"""Less than this is rounding."""


def judge(evidence: Evidence, _concern: Concern) -> Verdict | None:
    """Judge how far the last weeks lie from those before; both ratios may differ by twice their sampling error."""
    stability = evidence.stability
    if stability is None:
        return None
    moves = [
        (ratio, en, zh)
        for ratio, most, en, zh in (
            (stability.cycle, max(CYCLE, 2 * stability.cycle_noise), "cycle times", "周期"),
            (stability.arrivals, max(LOAD, 2 * stability.noise), "arrivals", "新案例数"),
            (stability.staff, LOAD, "people at work", "在岗人数"),
        )
        if abs(ratio - 1) > most + EQUAL
    ]
    if not moves:
        return accept("stability", "load is stable", "负荷稳定")
    en = ", ".join(f"{name} {ratio - 1:+.0%}" for ratio, name, _ in moves)
    zh = "、".join(f"{name} {ratio - 1:+.0%}" for ratio, _, name in moves)
    return miss("stability", "C", f"load is moving: {en} of late", f"负荷在变化：近期{zh}")
