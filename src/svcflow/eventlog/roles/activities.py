"""Which column says what happened."""

from __future__ import annotations

from svcflow.eventlog.instances import WORDS
from svcflow.eventlog.roles.assignment import ENOUGH, PEOPLE, STRONG, Assignment, Candidate, list_others, rank
from svcflow.eventlog.roles.evidence import Cases, Profile
from svcflow.eventlog.roles.lexicon import weigh
from svcflow.eventlog.roles.transitions import plain
from svcflow.eventlog.roles.values import hold_persons, hold_states


def guess_activity(profiles: list[Profile], result: Assignment, cases: Cases | None) -> None:
    """Give the role of the activity to the best column; without names only where contents leave one."""
    weighed = []
    for candidate in rank("activity", profiles, result.taken):
        profile = candidate.profile
        if (
            profile.is_time
            or not profile.sample
            or (candidate.score < STRONG and (profile.is_number or result.register))
        ):
            continue
        if max(weigh(profile.name, role)[0] for role in PEOPLE) > candidate.score:
            continue
        if not cases:
            weighed.append(candidate)
            continue
        share = cases.variation(profile.source, profile.name)
        if candidate.score < STRONG and share < 0.05:
            continue
        reason = f"{candidate.reason}; {profile.encoded.distinct:,} values, changing in {share:.0%} of cases"
        weighed.append(Candidate(candidate.score - (20 if share < 0.05 else 0), profile, reason))
    weighed.sort(key=lambda candidate: -candidate.score)
    if not weighed and cases and not result.register:
        weighed = _sift(_varied(profiles, result, cases))
        if len(weighed) != 1:
            return
    if weighed:
        result.give("activity", (weighed[0].name,), weighed[0].reason, list_others(weighed, weighed[0]))


def _varied(profiles: list[Profile], result: Assignment, cases: Cases) -> list[Candidate]:
    """Return columns that could be activities by their contents alone: few words, changing within most cases."""
    found = []
    for profile in profiles:
        if profile.name in result.taken or profile.is_time or profile.is_number or not profile.sample:
            continue
        if any(weigh(profile.name, role)[0] >= ENOUGH for role in ("case", *PEOPLE)):
            continue
        if {plain(text) for text in profile.sample} <= WORDS.keys():
            continue
        distinct, share = profile.encoded.distinct, cases.variation(profile.source, profile.name)
        if 2 <= distinct <= max(30, profile.source.table.rows // 20) and share >= 0.5:
            found.append(Candidate(share, profile, f"{distinct:,} words, changing in {share:.0%} of cases"))
    return found


def _sift(found: list[Candidate]) -> list[Candidate]:
    """Return of several columns without a name the one whose values are states, or the one that holds no persons."""
    if len(found) < 2:
        return found
    texts = {c.name: [text for text in c.profile.encoded.texts if text is not None] for c in found}
    states = [c for c in found if hold_states(texts[c.name])]
    if len(states) == 1:
        return [Candidate(c.score, c.profile, f"{c.reason}, states of a case by their words") for c in states]
    return [c for c in found if not hold_persons(texts[c.name])]
