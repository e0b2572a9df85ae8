"""A role or a team is named that the organisation does not have.

Wrong::

    owner: leed

Right::

    owner: lead
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey
from svcflow.guards import suggest

CODE = "SVC202"
SEVERITY = "error"
FATAL = True


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every reference to a role or team that is not defined."""
    if not survey.organisations:
        return
    organisation = survey.organisations[0]
    known = {"role": [*organisation.roles], "team": [*organisation.teams]}
    for reference in survey.references:
        names = known.get(reference.kind)
        if names and reference.name not in names:
            yield Remark(
                f"unknown {reference.kind} '{reference.name}'{suggest(reference.name, names)}", reference.position
            )
