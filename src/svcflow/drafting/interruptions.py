"""Activities that happen here and there while the work goes on as if they had not: a chase, a question, a transfer.

An occurrence interrupts if the work goes on from where it was: what stands before and after it follow each other
elsewhere, too, without it. An activity of a minority of cases that mostly interrupts, at several places and seldom at
each, is no step of the flow; the miner would wrap half the flow into a loop for it. A question and its answer, which
follow each other, interrupt together. What ends a case interrupts nothing, and what is parallel to other work
interrupts it often, and stays.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from svcflow.mining.variants import Variants

MOST_CASES = 0.4
"""An activity of more cases than this is a step."""
INTERRUPTING = 0.75
"""At least this share of its occurrences interrupts."""
SELDOM = 0.05
"""The work is interrupted at most at this share of the passages of a place."""
PLACES, PLACE = 3, 0.08
"""It does so at this many places, each with that share of its occurrences."""
COMMON = 0.02
"""Two activities follow each other if the second comes after this share of the first."""

_EDGE = -1
"""What stands before the first and after the last activity of a case."""

Counted = list[tuple[tuple[int, ...], int]]


def find_interruptions(variants: Variants) -> tuple[str, ...]:
    """Return the activities that interrupt the flow, in the order of their names."""
    every = list(zip(variants.sequences, variants.count.tolist(), strict=True))
    cases = sum(count for _, count in every)
    shown: Counter[int] = Counter()
    for sequence, count in every:
        for code in set(sequence):
            shown[code] += count
    rare = {code for code, count in shown.items() if count < MOST_CASES * cases}
    found: set[int] = set()
    while len(found) < len(shown) - 2:
        left = [(tuple(code for code in sequence if code not in found), count) for sequence, count in every]
        groups = _groups(left, rare - found)
        best = max(groups, key=lambda group: (_score(left, group), -len(group), group), default=())
        if not best or _score(left, best) < INTERRUPTING:
            break
        found.update(best)
    return tuple(sorted(variants.activities[code] for code in found))


def _groups(every: Counted, rare: set[int]) -> list[tuple[int, ...]]:
    """Return single activities, and each with the one that most often comes right after it."""
    followers: dict[int, Counter[int]] = {code: Counter() for code in rare}
    for sequence, count in every:
        for code, after in pairwise(sequence):
            if code in rare and after != code:
                followers[code][after] += count
    pairs = {
        (code, after)
        for code, counted in followers.items()
        for after in [max(counted, key=lambda x: (counted[x], -x), default=code)]
        if after in rare and after != code
    }
    return [*((code,) for code in sorted(rare)), *sorted(pairs)]


def _score(every: Counted, group: tuple[int, ...]) -> float:
    """Return the share of occurrences that interrupt; 0 where they do so at few places, or often at one."""
    around: Counter[tuple[int, int]] = Counter()
    follows: Counter[tuple[int, int]] = Counter()
    before: Counter[int] = Counter()
    places: Counter[int] = Counter()
    for sequence, count in every:
        last, interrupted = _EDGE, False
        for here in (*sequence, _EDGE):
            if here in group:
                interrupted = True
                continue
            if interrupted:
                around[last, here] += count
                places[last] += count
            else:
                follows[last, here] += count
                before[last] += count
            last, interrupted = here, False
    total = sum(around.values())
    if not total or sum(count >= PLACE * total for count in places.values()) < PLACES:
        return 0.0
    passed = {
        pair: count for pair, count in around.items() if pair[1] != _EDGE and follows[pair] > COMMON * before[pair[0]]
    }
    going_on = sum(passed.values())
    seldom = going_on <= SELDOM * (going_on + sum(follows[pair] for pair in passed))
    return going_on / total if seldom else 0.0
