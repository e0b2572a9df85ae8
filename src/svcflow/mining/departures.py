"""Where a log's directly-follows steps depart from what a definition allows, in either direction.

Two steps may follow each other if the graph of the definition's markings has a way from one to the other through silent
transitions only. Steps that may happen at any time are passed over on both sides, and so is what no step is mapped to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from svcflow.definitions.net import MarkingGraph
from svcflow.mining.variants import Variants

Pair = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class Departure:
    """A pair of steps in a row; a `source` of ``None`` is the start of a case.

    ``forbidden``: the log shows it `count` times in `cases` cases, the definition has no such way.
    ``unseen``: the definition allows it, the log never shows it although `count` times the source step happened.
    """

    kind: Literal["forbidden", "unseen"]
    source: str | None
    target: str
    count: int
    cases: int


def find_departures(
    variants: Variants, steps: Sequence[str | None], graph: MarkingGraph, anytime: Collection[str] = ()
) -> tuple[Departure, ...]:
    """Return the departures, forbidden before unseen, by falling count.

    `steps` gives the step of each activity code, ``None`` where it is mapped to none; `anytime` are steps that may
    happen in every marking.
    """
    shown, in_cases, happened = _count_pairs(variants, steps, frozenset(anytime))
    allowed = allow_pairs(graph)
    forbidden = [
        Departure("forbidden", *pair, number, in_cases[pair]) for pair, number in shown.items() if pair not in allowed
    ]
    unseen = [Departure("unseen", *pair, happened[pair[0]], 0) for pair in allowed if pair not in shown]
    return tuple(sorted((*forbidden, *unseen), key=_rank))


def allow_pairs(graph: MarkingGraph) -> frozenset[Pair]:
    """Return the pairs of steps that may directly follow each other, with ``(None, first step)`` for the start."""
    silent: dict[int, list[int]] = {}
    visible: dict[int, list[tuple[str, int]]] = {}
    for before, transition, after in graph.edges:
        step = graph.net.transitions[transition].step
        if step is None:
            silent.setdefault(before, []).append(after)
        else:
            visible.setdefault(before, []).append((step, after))
    arrivals: set[tuple[str | None, int]] = {(None, 0)}
    arrivals |= {(step, after) for ways in visible.values() for step, after in ways}
    return frozenset((step, following) for step, marking in arrivals for following in _reach(marking, silent, visible))


def _reach(marking: int, silent: dict[int, list[int]], visible: dict[int, list[tuple[str, int]]]) -> set[str]:
    """Return the steps that can come next from a marking."""
    seen, waiting = {marking}, [marking]
    while waiting:
        for after in silent.get(waiting.pop(), ()):
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return {step for reached in seen for step, _ in visible.get(reached, ())}


def _count_pairs(
    variants: Variants, steps: Sequence[str | None], anytime: frozenset[str]
) -> tuple[Counter[Pair], Counter[Pair], Counter[str | None]]:
    shown: Counter[Pair] = Counter()
    in_cases: Counter[Pair] = Counter()
    happened: Counter[str | None] = Counter()
    for sequence, cases in zip(variants.sequences, variants.count.tolist(), strict=True):
        mapped = [step for code in sequence if (step := steps[code]) is not None and step not in anytime]
        pairs: Counter[Pair] = Counter(zip([None, *mapped], mapped, strict=False))
        for pair, number in pairs.items():
            shown[pair] += number * cases
            in_cases[pair] += cases
        happened[None] += cases
        for step, number in Counter(mapped).items():
            happened[step] += number * cases
    return shown, in_cases, happened


def _rank(departure: Departure) -> tuple[str, int, str, str]:
    return (departure.kind, -departure.count, departure.source or "", departure.target)
