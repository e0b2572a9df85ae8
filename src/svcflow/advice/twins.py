"""Several remedies for the same lost time: the better one is kept and names the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from svcflow.advice.proposal import Proposal
from svcflow.advice.worth import measure_gains
from svcflow.findings import Recommendation

SHARED = 0.8
"""From this share of its savings on, a proposal saves little that another one for the same finding does not."""

MUTUAL = 0.7
"""From this share of the larger savings on, two proposals for different findings save the same."""

ALIKE = 0.9
"""From this share of its gain on, the lesser of two may be preferred."""

HOPED = 0.75
"""So much of it where the greater is a target and no more."""

_EFFORT = {"small": 0, "medium": 1, "large": 2}


def drop_twins(ranked: Sequence[Proposal]) -> list[Proposal]:
    """Return the proposals without those that save what one above them saves already; the best come first.

    Where two save nearly the same, the one with a patch and less effort is the better.
    """
    kept: list[Proposal] = []
    others: dict[int, list[Recommendation]] = {}
    for proposal in ranked:
        place = next((n for n, above in enumerate(kept) if _is_twin(above, proposal)), None)
        if place is None:
            kept.append(proposal)
            continue
        better, worse = kept[place], proposal
        if _is_easier(worse, better):
            better, worse = worse, better
        kept[place] = better
        others.setdefault(place, []).append(worse.recommendation)
    return [replace(p, recommendation=_name_others(p.recommendation, others.get(n, []))) for n, p in enumerate(kept)]


def _is_twin(above: Proposal, proposal: Proposal) -> bool:
    """Return whether the two are one change, have one patch, or save the same time.

    For one finding the lesser must save little that the other does not; for two, either little that the other does not.
    """
    first, second = above.recommendation, proposal.recommendation
    if first.title == second.title or (first.patch is not None and first.patch == second.patch):
        return True
    most, whole = int(above.saved.sum()), int(proposal.saved.sum())
    both = int(np.minimum(above.saved, proposal.saved).sum())
    needed = SHARED * whole if first.finding == second.finding else MUTUAL * max(most, whole)
    return whole > 0 and both >= needed


def _is_easier(proposal: Proposal, above: Proposal) -> bool:
    """Return whether `proposal` gains nearly as much as `above` and is easier to adopt.

    A target alone is a hope that people keep it: it goes behind what changes the work, unless that is a large project.
    """
    most, gain = (measure_gains(p.recommendation) or (0.0, 0.0) for p in (above, proposal))
    hopes = [p.recommendation.heuristic == "control addition" for p in (above, proposal)]
    least = HOPED if hopes[0] and not hopes[1] else ALIKE
    alike = gain[0] >= least * most[0] and gain[1] >= least * most[1]
    if hopes[0] != hopes[1]:
        other = proposal if hopes[0] else above
        return alike and (hopes[0] == (other.recommendation.effort != "large"))
    return alike and _toil(proposal.recommendation) < _toil(above.recommendation)


def _toil(recommendation: Recommendation) -> tuple[bool, int]:
    return recommendation.patch is None, _EFFORT[recommendation.effort]


def _name_others(kept: Recommendation, others: Sequence[Recommendation]) -> Recommendation:
    """Return a recommendation that names, once each, what would save the same time."""
    titles = {other.title["en"]: other.title for other in others if other.title != kept.title}
    if not titles:
        return kept
    en, zh = ("; ".join(f'"{t["en"]}"' for t in titles.values()), "、".join(f"「{t['zh']}」" for t in titles.values()))
    reason = {"en": f"{kept.reason['en']} Instead of it: {en}.", "zh": f"{kept.reason['zh']}替代方案：{zh}。"}
    return replace(kept, reason=reason)
