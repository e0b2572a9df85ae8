"""Is every team that the scenario touches below 90 % of what it can do.

**Otherwise** direction and interval only: near saturation a small error of capacity is a large one of waiting.
"""

from __future__ import annotations

from svcflow.estimation.evidence import Concern, Evidence, Verdict, accept, miss
from svcflow.wording import say_share

MOST = 0.9


def judge(evidence: Evidence, concern: Concern) -> Verdict | None:
    """Judge the busiest team that is touched; of a scenario that touches none in particular, the busiest of all."""
    known = evidence.utilisation
    teams = [team for team in concern.teams if team in known] or sorted(known)
    if not teams:
        return None
    team = max(teams, key=lambda name: (known[name], name))
    busy = known[team]
    en, zh = f"{team} is {say_share(busy)} busy", f"{team} 的利用率为 {say_share(busy)}"
    if busy <= MOST:
        return accept("saturation", en, zh)
    return miss("saturation", "C", f"{en}: near saturation only the direction is sure", f"{zh}：接近饱和，仅方向可信")
