"""Whether the activities of a log are the states that a case was in, rather than what somebody did.

An export of updates has a row for whatever changed, and the state stands in each: two rows of one state are no repeat.
"""

from __future__ import annotations

from svcflow.eventlog.log import Log
from svcflow.eventlog.roles.lexicon import weigh
from svcflow.eventlog.roles.values import share_of_states

NAMED, LIKELY, SURE = 100, 0.3, 0.75
"""How much the name of the column must say *state*; which share of its values must, with such a name and without."""


def tells_states(log: Log) -> bool:
    """Return whether activities are states: the name of their column and their own names say so."""
    columns = [role.column for role in log.roles if role.role == "activity"]
    share = share_of_states(log.activities.texts)
    named = any(weigh(column, "status")[0] >= NAMED for column in columns)
    return share >= (LIKELY if named else SURE) and bool(columns)
