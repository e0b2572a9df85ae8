"""Which columns say when something was done, and when it was begun."""

from __future__ import annotations

from collections.abc import Callable

from svcflow.eventlog.log import MISSING_TIME
from svcflow.eventlog.roles.assignment import STRONG, Assignment, Candidate, rank
from svcflow.eventlog.roles.evidence import Cases, Profile
from svcflow.eventlog.stamps.column import read_stamps
from svcflow.eventlog.texts import as_chunks

Form = Callable[[str], str]


def guess_times(
    profiles: list[Profile], result: Assignment, cases: Cases | None, *, with_start: bool, form: Form
) -> None:
    """Give the role of the time, and of the start where there are two; others that could be stand beside the reason.

    `form` returns the format that is stated for a column, or nothing. Raises MappingError where two columns without
    names cannot be told apart because day and month cannot.
    """
    times = [p for p in profiles if p.name not in result.taken and p.has_values() and p.is_time]
    if cases and cases.count:
        moving = [p for p in times if cases.variation(p.source, p.name) > 0]
        times = moving or times
    starts = rank("start", times, set())
    named = [c for c in rank("time", times, set()) if not starts or c.name != starts[0].name]
    chosen = named[0] if named else None
    if chosen is None and not starts and cases and len(times) == 2 and (pair := _find_interval(times, form)):
        begin, end = pair
        chosen = Candidate(1, end, f"never before {begin.name!r} on the same row")
        starts = [Candidate(1, begin, f"never after {end.name!r} on the same row")]
    if chosen is None and len(times) == 1:
        chosen = Candidate(1, times[0], "the only column whose values are times")
    if chosen is None:  # what is called a time and is none is told apart by the message, not by silence
        chosen = next((c for c in rank("time", profiles, result.taken) if c.score >= STRONG), None)
    if chosen is None:
        return
    result.give("time", (chosen.name,), chosen.reason, tuple(p.name for p in times if p.name != chosen.name))
    if with_start and starts and starts[0].name != chosen.name:
        result.give("start", (starts[0].name,), starts[0].reason)


def _find_interval(times: list[Profile], form: Form) -> tuple[Profile, Profile] | None:
    """Return two columns of times as start and end where the one is never after the other; or nothing."""
    values = []
    for profile in times:
        column = as_chunks(profile.source.column(profile.name))
        values.append(read_stamps(column, profile.name, time_format=form(profile.name)).values)
    first, second = values
    both = (first != MISSING_TIME) & (second != MISSING_TIME)
    before, after = int((first < second)[both].sum()), int((first > second)[both].sum())
    if not both.any() or min(before, after) or max(before, after) < 0.5 * int(both.sum()):
        return None
    return (times[0], times[1]) if before else (times[1], times[0])
