"""A calendar is named that the organisation does not have.

Wrong::

    calendar: ofice

Right::

    calendar: office
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey
from svcflow.guards import suggest

CODE = "SVC204"
SEVERITY = "error"
FATAL = True


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every reference to a calendar that is not defined."""
    if not survey.organisations or not survey.organisations[0].calendars:
        return
    known = [*survey.organisations[0].calendars]
    for reference in survey.references:
        if reference.kind == "calendar" and reference.name not in known:
            yield Remark(f"unknown calendar '{reference.name}'{suggest(reference.name, known)}", reference.position)
