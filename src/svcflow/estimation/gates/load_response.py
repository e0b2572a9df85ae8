"""Does waiting respond to load: the rank correlation of the daily backlog per person with the wait is at least 0.3.

Asked only of changes of staff, calendars and priorities. **Otherwise** they are refused: "waiting does not respond to
load" (work that waits for the customer does not wait for hands). A correlation whose lower bound is not above zero is a
soft miss.
"""

from __future__ import annotations

from svcflow.estimation.evidence import Concern, Evidence, Verdict, accept, miss

LEAST = 0.3


def judge(evidence: Evidence, concern: Concern) -> Verdict | None:
    """Judge the teams whose people, hours or order the scenario changes."""
    if not concern.queues:
        return None
    verdicts = [_judge_team(evidence, team) for team in sorted(concern.teams)]
    return max(verdicts, key=lambda verdict: "ABCn".index(verdict.allows[0]), default=None)


def _judge_team(evidence: Evidence, team: str) -> Verdict:
    gate, response = "load-response", evidence.responses.get(team)
    if response is None:
        return miss(
            gate,
            "none",
            f"too few days to see whether waiting at {team} responds to load",
            f"天数不足，无法判断 {team} 的等待是否随负荷变化",
        )
    rank = f"{response.rank:+.2f}"
    if not response.rank >= LEAST:
        return miss(
            gate,
            "none",
            f"waiting does not respond to load at {team} (rank correlation {rank} over {response.days} days)",
            f"{team} 的等待不随负荷变化（{response.days} 天的秩相关 {rank}）",
        )
    if not response.low > 0:
        return miss(
            gate,
            "B",
            f"whether waiting responds to load at {team} is not certain ({rank}, at least {response.low:+.2f})",
            f"{team} 的等待是否随负荷变化尚不确定（秩相关 {rank}，下限 {response.low:+.2f}）",
        )
    return accept(gate, f"waiting at {team} follows its load ({rank})", f"{team} 的等待随负荷变化（{rank}）")
