"""What stands out: every process has a longest wait and a step that is sometimes done again; that alone is no fault.

Some detectors tell what is usual in a process as well as what is wrong: the longest waits, the loops, the handovers,
the optional steps. What they find is worth a change only where a norm of the definition is broken, or, where none is
known, where it is beyond what a process that runs well shows. What all other detectors find is abnormal by itself.
"""

from __future__ import annotations

import numpy as np

from svcflow.advice.context import Context, Place, sojourns
from svcflow.definitions.model import AnyOf, Choose, Item, May, Task, When
from svcflow.definitions.net import items_of
from svcflow.findings import Finding
from svcflow.replay.chain import Rows, find_main_pair, select, select_pair
from svcflow.weighing.hours import measure_open

DESCRIBING = frozenset({"bottleneck", "extra-step", "handover-delay", "repeating-pattern", "rework", "timer"})
LATE = 0.1
"""From this share of missed targets on, for certain, a step is late."""
SPREAD = 6.0
"""From this ratio of P90 to median on, some of the cases show that it could go much faster."""
LEAST_SHARE = 0.02
OUTSIDE_SHARE, OUTSIDE_S = 0.05, 172_800
"""The customer's or a vendor's wait: of all time, and its P90. Nobody chases a customer before two days are over."""
HANDED = 0.02
LOOPING, LOOP_SHARE = 0.25, 0.06
"""A loop: cases that go round again, for certain; or its part of all time."""
EXTRA = 0.1
_Z = 1.645


def stands_out(finding: Finding, context: Context) -> bool:
    """Return whether a finding is about more than what is usual in a process."""
    if finding.detector not in DESCRIBING or finding.timer:
        return True
    rows = select(context.chain, finding)
    if finding.detector in {"rework", "repeating-pattern"}:
        return _loops(finding, context)
    if finding.detector == "extra-step":
        return _is_extra(finding, context, rows)
    if finding.side in {"customer", "nobody"}:
        waits = context.chain.waiting[rows]
        return finding.share >= OUTSIDE_SHARE and len(waits) > 0 and float(np.quantile(waits, 0.9)) >= OUTSIDE_S * 1000
    return _waits_long(finding, context, rows)


def _waits_long(finding: Finding, context: Context, rows: Rows) -> bool:
    pair = find_main_pair(context.chain, rows)
    if pair is None or finding.share < LEAST_SHARE / 2:
        return False
    place = context.find_place(rows & select_pair(context.chain, pair))
    late = _measure_late(context, rows & place.rows, place) if place is not None else None
    if late is not None:
        return late >= LATE
    if finding.detector == "handover-delay":
        return finding.share >= HANDED
    open_s = measure_open(context.log, np.flatnonzero(rows)) / 1000.0
    median, high = (float(q) for q in np.quantile(open_s, [0.5, 0.9]))
    return finding.share >= LEAST_SHARE and high >= SPREAD * max(median, 60.0)


def _measure_late(context: Context, rows: Rows, place: Place) -> float | None:
    """Return the share of passes over target, for certain (its lower bound); ``None`` where there is no target."""
    limits = context.list_targets(place, rows)
    known = limits >= 0
    if not known.any():
        return None
    late = sojourns(context, rows, place)[known] > limits[known] / 1000
    return _bound(float(late.mean()), int(known.sum()))


def _bound(share: float, count: int) -> float:
    return share - _Z * float(np.sqrt(share * (1 - share) / max(count, 1)))


def _loops(finding: Finding, context: Context) -> bool:
    """Return whether many cases go round again, or the definition allows the step only once."""
    chain, activity = context.chain, finding.subject.names[0]
    mine = np.asarray(context.log.activity == context.log.activities.find(activity))
    counts = np.bincount(chain.case[mine], minlength=context.log.cases)
    having = int((counts > 0).sum())
    again = _bound(float((counts > 1).sum()) / max(having, 1), having)
    return again >= LOOPING or finding.share >= LOOP_SHARE


def _is_extra(finding: Finding, context: Context, rows: Rows) -> bool:
    place = context.find_place(rows)
    if place is not None:
        optional = is_optional(place.process.flow, place.step.id)
        if optional:
            return False
        return optional is False or finding.share >= LEAST_SHARE
    return finding.share >= EXTRA


def is_optional(item: Item, step: str, inside: bool = False) -> bool | None:
    """Return whether a flow lets a case do without a step; ``None`` if the step is not in it."""
    if isinstance(item, Task):
        return inside if item.step == step else None
    inside = inside or isinstance(item, Choose | AnyOf | May | When)
    found = (is_optional(part, step, inside) for part in items_of(item))
    return next((answer for answer in found if answer is not None), None)
