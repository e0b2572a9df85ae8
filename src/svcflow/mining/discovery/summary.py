"""What pm4py is given: variants with their counts, activities as numbers, and no rows.

Activities go in as numbers, since pm4py's cuts depend on the order of sets and a set of texts has another order in
every process; so the same log gives the same model.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from svcflow.mining.mined import Mined

if TYPE_CHECKING:
    from pm4py.objects.petri_net.obj import Marking, PetriNet

    Accepting = tuple[PetriNet, Marking, Marking]

Variant = tuple[int, ...]
Weighted = list[tuple[Variant, int]]
"""Variants as activity codes, with their cases, the commonest first."""


def weigh_variants(mined: Mined) -> Weighted:
    """Return all variants of a log with their counts."""
    return list(zip(mined.variants.sequences, mined.variants.count.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Counts:
    """How often activities occur, begin and end cases, and follow each other at once or with one between."""

    activities: Counter[int]
    begins: Counter[int]
    ends: Counter[int]
    follows: Counter[tuple[int, int]]
    skips: Counter[tuple[int, int]]
    triples: Counter[tuple[int, int, int]]


def count_steps(every: Weighted) -> Counts:
    """Return the counts that directly-follows miners need, from variants alone."""
    found = Counts(Counter(), Counter(), Counter(), Counter(), Counter(), Counter())
    for variant, cases in every:
        found.begins[variant[0]] += cases
        found.ends[variant[-1]] += cases
        for place, activity in enumerate(variant):
            found.activities[activity] += cases
            if place + 1 < len(variant):
                found.follows[activity, variant[place + 1]] += cases
            if place + 2 < len(variant):
                found.skips[activity, variant[place + 2]] += cases
                found.triples[activity, variant[place + 1], variant[place + 2]] += cases
    return found


def choose_common(every: Weighted, coverage: float, most: int) -> Weighted:
    """Return the commonest variants that cover that share of the cases, at most so many."""
    wanted, chosen, covered = coverage * sum(count for _, count in every), [], 0
    for variant, count in every[:most]:
        if covered >= wanted:
            break
        chosen.append((variant, count))
        covered += count
    return chosen


def label(code: int | None) -> str | None:
    """Return the name an activity has inside pm4py: a number of fixed width, so that texts sort as numbers do."""
    return None if code is None else f"{code:08d}"


@contextlib.contextmanager
def keep_quiet() -> Iterator[None]:
    """Keep pm4py's banner, progress bars and warnings to itself: results are values."""
    nowhere = io.StringIO()
    with warnings.catch_warnings(), contextlib.redirect_stderr(nowhere), contextlib.redirect_stdout(nowhere):
        warnings.simplefilter("ignore")
        yield
