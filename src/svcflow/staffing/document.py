"""A plan as plain values: what `svcflow staffing --json` writes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from svcflow.mining.days import say_hour
from svcflow.staffing.hours import name_hours
from svcflow.staffing.planning import LITTLE, lose
from svcflow.wording import LANGS

if TYPE_CHECKING:
    from svcflow.staffing.planning import Absence, Plan, TeamPlan

Row = dict[str, Any]

CAPACITY = {
    "en": "Handling times are effective: gaps between completions of people who had more to do. They hold everything "
    "else these people did, so the heads are capacity for this work, never touch time or FTE.",
    "zh": "处理用时为“有效”用时：手头有待办时两次完成之间的间隔，包含期间其他工作；"
    "因此人数是办理本项工作的产能，不是实际操作时间或全职人数。",
}
MEASURED = {
    "en": "Handling times are measured from start to completion. Heads are those at work on this, before breaks, "
    "absences and whatever else they do.",
    "zh": "处理用时按开始到完成实测。人数为实际在岗办理本项工作的人数，未计休息、缺勤与其他事务。",
}
SLACK = {
    "en": "The log shows {share} of what these people could do. Whether they do other work or are too many, it does "
    "not tell.",
    "zh": "日志只显示这些人员 {share} 的产能。他们是另有工作还是人手过多，日志无法判断。",
}

WEAK = 0.3
"""A forecast that missed held-back weeks by more than this is said to be weak."""
FORECAST = {
    "en": "Weekly arrivals of the weeks held back were missed by {share} on average: plan on "
    "the interval, not the mean.",
    "zh": "留出检验的各周到达量平均偏差 {share}：请按区间而非均值安排。",
}


def write_plan(plan: Plan) -> Row:
    """Return a plan; hours of the week without work and without people are left out."""
    return {
        "source": plan.source,
        "zone": plan.zone or "UTC",
        "target": {"within_s": plan.target.within_s, "share": plan.target.share, "words": plan.target.words},
        "shrinkage_share": plan.absence.shrinkage,
        "patience_s": plan.absence.patience_s,
        "unknown": plan.unknown or None,
        "teams": [_write_team(team, plan.absence) for team in plan.teams],
    }


def _write_team(team: TeamPlan, absence: Absence) -> Row:
    arrivals, handling = team.arrivals, team.handling
    known = arrivals is not None
    return {
        "team": team.name,
        "unknown": team.unknown or None,
        "pieces": len(team.work),
        "cases": len(np.unique(team.work.log.case_of_row[team.work.row])),
        "weeks": arrivals.weeks if arrivals else None,
        "arrivals_per_week": arrivals.level if arrivals else None,
        "trend_per_week": arrivals.trend if arrivals else None,
        "forecast_error_share": arrivals.error if arrivals else None,
        "holidays_ahead": list(team.holidays),
        "handling": _write_handling(team) if handling else None,
        "roster": {"heads": team.roster.heads, "calendar": team.roster.calendar} if team.roster else None,
        "presence": team.presence,
        "occupancy": team.occupancy if handling and known else None,
        "peak": _write_peak(team, absence),
        "call_backs": _write_call_backs(team, absence),
        "short": {lang: name_hours(team.short, lang) for lang in LANGS},
        "spare": {lang: name_hours(team.spare, lang) for lang in LANGS},
        "notes": list_notes(team),
        "hours": [_write_hour(team, hour) for hour in _choose_hours(team)],
    }


def _write_handling(team: TeamPlan) -> Row:
    assert team.handling is not None
    one = team.handling
    return {"mean_s": one.mean_s, "squared_variation": one.squared_variation, "kind": one.kind, "n": one.n}


def _write_peak(team: TeamPlan, absence: Absence) -> Row | None:
    """Return the hour that needs most heads, and how many must be on the roster for them to be at work."""
    if team.unknown or not team.needed.any():
        return None
    hour = int(np.argmax(team.needed))
    heads = int(team.needed[hour])
    return {"hour": say_hour(hour), "needed": heads, "on_roster": math.ceil(heads / (1 - absence.shrinkage) - 1e-9)}


def _write_call_backs(team: TeamPlan, absence: Absence) -> Row | None:
    """Return the contacts of a week that give up and are to be called back, and the work that makes."""
    lost = lose(team, absence.patience_s) if absence.patience_s is not None else None
    if lost is None or team.handling is None:
        return None
    gone, whole = lost
    return {
        "per_week": gone,
        "share": gone / whole if whole else None,
        "work_s_per_week": gone * team.handling.mean_s,
    }


def list_notes(team: TeamPlan) -> list[dict[str, str]]:
    """Return what must be known to believe the figures of a team."""
    if team.unknown or team.handling is None:
        return []
    notes = [CAPACITY if team.handling.kind == "effective" else MEASURED]
    error = team.arrivals.error if team.arrivals else None
    if error is not None and error > WEAK:
        notes.append({lang: text.format(share=f"{error:.0%}") for lang, text in FORECAST.items()})
    share = team.occupancy
    if share is not None and share < LITTLE and team.load.any():
        notes.append({lang: text.format(share=f"{share:.0%}") for lang, text in SLACK.items()})
    return notes


def _choose_hours(team: TeamPlan) -> list[int]:
    shown = (team.load > 0) | (team.arrivals.mean > 0 if team.arrivals is not None else False)
    if team.present is not None:
        shown = shown | (team.present >= 0.05)
    return [int(hour) for hour in np.flatnonzero(shown)]


def _write_hour(team: TeamPlan, hour: int) -> Row:
    arrivals = team.arrivals
    told = not team.unknown
    return {
        "hour": say_hour(hour),
        "weekday": hour // 24 + 1,
        "arrivals": float(arrivals.mean[hour]) if arrivals else None,
        "arrivals_low": float(arrivals.low[hour]) if arrivals else None,
        "arrivals_high": float(arrivals.high[hour]) if arrivals else None,
        "open_share": float(team.open[hour]),
        "load": float(team.load[hour]) if told else None,
        "needed": int(team.needed[hour]) if told else None,
        "needed_low": int(team.needed_low[hour]) if told else None,
        "needed_high": int(team.needed_high[hour]) if told else None,
        "present": float(team.present[hour]) if team.present is not None else None,
        "short": bool(team.short[hour]),
        "spare": bool(team.spare[hour]),
    }
