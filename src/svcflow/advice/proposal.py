"""A recommendation put together: what a remedy found, in words, with its patch and the what-if it amounts to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from svcflow.advice.context import Context, Place
from svcflow.advice.evidence import gather_evidence
from svcflow.advice.naming import Text
from svcflow.eventlog.log import Millis
from svcflow.findings import Finding, Kind, Recommendation
from svcflow.whatif import Change
from svcflow.whatif.plain import to_plain

NOTHING: Text = {"en": "", "zh": ""}
"""Where a change assumes nothing of its own."""


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
    """What is known of a remedy before it meets a finding; `wave` 1 comes first.

    `presupposes` are the remedies that should be adopted before it where both are about the same work.
    """

    id: str
    heuristic: str
    effort: Literal["small", "medium", "large"]
    wave: int
    kind: Kind = "definition"
    presupposes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A recommendation for a finding, its changes with what they assume, and what it takes from each row of the log.

    `place` is the step on whose clock the gain is told too. `saved` is in milliseconds; zero until it is judged.
    """

    finding: Finding
    remedy: Remedy
    recommendation: Recommendation
    changes: tuple[Change, ...]
    assumption: Text
    place: Place | None
    saved: Millis


def propose(  # noqa: PLR0913 - what a recommendation is made of
    remedy: Remedy,
    finding: Finding,
    words: Words,
    context: Context,
    *,
    patch: str | None = None,
    place: Place | None = None,
    owner: str | None = None,
    changes: tuple[Change, ...] = (),
    assumption: Text = NOTHING,
) -> Proposal:
    """Return the proposal of `remedy` for `finding`; its owner is that of the process where nobody else is named."""
    recommendation = Recommendation(
        id=f"{finding.id}/{remedy.id}",
        finding=finding.id,
        remedy=remedy.id,
        heuristic=remedy.heuristic,
        title=words.title,
        reason=_add_critical(words.reason, finding, context),
        patch=patch,
        owner=owner or (place.process.owner if place else context.find_owner()),
        effort=remedy.effort,
        risks=words.risks,
        check=words.check,
        rollback=words.rollback,
        wave=remedy.wave,
        kind=_choose_kind(remedy, patch, context),
        changes=tuple(to_plain(change) for change in changes),
        evidence=gather_evidence(finding, context),
    )
    nothing = np.zeros(context.log.instances, dtype=np.int64)
    return Proposal(finding, remedy, recommendation, changes, assumption, place, nothing)


def _add_critical(reason: Text, finding: Finding, context: Context) -> Text:
    """Return a reason that says which share of the cycle time lies on what the finding is about."""
    share = context.measure_critical(finding)
    if share is None:
        return reason
    en, zh = share.say()
    return {"en": f"{reason['en']} {en}", "zh": f"{reason['zh']}{zh}"}


def _choose_kind(remedy: Remedy, patch: str | None, context: Context) -> Kind:
    """Return where a change is made: what a definition says already is a matter of how people work."""
    edited = remedy.kind in {"definition", "organisation"}
    return "practice" if edited and patch is None and context.workspace is not None else remedy.kind
