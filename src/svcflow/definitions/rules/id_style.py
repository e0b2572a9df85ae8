"""An id is not written in lower_snake_case: small letters, digits, and underscores between words.

Ids are typed in flows, rules and commands; one style saves everybody from guessing. Scripts without capital letters are
as good. Fields are spared: they are named as the log names them.

Wrong::

    rules: {FourEyes: {different: [work, review]}}

Right::

    rules: {four_eyes: {different: [work, review]}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from svcflow.definitions.model import Process
from svcflow.definitions.reading import Remark
from svcflow.definitions.reporting import Reporting
from svcflow.definitions.survey import Survey
from svcflow.findings import Position

CODE = "SVC901"
SEVERITY = "info"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every id in another style, with what it would be."""
    named = [(process.id, process.position) for process in survey.sound]
    for process in survey.sound:
        named += _ids(process)
    reporting = Reporting.of(survey)
    if reporting is not None:
        organisation = reporting.organisation
        for register in (organisation.calendars, organisation.roles, organisation.teams):
            named += ((one.id, one.position) for one in register.values())
    for name, position in named:
        wanted = _snake(name)
        if name != wanted:
            yield Remark(f"'{name}': use lower_snake_case" + (f", as in '{wanted}'" if wanted else ""), position)


def _ids(process: Process) -> Iterator[tuple[str, Position]]:
    for register in (process.steps, process.slas, process.rules, process.kpis):
        for one in register.values():
            yield one.id, one.position


def _snake(name: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return re.sub(r"[\W_]+", "_", words).strip("_").lower()
