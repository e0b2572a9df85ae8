"""Did intervals like these cover the truth in worlds where it is known: at least 85 % of 90 % intervals.

The benchmark of each release widens every interval by the factor that made it so (`calibration.json`). **Otherwise**,
if the benchmark of this version did not get there, the best grade is C.
"""

from __future__ import annotations

from svcflow.estimation.calibration import read_calibration
from svcflow.estimation.evidence import Concern, Evidence, Verdict, accept, miss

LEAST = 0.85


def judge(_evidence: Evidence, _concern: Concern) -> Verdict:
    """Judge what the benchmark of this version measured."""
    known = read_calibration()
    if known.coverage is not None and known.coverage < LEAST:
        return miss(
            "coverage",
            "C",
            f"in worlds with known truth intervals cover only {known.coverage:.0%}",
            f"在真值已知的基准中区间仅覆盖 {known.coverage:.0%}",
        )
    return accept("coverage", f"intervals widened by {known.factor:.2f}", f"区间已放宽 {known.factor:.2f} 倍")
