"""The process changed: from one week on a step waits longer, comes in more cases, or cases go another way.

**What.** Activities before which the wait jumps at one moment and stays up, activities that come in clearly more cases
from one week on, and pairs of activities that clearly more or fewer cases have from one week on; with when it happened
and what was before and after.

**How.** *Waits*: ranks of the waits by the week in which they began, split where they differ most. The difference must
stand out against how weeks scatter at a false discovery rate of 1 % over all activities tried, and the jump be a fifth
of the level and half an hour at least. *Steps*: the share of cases with the
activity, by the week in which the case began; the split with the largest chi-square, whose chance is corrected for all
activities and weeks tried (Bonferroni), and a change of at least 15 points. *Ways*: the whole distribution of pairs
that follow each other, as shares of the cases by week; each pair is tested for a jump either way against how weeks
scatter, at a false discovery rate of 1 % over all of them, and 15 points at least. Pairs of a step that is told already
say nothing new; the others that jump together are one change, named by the pair that most more cases have. Cases that
began so late that the log does not see their end are left out. The cost is what is waited beyond the level before: of a
way, on all pairs that changed, less the mean over the cases before (whose own scatter is in the interval).

**Source.** Change points by least squares; concept drift as in Bose et al. (2014): features of windows, tested.

**Limits.** One change an activity or pair. A change that saves time costs nothing and is not reported here. Needs eight
weeks.

**Options.** `points` of change, `min_count` waits, `min_cases` cases, `min_share` of the provider's waiting, `most`
findings.
"""

from __future__ import annotations

import math
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.costs import sum_by_case
from svcflow.mining.grouping import seconds
from svcflow.mining.mined import find_zone
from svcflow.weighing.changes import WEEKS, Change, find_changes, measure_bucket
from svcflow.weighing.claims import CHANGE, SHARP, Ground, survey
from svcflow.weighing.drafts import Draft, Evidence, Limits, count_cases, spread, write_findings
from svcflow.weighing.flows import Shift, Starts, find_shifts, lay_out_starts

DEFINITION = "drift"
UNSERVED = "what changed must be known first: who decided it, and why"
TITLE = {
    "en": "The process changed at {from} around {since}: {cost} since then",
    "zh": "约 {since} 起“{from}”发生变化：此后多耗 {cost}",
}
CHANCE = 1e-4
SIDE = 3
EACH = 10


def detect(
    log: Log,
    mined: Mined,
    *,
    points: float = 0.15,
    min_count: int = 50,
    min_cases: int = 20,
    min_share: float = 0.01,
    most: int = 5,
) -> list[Finding]:
    """Return one finding for each activity at which the process changed."""
    if not log.instances:
        return []
    ground = survey(log, mined)
    found = find_changes(ground, min_count, max(min_share * ground.ours, 1))
    drafts = [_draft_jump(ground, code, change) for code, change in found.items() if change.kind == "jump"]
    steps = _find_steps(ground, points, min_count)
    drafts += steps + _find_ways(ground, points, min_count, {name for step in steps for name in step.subject.names})
    drafts = [draft for draft in drafts if draft.cases >= min_cases]
    return write_findings(("drift", DEFINITION), drafts, ground, Limits(min_share, most))


def _draft_jump(ground: Ground, code: int, change: Change) -> Draft:
    rows = change.rows[change.late]
    per_case = sum_by_case(ground.case[rows], ground.wait[rows] - change.level, ground.log.cases)
    evidence: Evidence = {"what": "wait", "since": _say_day(ground.log, change.moment)}
    figures: Evidence = {"before_s": seconds(change.level), "after_s": seconds(change.after)}
    return Draft(
        Subject("activity", (ground.log.activities[code],)),
        rows,
        spread(ground.wait[rows], float(per_case.sum())),
        count_cases(ground, rows),
        len(rows),
        evidence | figures,
        per_case=per_case,
        apart=("wait",),
        turn=CHANGE,
    )


def _find_steps(ground: Ground, points: float, min_count: int) -> list[Draft]:
    """Return the activities that come in more cases from one week on."""
    log = ground.log
    began = np.minimum.reduceat(log.start, log.offsets[:-1])
    end = int(log.time.max()) - int(np.quantile(ground.mined.cases.cycle, 0.95))
    bucket = measure_bucket(log)
    week = (began - int(began.min())) // bucket
    seen = began <= end
    weeks = int(week[seen].max()) + 1 if seen.any() else 0
    if weeks < WEEKS:
        return []
    cases = np.bincount(week[seen], minlength=weeks).astype(np.float64)
    shown = np.unique(ground.case * len(log.activities) + log.activity)
    case, activity = np.divmod(shown, len(log.activities))
    case, activity = case[seen[case]], activity[seen[case]]
    table = np.zeros((len(log.activities), weeks))
    np.add.at(table, (activity, week[case]), 1)
    found = []
    for code in np.flatnonzero(table.sum(axis=1) >= min_count).tolist():
        split = _split(table[code], cases, tried=len(log.activities) * weeks)
        if split is not None and split[2] - split[1] >= points:
            found.append(_draft_step(ground, code, split, (began, int(began.min()) + split[0] * bucket)))
    return [draft for draft in found if draft is not None]


def _split(with_it: NDArray[np.float64], cases: NDArray[np.float64], tried: int) -> tuple[int, float, float] | None:
    """Return the week from which on more cases have an activity, and the shares before and after."""
    have, all_ = np.cumsum(with_it)[:-1], np.cumsum(cases)[:-1]
    rest_have, rest = with_it.sum() - have, cases.sum() - all_
    usable = (all_ >= EACH * SIDE) & (rest >= EACH * SIDE)
    usable[: SIDE - 1] = False
    usable[len(usable) - SIDE + 1 :] = False
    if not usable.any():
        return None
    share = with_it.sum() / cases.sum()
    spread_ = share * (1 - share) * (1 / np.maximum(all_, 1) + 1 / np.maximum(rest, 1))
    z = (rest_have / np.maximum(rest, 1) - have / np.maximum(all_, 1)) / np.sqrt(np.maximum(spread_, 1e-12))
    border = int(np.where(usable, z, -np.inf).argmax())
    if z[border] <= 0 or tried * math.erfc(z[border] / math.sqrt(2)) > CHANCE:
        return None
    return border + 1, float(have[border] / all_[border]), float(rest_have[border] / rest[border])


def _draft_step(
    ground: Ground, code: int, split: tuple[int, float, float], of: tuple[NDArray[np.int64], int]
) -> Draft | None:
    """Return what the cases since then wait before the activity more than they would at the share before."""
    began, moment = of
    _, before, after = split
    rows = np.flatnonzero((ground.log.activity == code) & ground.open & (began[ground.case] >= moment))
    if not len(rows):
        return None
    return Draft(
        Subject("activity", (ground.log.activities[code],)),
        rows,
        spread(ground.wait[rows], float(ground.wait[rows].sum()) * (1 - before / after)),
        count_cases(ground, rows),
        len(rows),
        {"what": "step", "since": _say_day(ground.log, moment), "share_before": before, "share_after": after},
        apart=("step",),
        turn=SHARP,
    )


def _find_ways(ground: Ground, points: float, min_count: int, told: set[str]) -> list[Draft]:
    """Return the moments since which more cases go some way, but for ways over the steps that are told already."""
    starts = lay_out_starts(ground)
    if starts is None:
        return []
    log = ground.log
    known = [code for code, name in enumerate(log.activities.texts) if name in told]
    found = []
    for shift in find_shifts(ground, starts, points, min_count):
        source, target = np.divmod(shift.pairs, len(log.activities))
        new = ~np.isin(source, known) & ~np.isin(target, known)
        if (new & shift.rose).any():
            found.append(_draft_way(ground, starts, shift, new))
    return found


def _draft_way(ground: Ground, starts: Starts, shift: Shift, new: NDArray[np.bool_]) -> Draft:
    """Return what cases wait on all pairs that changed beyond the mean of the cases before."""
    log, width = ground.log, len(ground.log.activities)
    rows = np.flatnonzero(ground.open & (starts.week[ground.case] >= 0))
    rows = rows[np.isin(log.activity[rows - 1].astype(np.int64) * width + log.activity[rows], shift.pairs[new])]
    spent = np.bincount(ground.case[rows], weights=ground.wait[rows], minlength=log.cases)
    seen, late = starts.week >= 0, starts.began >= shift.moment
    before, after = seen & ~late, seen & late
    usual = float(spent[before].mean())
    weight = np.where(after, 1.0, np.where(before, -int(after.sum()) / int(before.sum()), 0.0))
    per_case = np.rint(weight * (spent - usual)).astype(np.int64)
    held = rows[late[ground.case[rows]]]
    top = int(np.flatnonzero(new & shift.rose)[0])
    fell = np.flatnonzero(new & ~shift.rose)[:1].tolist()
    names = [tuple(log.activities[code] for code in divmod(int(shift.pairs[i]), width)) for i in (top, *fell)]
    evidence: Evidence = {"what": "way", "since": _say_day(log, shift.moment), "pairs": int(new.sum())}
    if fell:
        evidence["instead"] = " → ".join(names[1])
    return Draft(
        Subject("pair", names[0]),
        held,
        spread(ground.wait[held], float(per_case.sum())),
        count_cases(ground, held) if len(held) else 0,
        len(held),
        evidence | {"share_before": float(shift.before[top]), "share_after": float(shift.after[top])},
        per_case=per_case,
        apart=("way",),
        turn=SHARP,
    )


def _say_day(log: Log, moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, tz=find_zone(log.zone)).date().isoformat()
