"""A step that some cases take and others, on the same way, do without.

**What.** Variants that differ by exactly one step, and what the cases with it take longer from the step before to the
step after.

**How.** A variant of at least `min_steps` steps and one that has a single step more are the same way with an extra
step, if the shorter one has at least half as many cases: a third do without. A step between two neighbours that
`min_cases` cases of such variants have is extra; it is then measured in all cases that do it once between these two.
The cost is the *excess*: the way over the extra step less the mean of the direct way between the same two neighbours,
summed. Steps that stand in the case elsewhere are rework, no extra steps; steps of somebody outside are not counted.

**Source.** metrics.md 3; at least 10 cases and 7 steps as in ServiceNow's public documentation of extra steps.

**Limits.** The step may be needed in just these cases: the definition says so (`when:`), the log does not.

**Options.** `min_steps` of the shorter variant, `min_count` extra steps, `min_cases` cases with it, `min_share` of
the provider's waiting, `most` findings.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.costs import sum_by_case
from svcflow.weighing.claims import CAUSE, Ground, survey
from svcflow.weighing.drafts import Draft, Evidence, Limits, count_cases, spread, write_findings

DEFINITION = "extra-step"
TITLE = {
    "en": "{cases} cases take the extra step {from}: {cost} longer",
    "zh": "{cases} 件工单多走一步“{from}”：多耗 {cost}",
}
LONGEST = 60
DIRECT = 20
"""Fewer direct ways than this give no baseline."""
WITHOUT = 0.5
"""Where fewer cases do without a step, as a multiple of those with it, it is the rule."""
Detour = tuple[int, int, int]


def detect(
    log: Log,
    mined: Mined,
    *,
    min_steps: int = 7,
    min_count: int = 10,
    min_cases: int = 10,
    min_share: float = 0.01,
    most: int = 5,
) -> list[Finding]:
    """Return one finding for each extra step."""
    ground = survey(log, mined)
    found: dict[int, list[Way]] = defaultdict(list)
    for detour, variants in _find_detours(mined, min_steps).items():
        if int(mined.variants.count[variants].sum()) >= min_cases:
            way = _measure(ground, detour)
            found[detour[1]] += [way] if way is not None else []
    drafts = [_draft(ground, step, ways) for step, ways in found.items() if ways]
    drafts = [draft for draft in drafts if draft.count >= min_count and draft.cases >= min_cases]
    return write_findings(("extra-step", DEFINITION), drafts, ground, Limits(min_share, most))


def _find_detours(mined: Mined, min_steps: int) -> dict[Detour, list[int]]:
    """Return the variants with one step more than one about as common, by that step and its neighbours."""
    table = mined.variants
    counts = table.count.tolist()
    known = {tuple(sequence): i for i, sequence in enumerate(table.sequences) if min_steps <= len(sequence) < LONGEST}
    sizes = {len(sequence) for sequence in known}
    found: dict[Detour, list[int]] = defaultdict(list)
    for i, sequence in enumerate(table.sequences):
        if len(sequence) - 1 not in sizes or len(sequence) > LONGEST:
            continue
        whole = tuple(sequence)
        for place in range(1, len(whole) - 1):
            if whole.count(whole[place]) > 1:
                continue
            shorter = known.get(whole[:place] + whole[place + 1 :])
            if shorter is not None and counts[shorter] >= WITHOUT * counts[i]:
                found[whole[place - 1], whole[place], whole[place + 1]].append(i)
    return found


@dataclass(frozen=True, slots=True)
class Way:
    """The ways over an extra step between two neighbours: its rows, and by how much each way is longer (ms)."""

    names: tuple[str, str]
    rows: NDArray[np.int64]
    excess: NDArray[np.float64]
    direct: int


def _measure(ground: Ground, detour: Detour) -> Way | None:
    """Return what the way over a step takes beyond the direct way; ``None`` where too few take that."""
    log = ground.log
    before, step, after = detour
    rows = np.flatnonzero(log.activity == step)
    rows = rows[np.bincount(ground.case[rows], minlength=log.cases)[ground.case[rows]] == 1]
    rows = rows[(rows > 0) & (rows < log.instances - 1)]
    rows = rows[(log.activity[rows - 1] == before) & (log.activity[rows + 1] == after)]
    rows = rows[(ground.case[rows - 1] == ground.case[rows]) & (ground.case[rows + 1] == ground.case[rows])]
    direct = np.flatnonzero((log.activity[:-1] == before) & (log.activity[1:] == after)) + 1
    direct = direct[ground.case[direct] == ground.case[direct - 1]]
    if len(direct) < DIRECT or count_cases(ground, direct) < WITHOUT * count_cases(ground, rows):
        return None
    open_ = np.where(ground.open, ground.wait, 0)
    if not ground.open[np.concatenate([rows, rows + 1])].any():
        return None
    excess = open_[rows] + open_[rows + 1] - float(ground.wait[direct].mean())
    return Way((log.activities[before], log.activities[after]), rows, excess, len(direct))


def _draft(ground: Ground, step: int, ways: list[Way]) -> Draft:
    """Return the finding about an extra step, whatever it stands between."""
    log = ground.log
    rows = np.concatenate([way.rows for way in ways])
    per_case = sum_by_case(ground.case[rows], np.concatenate([way.excess for way in ways]), log.cases)
    both = np.unique(np.concatenate([rows, rows + 1]))
    both = both[ground.open[both]]
    first = max(ways, key=lambda way: len(way.rows))
    evidence: Evidence = {"before": first.names[0], "after": first.names[1]}
    return Draft(
        Subject("activity", (log.activities[step],)),
        both,
        spread(ground.wait[both], float(per_case.sum())),
        count_cases(ground, rows),
        len(rows),
        {**evidence, "direct_count": sum(way.direct for way in ways)},
        per_case=per_case,
        turn=CAUSE,
    )
