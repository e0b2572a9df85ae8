"""Attributes whose values name somebody: they are not listed unless people may be named."""

from __future__ import annotations

import re

from svcflow.eventlog.log import Log
from svcflow.eventlog.privacy import identifiers
from svcflow.eventlog.privacy.free_text import IDENTIFYING, PEOPLE, says
from svcflow.eventlog.roles.values import hold_persons
from svcflow.eventlog.selection import first_values

LOOKED_AT = 200
"""Values of an attribute that are looked at."""

_NUMBERED = re.compile(r"[^\W\d]+[ _-]?\d+")


def names_people(log: Log, name: str) -> bool:
    """Return whether an attribute names people: so its name says, so its values look, or those who do the work do."""
    if says(name, PEOPLE) or says(name, IDENTIFYING):
        return True
    vocabulary = first_values(log)[name].vocabulary
    texts = [text for text in vocabulary.texts if text][:LOOKED_AT] if vocabulary else []
    texts = [text for text in texts if not _NUMBERED.fullmatch(text)]  # such as "Value 3": nobody is called so
    if not texts:
        return False
    known = set(log.resources.texts) - set(log.machines)
    return (
        2 * sum(text in known for text in texts) >= len(texts) or hold_persons(texts) or bool(identifiers.survey(texts))
    )
