"""Let everybody work as the team does that has to do a step again least often.

Heuristic: training, and case types (Reijers & Liman Mansar 2005: specialist): the knowledge is there, in one place.

When it fits: a step is done again, and the share of cases in which it is differs clearly between teams (ten points and
more than chance would give).

What may get worse: cost, for training, and time while people learn; the best team may have the easy cases.

No patch: it is training, checklists and templates, not an edit of the definition.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svcflow.advice import proposal
from svcflow.advice.context import Context
from svcflow.advice.naming import Text, say, shorten
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.rules import measure_error
from svcflow.eventlog.log import UNKNOWN
from svcflow.findings import Finding
from svcflow.whatif import DropRepeats
from svcflow.wording import say_share

DETECTORS = ("extreme-repetition", "reopen", "repeating-pattern", "rework")
REMEDY = Remedy("first-time-right", "specialist: training", "medium", 2, "training")
FEWEST, GAP, SIGMA = 50, 0.1, 3.0


@dataclass(frozen=True, slots=True)
class Best:
    """The team whose cases repeat a step least: its share, how many cases it has, and the share of all others."""

    team: str
    share: float
    cases: int
    others: float


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` unless one team is clearly better than the others."""
    activity = finding.subject.names[0] if finding.subject.names else ""
    best = _find_best(context, activity)
    if best is None:
        return None
    rows = np.asarray(context.log.activity == context.log.activities.find(activity))
    place = context.find_place(rows)
    avoided = round(1 - best.share / max(best.others, 1e-9), 3)
    step = context.names.step(place.step if place else None, activity)
    return proposal.propose(
        REMEDY,
        finding,
        _word(best, activity, step, context.names.team(best.team)),
        context,
        place=place,
        changes=(DropRepeats((activity,), avoided),),
        assumption=say(
            f"everybody repeats '{activity}' as rarely as the best team",
            f"各团队重复“{activity}”的比例与最好的团队相同",
        ),
    )


def _find_best(context: Context, activity: str) -> Best | None:
    log, chain = context.log, context.chain
    rows = np.flatnonzero(log.activity == log.activities.find(activity))
    if not log.has_teams or not len(rows):
        return None
    case, first = np.unique(chain.case[rows], return_index=True)
    counts = np.bincount(chain.case[rows], minlength=log.cases)[case]
    team, again = log.team[rows[first]], counts > 1
    found = []
    for code in np.unique(team[team != UNKNOWN]).tolist():
        mine = team == code
        cases, rest = int(mine.sum()), int((~mine).sum())
        if min(cases, rest) < FEWEST:
            continue
        share, others, all_ = (float(again[part].mean()) for part in (mine, ~mine, np.ones(len(team), np.bool_)))
        error = measure_error(all_, cases, rest)
        if others - share >= max(GAP, SIGMA * error):
            found.append(Best(log.teams[code], share, cases, others))
    return min(found, key=lambda best: best.share, default=None)


def _word(best: Best, activity: str, step: Text, team: Text) -> Words:
    en, zh = (shorten(step[lang], 24) for lang in ("en", "zh"))
    who, who_zh = shorten(team["en"], 18), shorten(team["zh"], 18)
    return Words(
        title=say(f"Teach '{en}' as {who} does it", f"按{who_zh}的做法培训“{zh}”"),
        reason=say(
            f"{team['en']} repeats '{step['en']}' in {say_share(best.share)} of {best.cases:,} cases, the others in "
            f"{say_share(best.others)}.",
            f"{team['zh']}的 {best.cases:,} 单中 {say_share(best.share)} 重复“{step['zh']}”，其他团队为 "
            f"{say_share(best.others)}。",
        ),
        risks=say(
            "Cost: training. Time: people are slower while they learn. The best team may have the easy cases.",
            "成本：培训。时间：学习期间较慢。该团队可能处理的是较易的工单。",
        ),
        check=say(
            f"After twelve weeks: svcflow mine NEW_LOG --what loops. '{activity}' again in at most "
            f"{say_share((best.share + best.others) / 2)} of the other teams' cases (now {say_share(best.others)}).",
            f"十二周后运行 svcflow mine NEW_LOG --what loops：其他团队重复“{activity}”不超过 "
            f"{say_share((best.share + best.others) / 2)}（目前 {say_share(best.others)}）。",
        ),
        rollback=say(
            "Stop if the trained teams repeat it as often as now after a quarter: it is the cases, not the skill.",
            "若一个季度后受训团队的重复率与目前相同，则停止：问题在工单而非技能。",
        ),
    )
