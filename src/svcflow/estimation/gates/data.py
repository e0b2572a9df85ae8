"""Is there enough of the log to fit queues: eight weeks, 500 cases, 200 instances a team, resources on 80 % of them.

**Otherwise** nothing is simulated; what a replay can bound is left. Teams without resources have one rate, not people:
changes of them are graded B at best.
"""

from __future__ import annotations

from svcflow.estimation.evidence import Concern, Evidence, Verdict, accept, miss
from svcflow.wording import say_count, say_share

WEEKS = 8
CASES = 500
INSTANCES = 200
KNOWN = 0.8


def judge(evidence: Evidence, concern: Concern) -> Verdict:
    """Judge the extent of the log and of the teams that the scenario touches."""
    extent = evidence.extent
    if extent.weeks < WEEKS:
        return _refuse(
            f"the log spans {extent.weeks:.1f} weeks; a simulation needs {WEEKS}",
            f"日志仅跨 {extent.weeks:.1f} 周；仿真至少需要 {WEEKS} 周",
        )
    if extent.cases < CASES:
        return _refuse(
            f"the log has {say_count(extent.cases)} cases; a simulation needs {CASES}",
            f"日志仅有 {say_count(extent.cases, 'zh')} 个案例；仿真至少需要 {CASES} 个",
        )
    if not extent.instances:
        return _refuse("the log names no team whose queue could be simulated", "日志未记录团队，无法仿真排队")
    few = {team: extent.instances.get(team, 0) for team in concern.teams}
    for team, count in sorted(few.items()):
        if count < INSTANCES:
            return _refuse(
                f"{team} has {say_count(count)} activities in the log; a simulation needs {INSTANCES}",
                f"{team} 在日志中仅有 {say_count(count, 'zh')} 项活动；仿真至少需要 {INSTANCES} 项",
            )
    for team in sorted(concern.teams):
        share = extent.known.get(team, 0.0)
        if share < KNOWN:
            return miss(
                "data",
                "B",
                f"people are known on {say_share(share)} of what {team} does: its rate is known, not its heads",
                f"{team} 的活动中仅 {say_share(share)} 记录了人员：只知其速率，不知人数",
            )
    return accept("data", "the log is long enough", "日志足够长")


def _refuse(en: str, zh: str) -> Verdict:
    return miss("data", "C", en, zh)
