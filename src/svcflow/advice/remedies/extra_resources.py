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
from svcflow.advice.context import Context, Place
from svcflow.advice.naming import Text, say, shorten
from svcflow.advice.patch import write_patch
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.definitions.model import Team
from svcflow.eventlog.log import UNKNOWN
from svcflow.findings import Finding
from svcflow.replay.chain import Rows, find_main_pair, select
from svcflow.whatif import Capacity
from svcflow.wording import say_duration

DETECTORS = ("bottleneck", "growing-duration", "overloaded-team", "single-person-step")
LEAST_RHO = 0.3
REMEDY = Remedy(
    "extra-resources",
    "extra resources",
    "large",
    3,
    "organisation",
    ("case-based-work", "longer-hours", "pooled-teams", "task-elimination", "triage", "wider-owner"),
)


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


@dataclass(frozen=True, slots=True)
class Facts:
    """A step that cases queue for: who does it, the median wait in seconds, its answer to load and on how many days."""

    activity: str
    step: Text
    staff: Staff | None
    wait: float
    rho: float
    days: int


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` unless its waits answer to load."""
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
    step = context.names.step(place.step if place else None, pair[1])
    words = _word(Facts(pair[1], step, staff, wait, *response), context)
    patch = _raise_heads(context, staff) if staff else None
    team = _name_team(context, rows)
    more = Capacity(team or "", heads=staff.more) if staff else Capacity(team or "", share=0.1)
    return proposal.propose(
        REMEDY,
        finding,
        words,
        context,
        patch=patch,
        place=place,
        owner=staff.team.lead if staff else None,
        changes=(more,) if team else (),
        silence=say(
            "the log names no team at this step: what more people would do there is not known",
            "日志未标明该步骤的团队：无法得知增加人手的效果",
        ),
        assumption=say("the new people work as those do who are there", "新增人员与现有人员效率相同"),
    )


def _entitle(facts: Facts, context: Context) -> Text:
    en, zh = (shorten(facts.step[lang]) for lang in ("en", "zh"))
    if facts.staff is None:
        return say(f"More people for '{en}'", f"为“{zh}”增加人手")
    staff = facts.staff
    team = context.names.team(next((label for label in staff.team.labels if "*" not in label), staff.team.id))
    return say(
        f"More people for '{en}' ({shorten(team['en'], 18)}: {staff.heads} + {staff.more})",
        f"为“{zh}”增加人手（{shorten(team['zh'], 18)}：{staff.heads} + {staff.more}）",
    )


def _word(facts: Facts, context: Context) -> Words:
    activity, wait, (rho, days) = facts.activity, facts.wait, (facts.rho, facts.days)
    return Words(
        title=_entitle(facts, context),
        reason=say(
            f"The wait before '{facts.step['en']}', {say_duration(wait)} in the median, rises with the backlog (rank "
            f"correlation {rho:.2f} over {days} days).",
            f"“{facts.step['zh']}”前等待中位数 {say_duration(wait, 'zh')}，随积压上升（{days} 天的秩相关 {rho:.2f}）。",
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
    seen = context.names.find_team(_name_team(context, rows) or "")
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
