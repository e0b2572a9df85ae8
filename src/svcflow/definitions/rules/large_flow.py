"""A flow has very many markings: ways in which its parallel branches can be under way together.

Every branch multiplies them; twelve single steps side by side make 4 096. Executing such a flow is slow, and nobody can
oversee it. Split the process, or put steps that one person does in a row into one branch.

Wrong::

    steps:
      {a: {owner: agent, labels: [a]}, b: {owner: agent, labels: [b]}, c: {owner: agent, labels: [c]},
       d: {owner: agent, labels: [d]}, e: {owner: agent, labels: [e]}, f: {owner: agent, labels: [f]},
       g: {owner: agent, labels: [g]}, h: {owner: agent, labels: [h]}, i: {owner: agent, labels: [i]},
       j: {owner: agent, labels: [j]}, k: {owner: agent, labels: [k]}}
    flow:
      - parallel: [a, b, c, d, e, f, g, h, i, j, k]

Right::

    steps:
      {a: {owner: agent, labels: [a]}, b: {owner: agent, labels: [b]}, c: {owner: agent, labels: [c]},
       d: {owner: agent, labels: [d]}, e: {owner: agent, labels: [e]}, f: {owner: agent, labels: [f]},
       g: {owner: agent, labels: [g]}, h: {owner: agent, labels: [h]}, i: {owner: agent, labels: [i]},
       j: {owner: agent, labels: [j]}, k: {owner: agent, labels: [k]}}
    flow:
      - parallel: [[a, b, c, d], [e, f, g], [h, i, j, k]]
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.net import CAP
from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC312"
SEVERITY = "warning"


def check(survey: Survey, *, limit: int = 2_000) -> Iterator[Remark]:
    """Yield every process with more than `limit` markings."""
    for process in survey.sound:
        if process.id in survey.graphs:
            graph = survey.graphs[process.id]
            count = f"more than {CAP}" if graph is None else str(len(graph.markings))
            if graph is None or len(graph.markings) > limit:
                yield Remark(f"{count} markings: split the process", process.position)
