"""Teams report to each other in a circle: an escalation goes round and reaches nobody.

Wrong::

    teams: {desk: {lead: lead, members: {agent: 3}, reports_to: office}, office: {lead: lead, reports_to: desk}}

Right::

    teams: {desk: {lead: lead, members: {agent: 3}, reports_to: office}, office: {lead: lead}}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.places import place_of
from svcflow.definitions.reading import Remark
from svcflow.definitions.reporting import Reporting
from svcflow.definitions.survey import Survey

CODE = "SVC601"
SEVERITY = "error"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every circle once, at its first team."""
    reporting = Reporting.of(survey)
    for circle in reporting.cycles() if reporting else ():
        place = place_of(survey, survey.organisations[0].file, "teams", circle[0], "reports_to", value=True)
        yield Remark(f"teams report in a circle: {' → '.join((*circle, circle[0]))}", place)
