"""Counters that source systems keep of their own: how often a case was reassigned or re-opened, by their reckoning."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Column, Log
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


def find_counters(log: Log) -> dict[str, Kind]:
    """Return the attributes of a log that are counters, and what they count."""
    names = (*log.case_attributes, *log.attributes)
    kinds = {name: kind for name in names for kind, words in NAMES.items() if normalise(name) in words}
    return {name: kind for name, kind in kinds.items() if _column(log, name).kind == "number"}


def read_counter(log: Log, name: str) -> NDArray[np.float64]:
    """Return the counter of each case, the highest it ever stood at; NaN where it is unknown."""
    values = _column(log, name).values.astype(np.float64)
    if name in log.case_attributes or not log.cases:
        return values
    highest = np.fmax.reduceat(values, log.offsets[:-1])
    return np.asarray(highest, np.float64)


def has_history(log: Log) -> bool:
    """Return whether the log shows what happened to a case one event after the other, not a few stamps of each."""
    return not any(role.role == "shape" and role.column == "milestones" for role in log.roles)


def _column(log: Log, name: str) -> Column:
    return log.case_attributes[name] if name in log.case_attributes else log.attributes[name]
