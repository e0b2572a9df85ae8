"""A recommendation put together: what a remedy found, in words, with its patch and its effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from svcflow.definitions.durations import write_duration
from svcflow.findings import Effect, Finding, Recommendation

Text = dict[str, str]
_UNITS = {"m": "分钟", "h": "小时", "d": "天", "w": "周"}


@dataclass(frozen=True, slots=True)
class Words:
    """What a recommendation says to people: by language, each with the figures of its finding."""

    title: Text
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


def say(en: str, zh: str) -> Text:
    """Return a text in both languages."""
    return {"en": en, "zh": zh}


def name_target(seconds: int) -> Text:
    """Return a target as people say it.

    >>> name_target(7200), name_target(1_209_600)
    ({'en': '2h', 'zh': '2 小时'}, {'en': '2w', 'zh': '2 周'})
    """
    en = write_duration(seconds)
    return say(en, f"{en[:-1]} {_UNITS[en[-1]]}")


def name_subject(finding: Finding) -> Text:
    """Return what a finding is about; people are not named, a recommendation is about the work."""
    if finding.subject.kind == "resource-pair":
        return say("between two people", "两人之间")
    return say(str(finding.subject), str(finding.subject))


def propose(
    remedy: Remedy, finding: Finding, words: Words, *, patch: str | None, owner: str | None, effects: tuple[Effect, ...]
) -> Recommendation:
    """Return the recommendation of `remedy` for `finding`."""
    return Recommendation(
        id=f"{finding.id}/{remedy.id}",
        finding=finding.id,
        remedy=remedy.id,
        heuristic=remedy.heuristic,
        title=words.title,
        patch=patch,
        owner=owner,
        effort=remedy.effort,
        risks=words.risks,
        check=words.check,
        rollback=words.rollback,
        wave=remedy.wave,
        effects=effects,
    )
