"""A label with ``*`` also fits the label of a step below, which never gets its events.

The first label that fits an event decides. Put the narrow label above the wide one, or make the wide one narrower.

Wrong::

    steps:
      register: {owner: agent, labels: [Opened]}
      work:     {owner: agent, labels: ["Re*"]}
      review:   {owner: lead, labels: [Reviewed]}
      close:    {owner: lead, labels: [Closed]}

Right::

    steps:
      register: {owner: agent, labels: [Opened]}
      work:     {owner: agent, labels: ["Repair*"]}
      review:   {owner: lead, labels: [Reviewed]}
      close:    {owner: lead, labels: [Closed]}
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import Process
from svcflow.definitions.patterns import fold, matches
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC209"
SEVERITY = "warning"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every wide label that takes what a later step is named by."""
    for process in survey.processes:
        yield from _judge(process)


def _judge(process: Process) -> Iterator[Remark]:
    labels = [(step.id, label) for step in process.steps.values() for label in step.labels]
    for number, (owner, wide) in enumerate(labels):
        if "*" not in wide.pattern or wide.when is not None:
            continue
        pattern = fold(wide.pattern)
        for step, narrow in labels[number + 1 :]:
            same = fold(narrow.pattern) == pattern
            if step != owner and not same and matches(pattern, fold(narrow.pattern)):
                message = (
                    f"'{wide.pattern}' also matches '{narrow.pattern}' of step '{step}' below; it never gets there"
                )
                yield Remark(message, wide.position, (("never reached", narrow.position),))
