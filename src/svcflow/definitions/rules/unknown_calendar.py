"""A calendar is named that the organisation does not have.

Wrong::

    calendar: ofice

Right::

    calendar: office
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.references import remark_unknown
from svcflow.definitions.survey import Survey

CODE = "SVC204"
SEVERITY = "error"
FATAL = True


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every reference to a calendar that is not defined."""
    for organisation in survey.organisations[:1]:
        known = [*organisation.calendars]
        whole = organisation.file not in survey.broken
        if known:
            yield from remark_unknown((r for r in survey.references if r.kind == "calendar"), known, whole=whole)
