"""A row is an event: a case, an activity, a time.

Work that takes time may stand in two rows, told apart by a lifecycle (start, complete), or in one row with a column for
the start and one for the end. Rows stay as they are; starts and completions are joined later, in the order of time.
"""

from __future__ import annotations

from svcflow.eventlog.raw import RawTable
from svcflow.eventlog.roles.lexicon import weigh
from svcflow.eventlog.unfolding import Evidence, Sight

WHOLE_CASES = False
NEEDS = "a column each for the case, the activity and the time"
CERTAIN, LIKELY = 95, 80


def recognise(sight: Sight) -> Evidence:
    """Return how much speaks for rows that are events; never nothing, since what is missing is said later."""
    columns = dict(sight.guess.columns)
    return Evidence(_score(sight), _reason(sight), columns, columns, tuple(sight.guess.reasons))


def unfold(table: RawTable, found: Evidence) -> RawTable:  # noqa: ARG001 - as all shapes
    """Return the rows as they are."""
    return table


def _score(sight: Sight) -> float:
    if sight.guess.missing:
        return 10
    stated = {"activity", "time"} <= sight.stated.columns.keys()
    weight = max(weigh(name, "activity")[0] for name in sight.guess.columns["activity"])
    if sight.guess.register:
        return 80 if stated or weight >= CERTAIN else 30
    return 85 if stated or weight >= LIKELY else 60


def _reason(sight: Sight) -> str:
    columns = sight.guess.columns
    if sight.guess.missing:
        return "no other shape fits"
    if "lifecycle" in columns:
        name = columns["lifecycle"][0]
        return f"each row is an event; starts and completions stand in rows of their own, told apart by {name!r}"
    if "start" in columns:
        return f"each row is a step with its start ({columns['start'][0]!r}) and its end ({columns['time'][0]!r})"
    activity = " | ".join(columns["activity"])
    return f"each row is an event: something that happened ({activity!r}) at a time ({columns['time'][0]!r})"
