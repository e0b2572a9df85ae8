"""A step has no name to show: reports and maps show its id.

Wrong::

    steps:
      register: {name: Register, owner: agent, within: 1h, labels: [Opened]}
      work:     {name: Work, owner: agent, within: 1h, labels: [Worked on]}
      review:   {owner: lead, within: 1h, labels: [Reviewed]}
      close:    {name: Close, owner: lead, within: 1h, labels: [Closed]}

Right::

    steps:
      register: {name: Register, owner: agent, within: 1h, labels: [Opened]}
      work:     {name: Work, owner: agent, within: 1h, labels: [Worked on]}
      review:   {name: {en: Review, zh: 复核}, owner: lead, within: 1h, labels: [Reviewed]}
      close:    {name: Close, owner: lead, within: 1h, labels: [Closed]}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.places import is_written
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC902"
SEVERITY = "info"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every step without a name; an id that is no ASCII is a name already."""
    for process in survey.sound:
        for step in process.steps.values():
            if step.id.isascii() and not is_written(survey, process.file, "steps", step.id, "name"):
                yield Remark(f"'{step.id}' has no name to show", step.position)
