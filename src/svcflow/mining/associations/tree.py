"""A shallow tree: which questions about a case split the ones that show the effect from the others best.

Each branch asks for one value of one attribute. The split is the one with the largest chi-square; it is made where both
sides have enough cases and the chance of such a split among all that were tried there stays below 1 % (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.associations.singles import are_large
from svcflow.mining.associations.traits import Trait

DEPTH = 3
CHANCE = 0.01


@dataclass(frozen=True, slots=True)
class Node:
    """Some cases: how many, how many with the effect, and the question that splits them, if any."""

    cases: int
    shown: int
    attribute: str | None = None
    value: str | None = None
    yes: Node | None = None
    no: Node | None = None

    def prune(self, least: int) -> Node:
        """Return the tree without branches in which fewer than `least` cases show the effect, or do not."""
        if self.yes is None or self.no is None:
            return self
        branches = [branch.prune(least) for branch in (self.yes, self.no)]
        if any(min(branch.shown, branch.cases - branch.shown) < least for branch in branches if least > 1):
            return Node(self.cases, self.shown)
        return Node(self.cases, self.shown, self.attribute, self.value, *branches)

    def to_json(self) -> dict[str, Any]:
        """Return the tree as plain values."""
        told: dict[str, Any] = {"cases": self.cases, "shown": self.shown, "rate": self.shown / self.cases}
        if self.yes is None or self.no is None:
            return told
        return told | {
            "attribute": self.attribute,
            "value": self.value,
            "yes": self.yes.to_json(),
            "no": self.no.to_json(),
        }


def grow(traits: Sequence[Trait], shown: NDArray[np.bool_], least: int, depth: int = DEPTH) -> Node:
    """Return the tree of all cases, at most `depth` questions deep; every branch has `least` cases."""
    return _Growth(traits, shown, least).grow(np.arange(len(shown)), depth)


@dataclass(frozen=True, slots=True)
class _Growth:
    """What a tree grows from."""

    traits: Sequence[Trait]
    shown: NDArray[np.bool_]
    least: int

    def grow(self, at: NDArray[np.intp], depth: int) -> Node:
        """Return the tree of the cases `at`."""
        leaf = Node(len(at), int(self.shown[at].sum()))
        best = self._find_split(at) if depth and 0 < leaf.shown < leaf.cases else None
        if best is None:
            return leaf
        trait, code = best
        inside = trait.codes[at] == code
        branches = (self.grow(at[inside], depth - 1), self.grow(at[~inside], depth - 1))
        return Node(leaf.cases, leaf.shown, trait.name, trait.labels[code], *branches)

    def _find_split(self, at: NDArray[np.intp]) -> tuple[Trait, int] | None:
        """Return the value that splits these cases best, ``None`` where no split is beyond chance."""
        from scipy.stats import chi2  # noqa: PLC0415 - takes half a second

        total, effect = len(at), int(self.shown[at].sum())
        best: tuple[float, Trait, int] | None = None
        tried = 0
        for trait in self.traits:
            codes = trait.codes[at]
            cases = np.bincount(codes, minlength=len(trait.labels))
            hits = np.bincount(codes, weights=self.shown[at], minlength=len(trait.labels))
            large = are_large(cases, total, self.least)
            tried += int(large.sum())
            if not large.any():
                continue
            expected = cases * effect / total
            with np.errstate(divide="ignore", invalid="ignore"):
                score = (hits - expected) ** 2 / (expected * (1 - effect / total) * (1 - cases / total))
            code = int(np.argmax(np.where(large, score, -1)))
            if best is None or score[code] > best[0]:
                best = (float(score[code]), trait, code)
        if best is None or chi2.sf(best[0], 1) * tried > CHANCE:
            return None
        return best[1], best[2]
