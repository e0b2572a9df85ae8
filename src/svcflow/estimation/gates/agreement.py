"""Do all variants of the estimate have the same sign: replay, people at full speed, as fitted, and 7 % to either side.

**Otherwise** "direction uncertain": no single figure where the simulations differ among themselves; a soft miss where
only the replay differs, which knows no queues.
"""

from __future__ import annotations

from svcflow.estimation.evidence import Concern, Evidence, Verdict, accept, miss

REPLAY = "replay"


def judge(_evidence: Evidence, concern: Concern) -> Verdict | None:
    """Judge the signs of a scenario's estimates; zero agrees with either side."""
    signs = {name: (value > 0) - (value < 0) for name, value in concern.signs.items()}
    simulated = {sign for name, sign in signs.items() if name != REPLAY and sign}
    if not signs:
        return None
    if len(simulated) > 1:
        return miss(
            "agreement",
            "C",
            "direction uncertain: it depends on how fast the teams really are",
            "方向不确定：取决于团队的实际速度",
        )
    if signs.get(REPLAY, 0) and simulated and signs[REPLAY] not in simulated:
        return miss(
            "agreement",
            "B",
            "case by case the log says the opposite of the simulated queues",
            "逐案回放与排队仿真的方向相反",
        )
    return accept("agreement", "all variants agree", "各种估计方向一致")
