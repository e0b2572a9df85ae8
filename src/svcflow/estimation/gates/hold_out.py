"""Does the model foretell a period it has not seen, at least as well as repeating past weeks does.

Passed if the distance of cycle times is at most 1.1 times that of the trace bootstrap, or within what two halves of the
period differ by (95th percentile), and the daily work in progress follows with a rank correlation of 0.5.

**Otherwise** one of the two missed is a soft miss (B at best, with a wider interval); both missed allow C.
"""

from __future__ import annotations

from svcflow.estimation.evidence import Concern, Evidence, HoldOut, Verdict, accept, miss

SLACK = 1.1
FOLLOWS = 0.5
EQUAL = 1e-9
"""Less than this is rounding."""


def judge(evidence: Evidence, _concern: Concern) -> Verdict | None:
    """Judge the back-test on the held-out period."""
    held = evidence.hold_out
    if held is None:
        return None
    near, follows = is_near(held), held.load >= FOLLOWS
    en = (
        f"on weeks not seen: cycle times {held.simulated:.1f} h off (repeating past weeks: {held.naive:.1f} h), "
        f"daily work in progress follows with {held.load:.2f} (0.5 is needed)"
    )
    zh = (
        f"在未参与拟合的时段：周期偏差 {held.simulated:.1f} 小时（重复历史周：{held.naive:.1f} 小时），"
        f"每日在办量相关 {held.load:.2f}（需 0.5）"
    )
    if near and follows:
        return accept("hold-out", en, zh)
    return miss("hold-out", "B" if near or follows else "C", en, zh)


def is_near(held: HoldOut) -> bool:
    """Return whether cycle times are foretold about as well as by repeating past weeks."""
    return held.simulated <= max(SLACK * held.naive, held.floor95) + EQUAL
