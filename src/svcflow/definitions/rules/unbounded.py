"""An imported net gains work without limit: a loop leaves another token in a place each time round.

A ``flow:`` cannot do so, as every branch that it opens is closed by its block. Nets of other tools can: here ``split``
goes back to ``p1`` and puts a token into ``p3`` each time, and nothing takes one from there. Close what was opened:
join the branches before the loop goes back.

This can only be shown of a net: (p1) → split → (p1, p3) is wrong, (p1) → split → (p2, p3) → join → (p1) is right.
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.net import Net
from svcflow.definitions.reading import Remark
from svcflow.definitions.soundness import find_growth
from svcflow.definitions.survey import Survey

CODE = "SVC307"
SEVERITY = "error"


def check(survey: Survey, *, most: int = 2_000) -> Iterator[Remark]:
    """Yield every process whose net grows; `most` markings are looked at."""
    for process in survey.sound:
        graph = survey.graphs.get(process.id)
        if graph is None or any(len(set(marking)) < len(marking) for marking in graph.markings):
            message = judge(survey.nets[process.id], most) if process.id in survey.nets else ""
            if message:
                yield Remark(message, process.flow.position)


def judge(net: Net, most: int = 20_000) -> str:
    """Return what grows in a net, '' if nothing does."""
    growth = find_growth(net, most)
    if growth is None:
        return ""
    led = f"after {' → '.join(growth.steps)}, " if growth.steps else ""
    return f"{led}place p{growth.place} grows without limit, repeating {' → '.join(growth.cycle) or 'silent moves'}"
