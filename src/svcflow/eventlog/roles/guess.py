"""Decides which column plays which role, and says why."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from svcflow.eventlog.roles.activities import guess_activity
from svcflow.eventlog.roles.assignment import PEOPLE, Assignment
from svcflow.eventlog.roles.cases import guess_case
from svcflow.eventlog.roles.evidence import Cases, Profile, Source
from svcflow.eventlog.roles.people import guess_people
from svcflow.eventlog.roles.times import guess_times
from svcflow.eventlog.roles.transitions import guess_lifecycle


def assign(
    source: Source, stated: Mapping[str, tuple[str, ...]], form: Callable[[str], str] = lambda _: ""
) -> Assignment:
    """Find the column of each role.

    `stated` are roles given by a mapping (an empty tuple: there is none). `form` returns the time format that is stated
    for a column, or nothing.

    What is not found is left out: see `Assignment.missing`.
    """
    result = Assignment()
    for role, names in stated.items():
        if names:
            result.give(role, names, "stated in the mapping")
    profiles = [Profile(source, name) for name in source.table.names]
    if "case" not in stated:
        guess_case(profiles, result)
    cases = Cases.choose(source.encoded(result.columns["case"][0]).codes) if "case" in result.columns else None
    result.register = bool(cases and cases.one_row_each)
    if "time" not in stated:
        guess_times(profiles, result, cases, with_start="start" not in stated, form=form)
    if "activity" not in stated:
        guess_activity(profiles, result, cases)
    if "lifecycle" not in stated:
        guess_lifecycle(profiles, result)
    for role in PEOPLE:
        if role not in stated:
            guess_people(role, profiles, result, cases)
    return result
