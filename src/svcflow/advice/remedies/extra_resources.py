"""Add people to the team on whose step cases queue.

Heuristic: extra resources (Reijers & Liman Mansar 2005).

When it fits: the wait before the step rises with the backlog a head (rank correlation of at least 0.3 over at least
thirty days); a wait that does not answer to load is not about people, and this remedy then stays silent.

What may get worse: cost. Once the backlog is gone the new people wait for work.

The patch raises the head count of the team in the organisation file by a tenth, at least by one. No figure is given
for its effect: replay moves one case at a time and knows no queues, only a simulation can tell.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from svcflow.advice import edits, load, proposal
from svcflow.advice.chain import Rows, find_main_pair, select
from svcflow.advice.context import Context, Place
from svcflow.advice.patch import write_patch
from svcflow.advice.proposal import Remedy, Words, say
from svcflow.definitions.model import Team
from svcflow.eventlog.log import UNKNOWN
from svcflow.findings import Finding, Recommendation
from svcflow.wording import say_duration

DETECTORS = ("bottleneck",)
LEAST_RHO = 0.3
REMEDY = Remedy("extra-resources", "extra resources", "large", 3)
NO_FIGURE = "staffing moves queues; a replay of single cases cannot judge it, a simulation is needed"


@dataclass(frozen=True, slots=True)
class Staff:
    """The team that does a step, the role in it, its head count now, and by how many it should grow."""

    team: Team
    role: str
    heads: int

    @property
    def more(self) -> int:
        """Return a tenth of the heads, at least one."""
        return max(1, math.ceil(self.heads / 10))


def propose(finding: Finding, context: Context) -> Recommendation | None:
    """Return the recommendation for `finding`; ``None`` unless its waits answer to load."""
    if finding.timer or finding.side != "provider":
        return None
    rows = select(context.chain, finding)
    pair = find_main_pair(context.chain, rows)
    response = load.respond(context.chain, rows)
    if pair is None or response is None or response[0] < LEAST_RHO:
        return None
    place = context.find_place(rows)
    staff = _find_staff(context, rows, place) if place else None
    if place and staff is None:
        return None
    wait = float(np.median(context.chain.waiting[rows])) / 1000
    words = _word(pair[1], staff, wait, response)
    patch = _raise_heads(context, staff) if staff else None
    owner = staff.team.lead if staff else None
    return proposal.propose(REMEDY, finding, words, patch=patch, owner=owner, effects=context.refuse(NO_FIGURE))


def _word(activity: str, staff: Staff | None, wait: float, response: tuple[float, int]) -> Words:
    rho, days = response
    en = zh = ""
    if staff:
        en = f" ({staff.team.id}: {staff.heads} + {staff.more})"
        zh = f"（{staff.team.id}：{staff.heads} + {staff.more}）"
    return Words(
        title=say(
            f"More people for '{activity}'{en}: the wait before it, {say_duration(wait)} in the median, rises with the "
            f"backlog (rank correlation {rho:.2f} over {days} days)",
            f"为“{activity}”增加人手{zh}：等待中位数 {say_duration(wait, 'zh')}，随积压上升"
            f"（{days} 天的秩相关 {rho:.2f}）",
        ),
        risks=say(
            "Cost: wages, hiring, training. Idle time once the backlog is gone. The gain depends on load.",
            "成本：工资、招聘、培训。积压消除后可能闲置。收益取决于业务量。",
        ),
        check=say(
            f"After eight weeks at like load: svcflow mine NEW_LOG. Median wait before '{activity}' at most "
            f"{say_duration(0.8 * wait)} (now {say_duration(wait)}).",
            f"业务量相近的八周后运行 svcflow mine NEW_LOG：“{activity}”前等待中位数不超过 "
            f"{say_duration(0.8 * wait, 'zh')}（目前 {say_duration(wait, 'zh')}）。",
        ),
        rollback=say(
            f"Move the people elsewhere if that median is above {say_duration(0.9 * wait)} after twelve weeks.",
            f"若十二周后中位数仍高于 {say_duration(0.9 * wait, 'zh')}，将人员调往他处。",
        ),
    )


def _find_staff(context: Context, rows: Rows, place: Place) -> Staff | None:
    """Return who should grow: the owners of the step in the team that the log names, else in any team."""
    assert context.workspace is not None
    seen = context.find_team(_name_team(context, rows) or "")
    teams = [seen] if seen else list(context.workspace.organisation.teams.values())
    return next((Staff(t, r, t.members[r]) for t in teams for r in place.step.owners if r in t.members), None)


def _name_team(context: Context, rows: Rows) -> str | None:
    """Return the team that the log names most often on `rows`."""
    teams = context.log.team[rows]
    known = teams[teams != UNKNOWN]
    return context.log.teams[int(np.bincount(known).argmax())] if len(known) else None


def _raise_heads(context: Context, staff: Staff) -> str | None:
    workspace = context.workspace
    assert workspace is not None
    file = workspace.organisation.file
    path = ("teams", staff.team.id, "members", staff.role)
    return write_patch(workspace, file, edits.replace(workspace.sources[file], path, str(staff.heads + staff.more)))
