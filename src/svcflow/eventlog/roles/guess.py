"""Decides which column plays which role, and says why."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from svcflow.eventlog.roles.assignment import ENOUGH, STRONG, Assignment, Candidate, list_others, rank
from svcflow.eventlog.roles.evidence import Cases, Profile, Source
from svcflow.eventlog.roles.lexicon import weigh
from svcflow.eventlog.roles.transitions import guess_lifecycle
from svcflow.eventlog.roles.values import hold_persons, hold_states
from svcflow.eventlog.texts import Encoded

RIVAL = 50.0
"""How much the name of a column must say for the case before unique numbers beside it are those of rows."""
PEOPLE = ("resource", "team", "role")


def assign(source: Source, stated: Mapping[str, tuple[str, ...]]) -> Assignment:
    """Find the column of each role. `stated` are roles given by a mapping (an empty tuple: there is none).

    What is not found is left out: see `Assignment.missing`.
    """
    result = Assignment()
    for role, names in stated.items():
        if names:
            result.give(role, names, "stated in the mapping")
    profiles = [Profile(source, name) for name in source.table.names]
    if "case" not in stated:
        _guess_case(profiles, result)
    cases = Cases.choose(source.encoded(result.columns["case"][0]).codes) if "case" in result.columns else None
    result.register = bool(cases and cases.one_row_each)
    if "time" not in stated:
        _guess_times(profiles, result, cases, with_start="start" not in stated)
    if "activity" not in stated:
        _guess_activity(profiles, result, cases)
    if "lifecycle" not in stated:
        guess_lifecycle(profiles, result)
    for role in PEOPLE:
        if role not in stated:
            _guess_people(role, profiles, result, cases)
    return result


def _guess_case(profiles: list[Profile], result: Assignment) -> None:
    named = [c for c in rank("case", profiles, result.taken) if not c.profile.is_time]
    weighed = []
    rows = _rows(profiles)
    rivals = [c for c in named if c.score >= RIVAL and c.profile.encoded.distinct < rows]
    for candidate in named[:6]:
        encoded = candidate.profile.encoded
        score = candidate.score
        if rows > 1:
            score -= 45 if encoded.distinct == rows and rivals else 0  # the number of a row, not of a case
            score -= 40 if encoded.distinct == 1 or _covers(encoded) > 0.5 else 0
            score -= 40 if rows >= 400 and encoded.distinct < rows**0.5 / 4 else 0
        reason = f"{candidate.reason}; {encoded.distinct:,} values on {rows:,} rows"
        weighed.append(Candidate(score, candidate.profile, reason))
    weighed.sort(key=lambda candidate: -candidate.score)
    if not weighed:
        weighed = _repeating(profiles, result)
        if len(weighed) != 1:
            return
    result.give("case", (weighed[0].name,), weighed[0].reason, list_others(weighed, weighed[0]))


def _rows(profiles: list[Profile]) -> int:
    """Return the number of rows that the columns have."""
    return profiles[0].source.table.rows if profiles else 0


def _covers(encoded: Encoded) -> float:
    """Return the share of rows that hold the most frequent value, where there are several values."""
    counts = np.bincount(encoded.codes)
    return float(counts.max() / max(1, counts.sum())) if encoded.distinct > 1 and len(encoded.codes) >= 20 else 0.0


def _repeating(profiles: list[Profile], result: Assignment) -> list[Candidate]:
    """Return columns that could be case ids by their contents alone: many values, each on a few rows."""
    found = []
    for profile in profiles:
        rows = profile.source.table.rows
        if profile.name in result.taken or profile.is_time or not profile.sample or rows < 20:
            continue
        if any(weigh(profile.name, role)[0] >= ENOUGH for role in ("activity", "lifecycle", *PEOPLE)):
            continue
        few = rows / max(1, profile.encoded.distinct)
        if 1.5 <= few <= 200 and profile.encoded.distinct >= 5 and not profile.encoded.missing().any():
            reason = f"{profile.encoded.distinct:,} values, each on {few:.1f} rows on average"
            found.append(Candidate(1, profile, reason))
    codes = [c for c in found if not any(" " in text for text in c.profile.sample[:50])]
    return codes or found


def _guess_times(profiles: list[Profile], result: Assignment, cases: Cases | None, *, with_start: bool) -> None:
    times = [p for p in profiles if p.name not in result.taken and p.has_values() and p.is_time]
    if cases and cases.count:
        moving = [p for p in times if cases.variation(p.source, p.name) > 0]
        times = moving or times
    starts = rank("start", times, set())
    named = [c for c in rank("time", times, set()) if not starts or c.name != starts[0].name]
    chosen = named[0] if named else None
    if chosen is None and len(times) == 1:
        chosen = Candidate(1, times[0], "the only column whose values are times")
    if chosen is None:  # what is called a time and is none is told apart by the message, not by silence
        chosen = next((c for c in rank("time", profiles, result.taken) if c.score >= STRONG), None)
    if chosen is None:
        return
    result.give("time", (chosen.name,), chosen.reason, tuple(p.name for p in times if p.name != chosen.name))
    if with_start and starts and starts[0].name != chosen.name:
        result.give("start", (starts[0].name,), starts[0].reason)


def _guess_activity(profiles: list[Profile], result: Assignment, cases: Cases | None) -> None:
    weighed = []
    for candidate in rank("activity", profiles, result.taken):
        profile = candidate.profile
        if (
            profile.is_time
            or not profile.sample
            or (candidate.score < STRONG and (profile.is_number or result.register))
        ):
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


def _guess_people(role: str, profiles: list[Profile], result: Assignment, cases: Cases | None) -> None:
    weighed = []
    for candidate in rank(role, profiles, result.taken):
        profile = candidate.profile
        if profile.is_time or not profile.sample:
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
