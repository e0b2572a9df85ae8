"""Which columns say who did it, for which team, in which role."""

from __future__ import annotations

from svcflow.eventlog.roles.assignment import Assignment, Candidate, list_others, rank
from svcflow.eventlog.roles.evidence import EMPTY_WORDS, Cases, Profile
from svcflow.eventlog.roles.values import hold_persons


def guess_people(role: str, profiles: list[Profile], result: Assignment, cases: Cases | None) -> None:
    """Give one of the roles of people to the best column; names of persons are known without a name above."""
    weighed = []
    for candidate in rank(role, profiles, result.taken):
        profile = candidate.profile
        if profile.is_time or all(text.strip().lower() in EMPTY_WORDS for text in profile.sample):
            continue
        score, reason = candidate.score, f"{candidate.reason}; {profile.encoded.distinct:,} values"
        if role == "team":
            lines = profile.line_share()
            score += 50 * lines - 20 * float(profile.encoded.missing().mean())
            reason += f", {lines:.0%} of them end in a support line" if lines > 0.1 else ""
        weighed.append(Candidate(score, profile, reason))
    weighed.sort(key=lambda candidate: -candidate.score)
    if not weighed and role == "resource" and cases:
        weighed = _find_persons(profiles, result, cases)
    if weighed:
        result.give(role, (weighed[0].name,), weighed[0].reason, list_others(weighed, weighed[0]))


def _find_persons(profiles: list[Profile], result: Assignment, cases: Cases) -> list[Candidate]:
    """Return the column whose values are names of persons that change within cases, where there is only one."""
    found = []
    for profile in profiles:
        if profile.name in result.taken or profile.is_time or profile.is_number or not profile.sample:
            continue
        distinct, share = profile.encoded.distinct, cases.variation(profile.source, profile.name)
        texts = [text for text in profile.encoded.texts[:200] if text is not None]
        if share >= 0.2 and 2 * distinct < profile.source.table.rows and hold_persons(texts):
            found.append(Candidate(1, profile, f"{distinct:,} names of persons, changing in {share:.0%} of cases"))
    return found if len(found) == 1 else []
