"""What each pair of teams costs that hand cases over.

**What.** For every team that passes cases on and every team that takes them: how often and in how many cases, how
long the receiver lets the case wait (median, P90, total and share of all time between events), how often the giver
gets the case back later, and the *excess*: what the handover adds to the same step within a team.

**How.** Handovers of a case are the changes in its run-collapsed sequence of teams; the delay is the waiting of the
receiver's first instance. excess = (mean delay - mean waiting on the same pair of activities where the team stays)
x count, over pairs of activities with at least 20 cases that stay; `-` where there is none.

**Source.** metrics.md 4; handover of work as in van der Aalst & Song (2004), here with time.

**Limits.** The 1,000 dearest pairs are listed. A delay belongs to the receiver only if the case was ready for it.
The team is the one the export names: the team of the case in some systems, that of the writer in others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from svcflow.mining.passing import NO_MOVES, describe_handovers
from svcflow.mining.quantity import Measured, Setting, decline

if TYPE_CHECKING:
    from svcflow.mining.mined import Mined

TITLE = {"en": "Handovers between teams", "zh": "团队间移交"}
DEFINITION = "handovers"
MISSING = {
    "en": "An unknown team is a value like any other. Machines that stand outside of all teams are passed over.",
    "zh": "未知团队视为一个取值；不属于任何团队的机器账户略过。",
}


def derive(mined: Mined, setting: Setting) -> Measured:
    """Return the pairs of teams."""
    if mined.handovers["team"] is None:
        return decline(*NO_MOVES) if len(setting.teams) > 1 else decline("the log names no teams", "日志未记录团队")
    return describe_handovers(mined.handovers["team"], mined.total_wait_s, approximate="team" in mined.rough)
