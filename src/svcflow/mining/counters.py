"""Counters that source systems keep of their own: how often a case was reassigned or re-opened, by their reckoning."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.eventlog.store.stored import Stored
from svcflow.mining.attributes import Name, Owned, find_kind, list_attributes
from svcflow.mining.contacts import normalise

Kind = Literal["reassignments", "stations", "reopens"]

NAMES: dict[Kind, frozenset[str]] = {
    "reassignments": frozenset(
        ("reassignment count", "reassignments", "reassign count", "reassigned count", "number of reassignments",
         "transfer count", "transfers", "group reassignment count", "转派次数", "流转次数", "转单次数", "改派次数")
    ),
    "stations": frozenset(("group stations", "assignee stations", "agent stations")),
    "reopens": frozenset(
        ("reopen count", "reopens", "reopened count", "re open count", "reopening count", "number of reopens",
         "reopen times", "重开次数", "重启次数", "重复打开次数")
    ),
}  # fmt: skip
"""How such columns are named in ServiceNow, Zendesk, BMC, Jira and Chinese ticket systems."""


class SourceCounter(NamedTuple):
    """An attribute that counts something."""

    attribute: Name
    counts: Kind


def find_counters(log: Log | Stored) -> tuple[SourceCounter, ...]:
    """Return the attributes of a log that are counters; of two of one name that of cases."""
    found: dict[str, SourceCounter] = {}
    for name in list_attributes(log):
        for kind, words in NAMES.items():
            if normalise(name[0]) in words and name[0] not in found:
                found[name[0]] = SourceCounter(name, kind)
    return tuple(counter for counter in found.values() if find_kind(log, counter.attribute) == "number")


def read_counter(owned: Owned) -> NDArray[np.float64]:
    """Return the counter of each case, the highest it ever stood at; NaN where it is unknown."""
    column, offsets = owned
    values = np.where(np.isinf(column.values), np.nan, column.values).astype(np.float64)
    return np.asarray(np.fmax.reduceat(values, offsets[:-1]), np.float64) if len(offsets) > 1 else values


def has_history(log: Log | Stored) -> bool:
    """Return whether the log shows what happened to a case one event after the other, not a few stamps of each."""
    return not any(role.role == "shape" and role.column == "milestones" for role in log.roles)
