"""The ordered list of recommendations: every remedy that fits a finding, the largest measured effect first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from svcflow import plugins
from svcflow.advice import remedies
from svcflow.advice.context import Context
from svcflow.advice.judging import Bench, Mode, judge
from svcflow.advice.patch import list_places
from svcflow.advice.proposal import Proposal
from svcflow.advice.standing import stands_out
from svcflow.advice.twins import drop_twins
from svcflow.advice.worth import is_worthwhile, measure_gains
from svcflow.definitions.model import Workspace
from svcflow.detectors import read_sides
from svcflow.estimation.fitness import explain_misfit
from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Recommendation
from svcflow.replay.chain import Rows, link
from svcflow.replay.spans import list_spans

if TYPE_CHECKING:
    from svcflow.execution import Runs
    from svcflow.mining import Mined

MOST = 7


def recommend(  # noqa: PLR0917 - the contract's call
    findings: Iterable[Finding],
    log: Log,
    mined: Mined,
    workspace: Workspace | None = None,
    runs: Runs | None = None,
    *,
    seed: int = 0,
    most: int | None = MOST,
    simulate: Mode = "never",
) -> tuple[Recommendation, ...]:
    """Return what to change, most worthwhile first: work before timers, measured effects before unmeasured ones.

    `runs` spares finding out again which process judges which case; `most` is how many to return, ``None`` for all.
    Without a workspace no recommendation has a patch. Left out is what is usual in a process (see `standing`), a
    remedy that the definition says already or forbids, one whose interval has no gain in any metric, and one that
    saves the same time as a better one, which then names it. With `simulate` ``auto`` queues are simulated where the
    gates allow it; else all effects are bounds of a replay. Definitions that do not fit the log, as `runs` shows, are
    left aside. Without findings there is nothing to recommend.
    """
    found = tuple(findings)
    if not found or not log.cases:
        return ()
    if explain_misfit(runs) is not None:
        workspace = runs = None
    chain = link(log, mined.waits.machines_array)
    addressable = _mark_addressable(log, mined, workspace)
    context = Context(chain, list_spans(chain, mined), addressable, workspace, runs, seed)
    proposals = judge(_propose(found, context), Bench(context, mined, simulate))
    ranked = sorted((p for p in proposals if is_worthwhile(p.recommendation)), key=_rank)
    chosen = sorted(drop_twins(ranked), key=_rank)[:most]
    return _note_conflicts([proposal.recommendation for proposal in chosen])


def _propose(findings: Sequence[Finding], context: Context) -> list[Proposal]:
    modules = plugins.find(remedies).values()
    return [
        proposed
        for finding in findings
        if stands_out(finding, context)
        for remedy in modules
        if finding.detector in remedy.DETECTORS and (proposed := remedy.propose(finding, context)) is not None
    ]


def _rank(proposal: Proposal) -> tuple[bool, bool, float, float, float, str]:
    finding, recommendation = proposal.finding, proposal.recommendation
    gains = measure_gains(recommendation)
    to_resolve, to_close = gains or (0.0, 0.0)
    return finding.timer, gains is None, -to_resolve, -to_close, -finding.cost_s, recommendation.id


def _mark_addressable(log: Log, mined: Mined, workspace: Workspace | None) -> Rows:
    """Return the rows before which somebody here could shorten the wait, as the detectors see it."""
    waits = mined.waits if workspace is None else mined.waits.with_sides(log, read_sides(workspace, log))
    rows = np.zeros(log.instances, dtype=np.bool_)
    rows[waits.row] = waits.addressable
    return rows


def _note_conflicts(ranked: Sequence[Recommendation]) -> tuple[Recommendation, ...]:
    """Say of a patch that touches a line which one above it touches that they do not go together, and put it later."""
    owner: dict[tuple[str, int], int] = {}
    noted = []
    for number, recommendation in enumerate(ranked, 1):
        places = list(list_places(recommendation.patch or ""))
        rivals = sorted({owner[place] for place in places if place in owner})
        for place in places:
            owner.setdefault(place, number)
        noted.append(_warn(recommendation, rivals) if rivals else recommendation)
    return tuple(noted)


def _warn(recommendation: Recommendation, rivals: Sequence[int]) -> Recommendation:
    numbers = ", ".join(map(str, rivals))
    risks = {
        "en": f"{recommendation.risks['en']} Touches the same lines as number {numbers}: adopt one, then ask again.",
        "zh": f"{recommendation.risks['zh']}与第 {numbers} 项修改相同的行：先采用一项，再重新运行。",
    }
    return replace(recommendation, risks=risks, wave=recommendation.wave + 1)
