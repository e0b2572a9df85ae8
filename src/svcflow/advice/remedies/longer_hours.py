"""Let a team work when the cases come: another calendar, or shifts.

Heuristic: centralisation, and resources by need (Reijers & Liman Mansar 2005; Optimos for shifts).

When it fits: the organisation declares the calendar of the team, half of the waiting before its step lies outside of
those hours, and it declares a calendar that is open longer. Hours guessed from a log are never advised on: most of
what looks like absence is an artefact of the guess.

What may get worse: cost of late shifts; the same people, spread over more hours, are fewer in each.

The patch gives the team the smallest declared calendar that is open longer. No figure is given by replay: opening
hours move queues.
"""

from __future__ import annotations

import numpy as np

from svcflow.advice import edits, proposal
from svcflow.advice.aspects import Aspect, look
from svcflow.advice.context import Context
from svcflow.advice.naming import say, shorten
from svcflow.advice.patch import write_patch
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.definitions.model import Team
from svcflow.findings import Finding
from svcflow.whatif import Hours
from svcflow.wording import say_share

DETECTORS = ("bottleneck", "growing-duration", "handover-delay", "overloaded-team", "slow-step")
REMEDY = Remedy("longer-hours", "centralisation: shifts", "large", 3, "organisation", ("triage", "pooled-teams"))
LEAST, FEWEST = 0.5, 50
_WEEK = 604_800_000
_MONDAY = 345_600_000  # 1970 began on a Thursday


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` unless the wait lies outside of the team's declared hours."""
    aspect = look(finding, context)
    if aspect is None or context.workspace is None or finding.timer or finding.side != "provider":
        return None
    name = aspect.name_team()
    team = context.names.find_team(name) if name else None
    if name is None or team is None or team.calendar is None or aspect.count < FEWEST:
        return None
    longer = _find_longer(context, team.calendar)
    closed = _measure_closed(aspect, team.calendar)
    if longer is None or closed < LEAST or _measure_closed(aspect, longer) > closed - 0.2:
        return None
    text = context.workspace.sources[context.workspace.organisation.file]
    edited = edits.replace(text, ("teams", team.id, "calendar"), longer)
    patch = write_patch(context.workspace, context.workspace.organisation.file, edited)
    if patch is None:
        return None
    return proposal.propose(
        REMEDY,
        finding,
        _word(aspect, team, (team.calendar, longer), closed),
        context,
        patch=patch,
        place=aspect.place,
        owner=team.lead,
        changes=(Hours(name, longer),),
        assumption=say(
            f"as many people work in the hours of '{longer}' as do now in those of '{team.calendar}'",
            f"“{longer}”时段的在岗人数与目前“{team.calendar}”时段相同",
        ),
    )


def _find_longer(context: Context, calendar: str) -> str | None:
    """Return the calendar that is open longer than this one and whenever it is, the shortest of these."""
    assert context.workspace is not None
    now = _open(context, calendar)
    found = {name: _open(context, name) for name in context.workspace.organisation.calendars}
    wider = {
        name: o.sum() for name, o in found.items() if o.sum() > now.sum() and o.sum() < len(o) and (o >= now).all()
    }
    return min(wider, key=lambda name: (wider[name], name), default=None)


def _open(context: Context, calendar: str) -> np.ndarray:
    """Return which of the hours of an ordinary week are open."""
    clock, hour = context.find_calendar(calendar), 3_600_000
    begins = 2000 * _WEEK + _MONDAY + np.arange(168, dtype=np.int64) * hour
    return np.asarray(clock.elapsed_all(begins, begins + hour) > 0)


def _measure_closed(aspect: Aspect, calendar: str) -> float:
    """Return which share of the waits lies outside of the hours of a calendar."""
    log = aspect.context.log
    end = log.time[aspect.rows]
    begin = end - aspect.context.chain.waiting[aspect.rows]
    whole = float((end - begin).sum())
    opened = float(aspect.context.find_calendar(calendar).elapsed_all(begin, end).sum())
    return 1 - opened / whole if whole else 0.0


def _word(aspect: Aspect, team: Team, hours: tuple[str, str], closed: float) -> Words:
    now, then = hours
    label = next((text for text in team.labels if "*" not in text), team.id)
    name = aspect.context.names.team(label)
    en, zh = (shorten(name[lang], 18) for lang in ("en", "zh"))
    return Words(
        title=say(f"{en}: work by '{then}', not '{now}'", f"{zh}：按“{then}”而非“{now}”上班"),
        reason=say(
            f"{say_share(closed)} of the waiting before '{aspect.step['en']}' ({aspect.count:,} passes) lies "
            "outside of "
            f"the hours of '{now}'.",
            f"“{aspect.step['zh']}”前的等待（{aspect.count:,} 次）有 {say_share(closed)} 在“{now}”时段之外。",
        ),
        risks=say(
            "Cost: late or weekend shifts. The same people spread over more hours are fewer in each.",
            "成本：晚班或周末班。同样的人分散到更多时段，每个时段人手更少。",
        ),
        check=say(
            f"After eight weeks: svcflow mine NEW_LOG --what bottlenecks. Median wait before '{aspect.pair[1]}' "
            "at most "
            f"two thirds of now ({aspect.say_median()['en']}).",
            f"八周后运行 svcflow mine NEW_LOG --what bottlenecks：“{aspect.pair[1]}”前等待中位数不超过目前的三分之二"
            f"（{aspect.say_median()['zh']}）。",
        ),
        rollback=say(
            "Take it back (git apply -R) if the added hours see less than half of the cases of the others after a "
            "quarter.",
            "若一个季度后新增时段的工单量不到原时段的一半，则撤回（git apply -R）。",
        ),
    )
