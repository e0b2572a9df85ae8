"""What each pair of people costs that hand cases over.

**What.** As `handovers-of-teams`, between the resources of the log. People are numbered unless names are asked for.

**How.** Changes in the run-collapsed sequence of resources of each case, machines passed over; unknown is a value.

**Source.** metrics.md 4. pm4py's `discover_handover_of_work_network` counts a missing resource as a new person each
time and a person's next step as a handover to themselves; both are wrong for this use.

**Limits.** The 1,000 dearest pairs are listed. Where the resource is who the case is assigned to, a change is an
assignment, not a piece of work done.
"""

from __future__ import annotations

from svcflow.mining.mined import Mined
from svcflow.mining.passing import describe_handovers
from svcflow.mining.quantity import Measured, Setting, decline

TITLE = {"en": "Handovers between people", "zh": "人员间移交"}
DEFINITION = "handovers"
MISSING = {
    "en": "An unknown person is a value like any other. Machines are passed over.",
    "zh": "未知人员视为一个取值；机器账户略过。",
}


def derive(mined: Mined, _: Setting) -> Measured:
    """Return the pairs of people."""
    if mined.handovers["resource"] is None:
        return decline("the log names no people", "日志未记录人员")
    approximate = "resource" in mined.rough
    return describe_handovers(mined.handovers["resource"], mined.total_wait_s, people=True, approximate=approximate)
