"""People and money of an analysis: the staffing plan of each team, and the business case of each recommendation."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from svcflow.advice.money import Assumptions, make_cases

if TYPE_CHECKING:
    from svcflow.analysis import Analysis

Row = dict[str, Any]

MOST_TEAMS = 20


def plan_staff(analysis: Analysis) -> Row | None:
    """Return the plan of the teams with most work, without its single hours; ``None`` where there is none."""
    if analysis.staffing is None:
        return None
    document = analysis.staffing.to_json()
    teams = [{key: value for key, value in team.items() if key != "hours"} for team in document["teams"]]
    return document | {"teams": teams[:MOST_TEAMS]}


def count_money(analysis: Analysis) -> Row | None:
    """Return the business cases of the recommendations, in their order, with what was assumed."""
    if not analysis.recommendations:
        return None
    assumed = analysis.assumptions or Assumptions()
    cases = make_cases(analysis.recommendations, analysis.log, analysis.workspace, assumed)
    stated = {key: value for key, value in asdict(assumed).items() if key != "own"}
    return {"assumptions": stated, "cases": [case.to_json() for case in cases]}
