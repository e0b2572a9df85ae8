"""A key stands twice in one mapping.

YAML readers silently keep one of them, and it is rarely the one you are looking at.

Wrong::

    rules:
      checked: {different: [work, review]}
      checked: {different: [register, review]}

Right::

    rules:
      checked: {different: [work, review]}
      decided: {different: [register, review]}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC003"
SEVERITY = "error"
FATAL = True


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every key that was given before."""
    for source in survey.sources:
        for fault in source.document.faults:
            if fault.kind == "duplicate":
                related = (("first given here", source.at(fault.related)),) if fault.related else ()
                yield Remark(fault.message, source.at(fault.span), related)
