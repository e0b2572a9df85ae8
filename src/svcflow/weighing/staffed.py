"""A gap between people needed and present as a finding: a statement on capacity that holds no time of the log."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from svcflow.definitions.model import Workspace
from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.waits import name_finding
from svcflow.staffing import Plan, Target, plan
from svcflow.staffing.gaps import Gap
from svcflow.staffing.hours import name_hours
from svcflow.staffing.planning import TeamPlan

TARGET = Target(3600.0)
"""What the people in an hour are weighed against: a mean wait of an hour."""

MOST_SPANS = 4


def plan_staff(log: Log, mined: Mined, workspace: Workspace | None) -> Plan:
    """Return who is needed by each team of a log and who is there, hour by hour of the week."""
    return plan(log, mined.waits.machines_array, workspace, target=TARGET)


def list_gaps(
    log: Log,
    staffing: Plan,
    find: Callable[[TeamPlan], Gap | None],
    *,
    detector: str,
    min_cases: int,
    most: int,
) -> list[Finding]:
    """Return the findings of `detector` on the hours that `find` tells of each team, those of most cases first."""
    gaps = [(team.name, gap) for team in staffing.teams if (gap := find(team)) is not None]
    found = [write_gap(log, (detector, detector, name_finding(detector, (name,))), name, gap) for name, gap in gaps]
    found = [finding for finding in found if finding.cases >= min_cases]
    return sorted(found, key=lambda finding: (-finding.cases, finding.id))[:most]


def write_gap(log: Log, of: tuple[str, str, str], team: str, gap: Gap) -> Finding:
    """Return the finding on the hours of a team; `of` are the ids of the detector, its definition and the finding."""
    detector, definition, number = of
    case = log.case_of_row[gap.rows]
    _, first = np.unique(case, return_index=True)
    longest = case[np.sort(first)][:5]
    hours, hours_zh = (", ".join(_cut(name_hours(gap.hours, lang))) for lang in ("en", "zh"))
    return Finding(
        id=number,
        detector=detector,
        subject=Subject("team", (team,)),
        cases=len(first),
        count=len(gap.rows),
        cost_s=0.0,
        share=0.0,
        interval_s=(0.0, 0.0),
        side="provider",
        timer=False,
        definition=definition,
        examples=tuple(log.case_ids[at] for at in longest.tolist()),
        evidence={
            "hours": hours,
            "hours_zh": hours_zh,
            "hours_per_week": int(gap.hours.sum()),
            "needed": round(gap.needed, 1),
            "present": round(gap.present, 1),
            "wait_in_these_s": gap.inside_s,
            "wait_in_others_s": gap.outside_s,
            "weeks": gap.weeks,
        },
    )


def _cut(spans: list[str]) -> list[str]:
    return spans if len(spans) <= MOST_SPANS else [*spans[:MOST_SPANS], "…"]
