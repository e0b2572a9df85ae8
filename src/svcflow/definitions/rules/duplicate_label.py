"""A label belongs to two steps.

Of the steps in the register the first whose label fits an event gets it; the second never sees one. Labels are
compared without regard to case and width. A condition can tell two apart:
``{label: Status changed, when: status == 'done'}``.

Wrong::

    steps:
      register: {owner: agent, labels: [Opened]}
      work:     {owner: agent, labels: [Worked on]}
      review:   {owner: lead, labels: [worked on]}
      close:    {owner: lead, labels: [Closed]}

Right::

    steps:
      register: {owner: agent, labels: [Opened]}
      work:     {owner: agent, labels: [Worked on]}
      review:   {owner: lead, labels: [Reviewed]}
      close:    {owner: lead, labels: [Closed]}
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from svcflow.definitions.model import Label, Process
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC203"
SEVERITY = "error"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every label that an earlier step takes in all cases that fit it."""
    for process in survey.processes:
        yield from _judge(process)


def _judge(process: Process) -> Iterator[Remark]:
    taken: dict[str, list[tuple[str, Label]]] = {}
    for step in process.steps.values():
        for label in step.labels:
            key = unicodedata.normalize("NFKC", label.pattern).strip().casefold()
            for owner, earlier in taken.setdefault(key, []):
                if earlier.when is None or earlier.when == label.when:
                    where = f"already belongs to step '{owner}'" if owner != step.id else "stands here twice"
                    related = (("first given here", earlier.position),)
                    yield Remark(f"label '{label.pattern}' {where}", label.position, related)
                    break
            else:
                taken[key].append((step.id, label))
