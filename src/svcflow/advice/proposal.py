"""A recommendation put together: what a remedy found, in words, with its patch and its effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from svcflow.advice.naming import Text
from svcflow.eventlog.log import Millis
from svcflow.findings import Finding, Recommendation
from svcflow.replay.effect import Estimate


@dataclass(frozen=True, slots=True)
class Words:
    """What a recommendation says to people, by language: the change, what was measured, and how to live with it."""

    title: Text
    reason: Text
    risks: Text
    check: Text
    rollback: Text


@dataclass(frozen=True, slots=True)
class Remedy:
    """What is known of a remedy before it meets a finding; `wave` 1 comes first."""

    id: str
    heuristic: str
    effort: Literal["small", "medium", "large"]
    wave: int


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A recommendation for a finding, and what it would take from each row of the log, in milliseconds."""

    finding: Finding
    recommendation: Recommendation
    saved: Millis


def propose(
    remedy: Remedy, finding: Finding, words: Words, *, patch: str | None, owner: str | None, estimate: Estimate
) -> Proposal:
    """Return the proposal of `remedy` for `finding`."""
    recommendation = Recommendation(
        id=f"{finding.id}/{remedy.id}",
        finding=finding.id,
        remedy=remedy.id,
        heuristic=remedy.heuristic,
        title=words.title,
        reason=words.reason,
        patch=patch,
        owner=owner,
        effort=remedy.effort,
        risks=words.risks,
        check=words.check,
        rollback=words.rollback,
        wave=remedy.wave,
        effects=estimate.effects,
    )
    return Proposal(finding, recommendation, estimate.saved)
