"""Hours of the week in which a team has clearly more people at work than what comes in them needs.

**What.** Teams that are busy in their busiest hours, so that the log shows what they do, and in other hours have two
people or more to spare, and half as many again as needed.

**How.** As `understaffed-hours`, taken at the high end of the forecast. People spend less than 0.35 of these hours on
the work, at least 0.75 of the busiest quarter of all hours, and what comes then is begun at once: within a quarter of
an hour, in the median. At least five hours a week.

**Source.** Erlang 1917; metrics.md 10 (flexible assignment, shifts); `svcflow staffing` shows the whole week.

**Limits.** A capacity statement: its cost is 0. Who is little seen may do work that this log does not hold: a team
that is never busy in it is not judged. Needs people by name, and teams.

**Options.** `min_count` pieces of work, `min_cases` cases, `min_share` of the team's work in these hours, `most`
findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from svcflow.eventlog.log import Log
from svcflow.findings import Finding
from svcflow.mining import Mined
from svcflow.staffing.gaps import Least, find_slack
from svcflow.weighing.staffed import list_gaps, plan_staff

if TYPE_CHECKING:
    from svcflow.definitions.model import Workspace
    from svcflow.staffing import Plan

DEFINITION = "overstaffed-hours"
UNSERVED = "moving shifts is a matter of rosters, which svcflow does not write; `svcflow staffing` shows the week"
TITLE = {
    "en": "{from} has people to spare in {hours}: {cases} cases came then",
    "zh": "“{from}”在 {hours_zh} 人手富余：期间到达 {cases} 件",
}


def detect(
    log: Log,
    mined: Mined,
    workspace: Workspace | None = None,
    staffing: Plan | None = None,
    *,
    min_count: int = 50,
    min_cases: int = 50,
    min_share: float = 0.05,
    most: int = 5,
) -> list[Finding]:
    """Return one finding for each team that has people to spare in some hours."""
    if not log.has_teams or not log.has_resources:
        return []
    least = Least(min_count, min_share)
    return list_gaps(
        log,
        staffing or plan_staff(log, mined, workspace),
        lambda team: find_slack(team, least),
        detector=DEFINITION,
        min_cases=min_cases,
        most=most,
    )
