"""A step has no label, so that only events that carry the step's own id are taken for it.

Wrong::

    steps:
      register: {owner: agent, labels: [Opened]}
      work:     {owner: agent}
      review:   {owner: lead, labels: [Reviewed]}
      close:    {owner: lead, labels: [Closed]}

Right::

    steps:
      register: {owner: agent, labels: [Opened]}
      work:     {owner: agent, labels: [Worked on]}
      review:   {owner: lead, labels: [Reviewed]}
      close:    {owner: lead, labels: [Closed]}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC210"
SEVERITY = "info"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every step of the register without labels."""
    for process in survey.sound:
        for step in process.steps.values():
            if not step.labels:
                yield Remark(f"no source label: '{step.id}' can only be matched by its own id", step.position)
