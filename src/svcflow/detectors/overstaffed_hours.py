"""Hours of the week in which a team has clearly more people at work than what comes in them needs.

**What.** Teams that are busy in their busiest hours, so that the log shows what they do, and in other hours have two
people or more to spare, and half as many again as needed.

**How.** As `understaffed-hours`, taken at the high end of the forecast. People spend less than 0.35 of these hours on
the work, at least 0.75 of the busiest quarter of all hours, and what comes then does not wait longer than at other
times. At least five hours a week.

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
from svcflow.mining.waits import name_finding
from svcflow.staffing import Target, plan
from svcflow.staffing.gaps import Least, find_slack
from svcflow.weighing.staffed import write_gap

if TYPE_CHECKING:
    from svcflow.definitions.model import Workspace

DEFINITION = "overstaffed-hours"
UNSERVED = "moving shifts is a matter of rosters, which svcflow does not write; `svcflow staffing` shows the week"
TITLE = {
    "en": "{from} has people to spare in {hours}: {cases} cases came then",
    "zh": "{from} 在 {hours_zh} 人手富余：期间到达 {cases} 件",
}
TARGET = Target(3600.0)


def detect(
    log: Log,
    mined: Mined,
    workspace: Workspace | None = None,
    *,
    min_count: int = 50,
    min_cases: int = 50,
    min_share: float = 0.05,
    most: int = 5,
) -> list[Finding]:
    """Return one finding for each team that has people to spare in some hours."""
    if not log.has_teams or not log.has_resources:
        return []
    teams = plan(log, mined.waits.machines_array, workspace, target=TARGET).teams
    least = Least(min_count, min_share)
    gaps = [(team.name, gap) for team in teams if (gap := find_slack(team, least)) is not None]
    found = [
        write_gap(log, ("overstaffed-hours", DEFINITION, name_finding("overstaffed-hours", (team,))), team, gap)
        for team, gap in gaps
    ]
    found = [finding for finding in found if finding.cases >= min_cases]
    return sorted(found, key=lambda finding: (-finding.cases, finding.id))[:most]
