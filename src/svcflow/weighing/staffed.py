"""A gap between people needed and present as a finding: a statement on capacity that holds no time of the log."""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.staffing.gaps import Gap
from svcflow.staffing.hours import name_hours

MOST_SPANS = 4


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
