"""An imported net reaches its end while work is still open elsewhere.

A ``flow:`` cannot do so, unless an ``end`` stands in a ``parallel`` branch, which has a rule of its own. Nets of other
tools can: one branch of a split goes to the end, the other still holds a token. Join the branches before the end.

This can only be shown of a net: (start) → split → (p1, p2), (p1) → a → (end) is wrong; (p1) → a → (p3), (p2) → b →
(p4), (p3, p4) → join → (end) is right.
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.model import End, Parallel
from svcflow.definitions.net import MarkingGraph, walk
from svcflow.definitions.reading import Remark
from svcflow.definitions.soundness import find_leftover
from svcflow.definitions.survey import Survey

CODE = "SVC308"
SEVERITY = "error"


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every process that can end with work open; an end in a parallel branch has its own rule."""
    for process in survey.sound:
        graph = survey.graphs.get(process.id)
        torn = (item for item in walk(process.flow) if isinstance(item, Parallel))
        if graph is None or any(isinstance(inner, End) for item in torn for inner in walk(item)):
            continue
        message = judge(graph)
        if message:
            yield Remark(message, process.flow.position)


def judge(graph: MarkingGraph) -> str:
    """Return what is left behind in a net, '' if nothing is."""
    left = find_leftover(graph)
    if left is None:
        return ""
    places = ", ".join(f"p{place}" for place in dict.fromkeys(left.places))
    return f"after {' → '.join(left.steps) or 'the start'} the case ends with work still open in {places}"
