"""A recommendation put together: what a remedy found, in words, with its patch and the what-if it amounts to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from svcflow.advice.context import Context, Place
from svcflow.advice.evidence import gather_evidence
from svcflow.advice.naming import Text
from svcflow.eventlog.log import Millis
from svcflow.findings import Finding, Kind, Recommendation
from svcflow.whatif import Change
from svcflow.whatif.plain import to_plain

NO_CHANGE: Text = {
    "en": "no time of the log follows from it: it keeps what is agreed from being forgotten",
    "zh": "日志时间不因此改变：其作用是避免遗忘已约定的事项",
}
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
    silence: Text = field(default_factory=lambda: NO_CHANGE)
    """Why there is no figure, where there are no changes."""


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
    silence: Text = NO_CHANGE,
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
        check=words.check if context.workspace else _say_without(words.check, _COMMAND),
        rollback=words.rollback if patch else _say_without(words.rollback, _TAKEN_BACK),
        wave=remedy.wave,
        kind=_choose_kind(remedy, patch, context),
        changes=tuple(to_plain(change) for change in changes),
        evidence=gather_evidence(finding, context),
    )
    nothing = np.zeros(context.log.instances, dtype=np.int64)
    return Proposal(finding, remedy, recommendation, changes, assumption, place, nothing, silence)


def _add_critical(reason: Text, finding: Finding, context: Context) -> Text:
    """Return a reason that says which share of the cycle time lies on what the finding is about."""
    share = context.measure_critical(finding)
    if share is None:
        return reason
    en, zh = share.say()
    return {"en": f"{reason['en']} {en}", "zh": f"{reason['zh']}{zh}"}


_COMMAND = {"svcflow execute WORKSPACE NEW_LOG": "svcflow mine NEW_LOG"}
_TAKEN_BACK = {" (git apply -R)": "", "（git apply -R）": ""}
"""What is not said where there is no definition, and where there is no patch."""


def _say_without(text: Text, instead: Mapping[str, str]) -> Text:
    for said, better in instead.items():
        text = {lang: told.replace(said, better) for lang, told in text.items()}
    return text


def _choose_kind(remedy: Remedy, patch: str | None, context: Context) -> Kind:
    """Return where a change is made: what a definition says already is a matter of how people work."""
    edited = remedy.kind in {"definition", "organisation"}
    return "practice" if edited and patch is None and context.workspace is not None else remedy.kind
