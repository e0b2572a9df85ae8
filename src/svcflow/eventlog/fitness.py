"""How well column names fit a log: which of several sheets, tables or lists holds the events."""

from __future__ import annotations

from collections.abc import Iterable

from svcflow.eventlog.roles.lexicon import weigh

NEEDED = ("case", "activity", "time")
NAMED = 40.0
"""From this weight on a name speaks for a role by itself."""


def weigh_names(names: Iterable[str]) -> float:
    """Return 0 to 3: how strongly some of the names speak for case, activity and time.

    >>> weigh_names(["Case ID", "Activity", "Timestamp"]) > 2.8 > weigh_names(["Team", "Manager"])
    True
    """
    known = list(names)
    return sum(max((weigh(name, role)[0] for name in known), default=0.0) for role in NEEDED) / 100


def holds_events(names: Iterable[str]) -> bool:
    """Return whether case, activity and time each have a name that says so."""
    known = list(names)
    return all(any(weigh(name, role)[0] >= NAMED for name in known) for role in NEEDED)
