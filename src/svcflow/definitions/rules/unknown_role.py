"""A role or a team is named that the organisation does not have.

Wrong::

    owner: leed

Right::

    owner: lead
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.references import remark_unknown
from svcflow.definitions.survey import Survey

CODE = "SVC202"
SEVERITY = "error"
FATAL = True


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every reference to a role or team that is not defined."""
    for organisation in survey.organisations[:1]:
        whole = organisation.file not in survey.broken
        for kind, known in (("role", [*organisation.roles]), ("team", [*organisation.teams])):
            if known:
                yield from remark_unknown((r for r in survey.references if r.kind == kind), known, whole=whole)
