"""A step under ``waiting`` is neither in the flow nor under ``anytime``, so that nobody can begin or end the wait.

Wrong::

    steps:
      register: {owner: agent, labels: [Opened]}
      work:     {owner: agent, labels: [Worked on]}
      review:   {owner: lead, labels: [Reviewed]}
      close:    {owner: lead, labels: [Closed]}
      ask:      {owner: agent, labels: [Asked]}
      answer:   {owner: agent, labels: [Answered]}
    anytime: [ask]
    waiting: {ask: answer}

Right::

    steps:
      register: {owner: agent, labels: [Opened]}
      work:     {owner: agent, labels: [Worked on]}
      review:   {owner: lead, labels: [Reviewed]}
      close:    {owner: lead, labels: [Closed]}
      ask:      {owner: agent, labels: [Asked]}
      answer:   {owner: agent, labels: [Answered]}
    anytime: [ask, answer]
    waiting: {ask: answer}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import Task
from svcflow.definitions.net import inlined, walk
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC311"
SEVERITY = "error"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every wait that cannot happen; a step that nothing defines is left to that rule."""
    for process in survey.sound:
        parts = inlined(process, survey.by_id)
        placed = {item.step for part in parts for item in walk(part.flow) if isinstance(item, Task)}
        placed |= {item.step for part in parts for item in part.anytime}
        known = set(survey.steps_for(process.id))
        for wait in process.waiting:
            for step in (wait.since, *wait.until):
                if step in known and step not in placed:
                    yield Remark(f"waiting: '{step}' is neither in the flow nor under anytime", wait.position)
