"""Runs all checks of quality."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from svcflow.eventlog.log import Log, Quality
from svcflow.eventlog.quality.clocks import dates_only, finer_times, naive_zone, strange_clock
from svcflow.eventlog.quality.facts import Facts
from svcflow.eventlog.quality.names import missing_resource, missing_team, similar_names
from svcflow.eventlog.quality.pairing import cases_without_steps, negative_durations, no_start, open_instances
from svcflow.eventlog.quality.persons import personal_data
from svcflow.eventlog.quality.rows import dropped_rows, duplicate_rows, ties

CHECKS: tuple[Callable[[Log, Facts], Quality | None], ...] = (
    dropped_rows, dates_only, naive_zone, strange_clock, ties, duplicate_rows, missing_resource, missing_team, no_start,
    open_instances, cases_without_steps, negative_durations, finer_times, similar_names,
    personal_data,
)  # fmt: skip
"""All checks, in the order in which they are told."""


def examine(log: Log, facts: Facts) -> Log:
    """Return the log with everything that is to be said about its quality."""
    found = (check(log, facts) for check in CHECKS)
    return dataclasses.replace(log, quality=tuple(fact for fact in found if fact is not None))
