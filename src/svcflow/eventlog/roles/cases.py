"""Which column tells the cases apart."""

from __future__ import annotations

import numpy as np

from svcflow.eventlog.roles.assignment import ENOUGH, Assignment, Candidate, list_others, rank
from svcflow.eventlog.roles.evidence import Profile
from svcflow.eventlog.roles.lexicon import weigh
from svcflow.eventlog.texts import Encoded

RIVAL = 50.0
"""How much the name of a column must say for the case before unique numbers beside it are those of rows."""
OTHERS = ("activity", "lifecycle", "resource", "team", "role")


def guess_case(profiles: list[Profile], result: Assignment) -> None:
    """Give the role of the case to the best column; a number that differs on every row is that of the row."""
    named = [c for c in rank("case", profiles, result.taken) if not c.profile.is_time]
    weighed = []
    rows = count_rows(profiles)
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
        weighed = _repeating(profiles, result) or _unrepeated(profiles, result)
        if len(weighed) != 1:
            return
    result.give("case", (weighed[0].name,), weighed[0].reason, list_others(weighed, weighed[0]))


def count_rows(profiles: list[Profile]) -> int:
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
        if any(weigh(profile.name, role)[0] >= ENOUGH for role in OTHERS):
            continue
        few = rows / max(1, profile.encoded.distinct)
        if 1.5 <= few <= 200 and profile.encoded.distinct >= 5 and not profile.encoded.missing().any():
            reason = f"{profile.encoded.distinct:,} values, each on {few:.1f} rows on average"
            found.append(Candidate(1, profile, reason))
    codes = [c for c in found if not any(" " in text for text in c.profile.sample[:50])]
    return codes or found


def _unrepeated(profiles: list[Profile], result: Assignment) -> list[Candidate]:
    """Return columns of codes that differ on every row of a table with several columns of times: one row per case."""
    rows = count_rows(profiles)
    if rows < 20 or sum(p.is_time for p in profiles) < 2:
        return []
    reason = f"{rows:,} values, another one on every row"
    return [
        Candidate(1, p, reason)
        for p in profiles
        if p.name not in result.taken
        and not p.is_time
        and p.encoded.distinct == rows
        and not any(" " in text or "." in text for text in p.sample[:50])
    ]
