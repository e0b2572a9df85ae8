"""The ordered list of recommendations: every remedy that fits a finding, the largest measured effect first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from svcflow import plugins
from svcflow.advice import remedies
from svcflow.advice.chain import Rows, link
from svcflow.advice.context import Context
from svcflow.advice.patch import list_places
from svcflow.definitions.model import Workspace
from svcflow.detectors import read_sides
from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Recommendation

if TYPE_CHECKING:
    from svcflow.execution import Runs
    from svcflow.mining import Mined

LEAST_GAIN = 0.001


def recommend(  # noqa: PLR0917 - the contract's call
    findings: Iterable[Finding],
    log: Log,
    mined: Mined,
    workspace: Workspace | None = None,
    runs: Runs | None = None,
    *,
    seed: int = 0,
) -> tuple[Recommendation, ...]:
    """Return what to change, most worthwhile first: work before timers, measured effects before unmeasured ones.

    `runs` spares finding out again which process judges which case. Without a workspace no recommendation has a
    patch. A remedy that would touch no case, that the definition says already, or whose patch is that of one above
    it, is left out. Without findings there is nothing to recommend.
    """
    found = tuple(findings)
    if not found or not log.cases:
        return ()
    context = Context(link(log), mined.counted, _mark_addressable(log, mined, workspace), workspace, runs, seed)
    modules = plugins.find(remedies).values()
    proposals = [
        (finding, proposed)
        for finding in found
        for remedy in modules
        if finding.detector in remedy.DETECTORS and (proposed := remedy.propose(finding, context)) is not None
    ]
    ranked = sorted(proposals, key=lambda pair: (pair[0].timer, *_rank(pair[1]), -pair[0].cost_s, pair[1].id))
    return _note_conflicts(_drop_twins([recommendation for _, recommendation in ranked if _gains(recommendation)]))


def _mark_addressable(log: Log, mined: Mined, workspace: Workspace | None) -> Rows:
    """Return the rows before which somebody here could shorten the wait, as the detectors see it."""
    waits = mined.waits if workspace is None else mined.waits.with_sides(log, read_sides(workspace, log))
    rows = np.zeros(log.instances, dtype=np.bool_)
    rows[waits.row] = waits.addressable
    return rows


def measure_gain(recommendation: Recommendation) -> float | None:
    """Return by how many hours the mean cycle time falls, ``None`` where no effect could be measured."""
    first = next(iter(recommendation.effects), None)
    return None if first is None or first.after is None else first.before - first.after


def _rank(recommendation: Recommendation) -> tuple[bool, float]:
    gain = measure_gain(recommendation)
    return gain is None, -(gain or 0.0)


def _gains(recommendation: Recommendation) -> bool:
    """Return whether the effect is unknown or more than nothing: below a thousandth of the mean is nothing."""
    gain = measure_gain(recommendation)
    return gain is None or gain >= LEAST_GAIN * recommendation.effects[0].before


def _drop_twins(ranked: Sequence[Recommendation]) -> list[Recommendation]:
    """Keep the first of several recommendations with one patch, or with one title."""
    seen: set[str] = set()
    kept = []
    for recommendation in ranked:
        key = recommendation.patch or recommendation.title["en"]
        if key not in seen:
            seen.add(key)
            kept.append(recommendation)
    return kept


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
