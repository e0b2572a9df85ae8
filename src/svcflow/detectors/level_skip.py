"""Cases that skip a line of support: from the first straight to the third.

**What.** Handovers from a line to one that is two or more above it, and what they cost.

**How.** The line of a team is as the organisation says, else as the names of the teams show. The cost is the *excess*
of the wait at such a handover over the mean wait where the same activity begins after a handover to the next line, or
without one; where the log has fewer than 20 of those, the whole wait (``basis`` says which).

**Source.** metrics.md 4: push to front, no line is skipped.

**Limits.** Some matters belong to a higher line at once: the definition says which. Needs lines.

**Options.** `min_count` skips, `min_cases` cases, `min_share` of the provider's waiting, `most` findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.costs import sum_by_case
from svcflow.mining.levels import find_lines
from svcflow.mining.routing import trace_routes
from svcflow.weighing.claims import SHARP, Ground, survey
from svcflow.weighing.drafts import Draft, Limits, count_cases, spread, write_findings

if TYPE_CHECKING:
    from svcflow.definitions.model import Workspace

DEFINITION = "level-skip"
TITLE = {
    "en": "{cases} cases skip a line of support, from {from} to {to}: {cost}",
    "zh": "{cases} 件工单越级，由“{from}”直达“{to}”：{cost}",
}
STAYED = 20


def detect(
    log: Log,
    mined: Mined,
    workspace: Workspace | None = None,
    *,
    min_count: int = 20,
    min_cases: int = 20,
    min_share: float = 0.005,
    most: int = 5,
) -> list[Finding]:
    """Return one finding for each team that cases come to past a line; the commonest sender is named."""
    levels = find_lines(log.teams, workspace.organisation if workspace else None)
    if levels is None:
        return []
    ground = survey(log, mined)
    routes = trace_routes(log.batch(0, log.cases), log.team, mined.waits.machines_array)
    heights = levels.heights[levels.of_team].astype(np.int64)
    received = routes.received
    source, target = routes.holder[received - 1].astype(np.int64), routes.holder[received].astype(np.int64)
    climb = np.where((heights[source] > 0) & (heights[target] > 0), heights[target] - heights[source], 0)
    rows = routes.row[received]
    usual = np.setdiff1d(np.flatnonzero(ground.open), rows[climb > 1])
    drafts = []
    for team in np.unique(target[climb > 1]).tolist():
        here = (target == team) & (climb > 1) & ground.open[rows]
        at = rows[here]
        if len(at) >= min_count and count_cases(ground, at) >= min_cases:
            names = (log.teams[int(np.bincount(source[here]).argmax())], log.teams[team])
            drafts.append(_measure(ground, names, at, usual))
    return write_findings(("level-skip", DEFINITION), drafts, ground, Limits(min_share, most))


def _measure(ground: Ground, names: tuple[str, ...], at: NDArray[np.int64], usual: NDArray[np.int64]) -> Draft:
    """Return the excess of these waits over those before the same activities elsewhere."""
    log = ground.log
    width = len(log.activities)
    counts = np.bincount(log.activity[usual], minlength=width)
    means = np.bincount(log.activity[usual], weights=ground.wait[usual], minlength=width) / np.maximum(counts, 1)
    compared = counts[log.activity[at]] >= STAYED
    basis = "excess" if 2 * int(compared.sum()) >= len(at) else "delay"
    if basis == "excess":
        at = at[compared]
    base = means[log.activity[at]] if basis == "excess" else np.zeros(len(at))
    per_case = sum_by_case(ground.case[at], ground.wait[at] - base, log.cases)
    amounts = spread(ground.wait[at], float(per_case.sum()))
    subject = Subject("team-pair", names)
    cases = count_cases(ground, at)
    return Draft(subject, at, amounts, cases, len(at), {"basis": basis}, per_case=per_case, turn=SHARP)
