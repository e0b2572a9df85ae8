"""Attributes that name who worked on a case: work is compared, not people."""

from __future__ import annotations

from svcflow.eventlog.log import Column, Log
from svcflow.eventlog.roles.lexicon import weigh
from svcflow.eventlog.roles.values import hold_persons

CERTAIN = 50
"""How strongly a name must speak for a person, of 100."""


def name_persons(name: str, column: Column, log: Log) -> str | None:
    """Return why an attribute is taken to name persons, ``None`` where nothing says so."""
    if any(role.role == "resource" and name in role.column.split(", ") for role in log.roles):
        return "it names the people of the log"
    if weigh(name, "resource")[0] >= CERTAIN > weigh(name, "team")[0]:
        return "its name says that it names people"
    if column.vocabulary is not None and hold_persons(text for text in column.vocabulary.texts if text):
        return "its values are names of people"
    return None
