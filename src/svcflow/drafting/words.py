"""The activities of a log as labels of steps: spellings that labels do not tell apart become one activity."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from svcflow.definitions.naming import fold_label
from svcflow.eventlog.log import Log, Vocabulary


def unify(log: Log) -> tuple[Log, dict[str, tuple[str, ...]]]:
    """Return the log with one activity for all spellings of a label, and the label of each activity.

    The commonest spelling stands for all; labels are compared without regard to case and width.
    """
    counts = np.bincount(log.activity, minlength=len(log.activities)).tolist()
    groups: dict[str, list[int]] = {}
    for code in sorted(range(len(log.activities)), key=lambda code: (-counts[code], code)):
        if counts[code]:
            groups.setdefault(fold_label(log.activities[code]), []).append(code)
    names = {codes[0]: log.activities[codes[0]] for codes in groups.values()}
    texts = sorted(names.values())
    place = {text: number for number, text in enumerate(texts)}
    table = np.zeros(len(log.activities), np.int32)
    for codes in groups.values():
        table[codes] = place[names[codes[0]]]
    changed = replace(log, activity=table[log.activity], activities=Vocabulary(tuple(texts)))
    return changed, {text: (text.strip(),) for text in texts}


def without(log: Log, activities: Collection[str]) -> Log:
    """Return the log without the instances of some activities, and without cases that have no others."""
    if not activities:
        return log
    dropped = [code for code, text in enumerate(log.activities.texts) if text in activities]
    kept = np.flatnonzero(~np.isin(log.activity, dropped))
    case = log.case_of_row[kept]
    left, sizes = np.unique(case, return_counts=True)
    return replace(
        log,
        case_ids=tuple(log.case_ids[c] for c in left.tolist()),
        offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        time=log.time[kept],
        start=log.start[kept],
        has_start=log.has_start[kept],
        activity=log.activity[kept],
        resource=log.resource[kept],
        team=log.team[kept],
        attributes={},
        case_attributes={},
        case_events=None,
        quality=(),
    )
