"""An ``end`` inside a parallel branch.

The case would end while the other branches are still at work. Let the branches join first, then decide.

Wrong::

    flow:
      - register
      - parallel:
          - work
          - [review, {when: not valid, do: {end: rejected}}]
      - close

Right::

    flow:
      - register
      - parallel: [work, review]
      - {when: not valid, do: {end: rejected}}
      - close
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import End, Parallel
from svcflow.definitions.net import walk
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC303"
SEVERITY = "error"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every end that other branches run beside."""
    for process in survey.processes:
        ends = {}
        for item in walk(process.flow):
            if isinstance(item, Parallel) and len(item.branches) > 1:
                ends.update({inner.path: inner for inner in walk(item) if isinstance(inner, End)})
        for end in ends.values():
            yield Remark("this end would leave the other branches running", end.position)
