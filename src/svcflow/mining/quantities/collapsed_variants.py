"""Variants without their loops, and how few of them cover most cases.

**What.** The variants of the log with loops folded: what is repeated at once, one step or a stretch of up to six,
stands there once. For each the cases, the raw variants in it and the median cycle time; and how many variants cover
50, 80 and 95 % of the cases, raw, with self-loops folded, and with all loops folded.

**How.** A A B is A B; A B A B C is A B C; short stretches first, until nothing is repeated at once. A B A stays: it
comes back, but repeats nothing.

**Source.** Folding self-loops is Celonis' `SHORTENED` to one; stretches of up to six follow metrics.md 5.

**Limits.** The 1,000 largest are listed. Which loops there were is not in it; see `cycles`.
"""

from __future__ import annotations

from itertools import chain

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.cycles import LONGEST, fold_loops
from svcflow.mining.describing import is_approximate
from svcflow.mining.grouping import all_seconds, group, say_known
from svcflow.mining.mined import Mined
from svcflow.mining.quantity import Measured, Setting
from svcflow.mining.summarised import Summarised
from svcflow.mining.tables import Table

TITLE = {"en": "Variants without loops", "zh": "折叠循环后的变体"}
DEFINITION = "variants"
MISSING = {
    "en": "Every case has a sequence: nothing is missing. Open cases stand with what they show so far.",
    "zh": "每个案件都有序列：无缺失；未结案件按现有序列计入。",
}
COVERED = (50, 80, 95)
LISTED = 1_000
"""So many variants are listed; the figures are of all."""

Ints = NDArray[np.int64]


def derive(mined: Mined | Summarised, _: Setting) -> Measured:
    """Return the folded variants."""
    variants = mined.variants
    lengths = np.array([len(sequence) for sequence in variants.sequences], np.int64)
    values = np.fromiter(chain.from_iterable(variants.sequences), np.int64, int(lengths.sum()))
    plain, simple = _number(values, lengths, 1)
    folded, sequences = _number(values, lengths, LONGEST)
    cases = np.bincount(folded, variants.count, len(sequences)).astype(np.int64)
    order = np.lexsort((np.arange(len(cases)), -cases))
    shown, total = order[:LISTED], max(int(cases.sum()), 1)
    medians, approximate = _find_medians(mined, folded, shown)
    table = Table(
        {
            "cases": cases[shown].tolist(),
            "share": (cases[shown] / total).tolist(),
            "variants": np.bincount(folded, minlength=len(cases))[shown].tolist(),
            "median_s": medians,
            "activities": [[mined.variants.activities[code] for code in sequences[place]] for place in shown.tolist()],
        }
    )
    counts = {
        "raw": variants.count,
        "self_loops_folded": np.bincount(plain, variants.count, len(simple)).astype(np.int64),
        "folded": cases,
    }
    figures = {f"{name}_variants": len(numbers) for name, numbers in counts.items()}
    figures |= {
        f"{name}_to_cover_{share}": cover(numbers, share) for name, numbers in counts.items() for share in COVERED
    }
    return Measured(table, figures, int(cases.sum()), "cases", approximate=approximate)


def _find_medians(mined: Mined | Summarised, folded: Ints, shown: Ints) -> tuple[list[float | None], bool]:
    """Return the median cycle time of each variant shown, and whether those are approximate: of many cases on disk."""
    if isinstance(mined, Summarised):
        cycles = mined.cycles.move(folded[mined.cycles.keys])
        return say_known(cycles.quantile(0.5)[shown]), is_approximate(cycles)
    return [*all_seconds(group(folded[mined.variants.of_case], mined.cases.cycle).quantile(0.5)[shown])], False


def cover(counts: Ints, percent: int) -> int:
    """Return how many variants, largest first, have this share of all cases or more.

    >>> cover(np.array([5, 1, 3, 1]), 80), cover(np.array([], np.int64), 50)
    (2, 0)
    """
    most = np.cumsum(np.sort(counts)[::-1])
    return int(np.searchsorted(100 * most, percent * int(counts.sum()))) + 1 if len(most) else 0


def _number(values: Ints, lengths: Ints, longest: int) -> tuple[Ints, list[tuple[int, ...]]]:
    """Return the number of each variant's folded sequence, and these sequences in order of first appearance."""
    values, lengths = fold_loops(values, lengths, longest)
    ends = np.cumsum(lengths)
    numbers: dict[tuple[int, ...], int] = {}
    whole = values.tolist()
    places = [
        numbers.setdefault(tuple(whole[low:high]), len(numbers))
        for low, high in zip((ends - lengths).tolist(), ends.tolist(), strict=True)
    ]
    return np.array(places, np.int64), list(numbers)
