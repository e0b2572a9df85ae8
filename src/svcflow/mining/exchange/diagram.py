"""A process as nodes and flows between them: what BPMN draws, and what a Petri net is read into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from svcflow.guards import Field

Kind = Literal["start", "end", "task", "exclusive", "parallel"]


@dataclass(frozen=True, slots=True)
class Node:
    """One element. `lane` is the role that owns it; `owners` are all that may do it.

    `step` is the id of the step, where the file knows it; `outcome` that of an end. `most` bounds the rounds of the
    repeat that an exclusive gateway closes.
    """

    id: str
    kind: Kind
    name: str = ""
    lane: str = ""
    step: str = ""
    outcome: str = ""
    owners: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. `condition` is the text of its guard; `otherwise` marks the default of its gateway.

    `back` marks the flow that begins another round.
    """

    id: str
    source: str
    target: str
    condition: str = ""
    otherwise: bool = False
    back: bool = False


@dataclass(frozen=True, slots=True)
class Diagram:
    """Nodes and flows in the order of the text; `fields` are what the conditions read, where that is known."""

    id: str
    name: str
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    lanes: tuple[tuple[str, str], ...] = ()
    """Ids and names of the lanes, top to bottom."""
    note: str = ""
    fields: Mapping[str, Field] = field(default_factory=dict)
    unit: tuple[str, str] = ("element", "element")
    """What nodes are called in a message: those that do something, and those that only route."""
