"""A process as a Petri net and as the graph of its markings (definitions.md 3.1, 3.2)."""

from __future__ import annotations

from dataclasses import dataclass

from svcflow.guards import Guard


@dataclass(frozen=True, slots=True)
class Decision:
    """What must hold to pass a transition: guards (indices into `Net.guards`) with the value each must have.

    Known false as soon as one guard is known to have the other value; unknown guards never speak against it.
    """

    literals: tuple[tuple[int, bool], ...]


@dataclass(frozen=True, slots=True)
class Transition:
    """`step` is ``None`` for a silent transition; `path` is its place in the YAML, such as ``flow/3``."""

    path: str
    step: str | None
    consumes: tuple[int, ...]
    produces: tuple[int, ...]
    decision: Decision | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Net:
    """Places are numbered; `source` holds the one token at the start, `sink` the one token at an end."""

    places: int
    source: int
    sink: int
    transitions: tuple[Transition, ...]
    guards: tuple[Guard, ...]


@dataclass(frozen=True, slots=True)
class MarkingGraph:
    """Reachable markings (sorted tuples of marked places; marking 0 is the start) and the firings between them.

    `edges` are (marking, transition, marking) by index; `final` is the marking with the sink alone.
    """

    net: Net
    markings: tuple[tuple[int, ...], ...]
    edges: tuple[tuple[int, int, int], ...]
    final: int
