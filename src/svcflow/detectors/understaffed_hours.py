"""Hours of the week in which a team has fewer people at work than what comes in them needs.

**What.** Teams whose arrivals, hour by hour, need at least one person more than is there, and whose cases wait longer
when they come in these hours than in the others. Which hours, how many are needed and present.

**How.** Arrivals are forecast by hour of the week; with the mean handling time they give the people that keep the mean
wait within an hour (Erlang C), taken at the low end of the forecast. Present is who is seen at work in the hour on
average, else the members that the organisation states. Told only if what comes in these hours waits at least 1.3 times
as long, and a quarter of an hour longer, in open hours, in three of four weeks out of at least six.

**Source.** Erlang 1917; metrics.md 10 (extra resources, shifts); `svcflow staffing` shows the whole week.

**Limits.** A capacity statement: it holds no time of its own, so its cost is 0. From completions alone the heads are
effective capacity, never FTE. Needs teams, and starts or people; teams outside the organisation are not judged.

**Options.** `min_count` pieces of work, `min_cases` cases, `min_share` of the team's work in these hours, `most`
findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from svcflow.eventlog.log import Log
from svcflow.findings import Finding
from svcflow.mining import Mined
from svcflow.staffing.gaps import Least, find_shortage
from svcflow.weighing.staffed import list_gaps, plan_staff

if TYPE_CHECKING:
    from svcflow.definitions.model import Workspace
    from svcflow.staffing import Plan

DEFINITION = "understaffed-hours"
UNSERVED = "moving shifts is a matter of rosters, which svcflow does not write; `svcflow staffing` shows the week"
TITLE = {
    "en": "{from} has too few people in {hours}: {cases} cases came then",
    "zh": "“{from}”在 {hours_zh} 人手不足：期间到达 {cases} 件",
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
    """Return one finding for each team that is short of people in some hours."""
    if not log.has_teams:
        return []
    least = Least(min_count, min_share)
    return list_gaps(
        log,
        staffing or plan_staff(log, mined, workspace),
        lambda team: find_shortage(team, least),
        detector=DEFINITION,
        min_cases=min_cases,
        most=most,
    )
