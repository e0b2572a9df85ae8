"""Activities that happen here and there while the work goes on as if they had not: a chase, a question, a transfer.

An occurrence interrupts if the work goes on from where it was: what stands before and after it follow each other
elsewhere, too, without it. An activity of a minority of cases that mostly interrupts, at several places, is no step of
the flow; the miner would wrap half the flow into a loop for it.
"""

from __future__ import annotations

from collections import Counter

from svcflow.mining.variants import Variants

MOST_CASES = 0.4
INTERRUPTING = 0.75
PLACES = 3
PLACE = 0.08
COMMON = 0.02

_EDGE = -1
"""What stands before the first and after the last activity of a case."""


def find_interruptions(variants: Variants) -> tuple[str, ...]:
    """Return the activities that interrupt the flow, in the order of their names."""
    every = list(zip(variants.sequences, variants.count.tolist(), strict=True))
    cases = sum(count for _, count in every)
    shown: Counter[int] = Counter()
    for sequence, count in every:
        for code in set(sequence):
            shown[code] += count
    candidates = {code for code, count in shown.items() if count < MOST_CASES * cases}
    found: set[int] = set()
    while len(found) < len(shown) - 2:
        left = [(tuple(code for code in sequence if code not in found), count) for sequence, count in every]
        scores = {code: _score(left, code) for code in sorted(candidates - found)}
        best = max(scores, key=lambda code: (scores[code], -code), default=None)
        if best is None or scores[best] < INTERRUPTING:
            break
        found.add(best)
    return tuple(sorted(variants.activities[code] for code in found))


def _score(every: list[tuple[tuple[int, ...], int]], code: int) -> float:
    """Return the share of occurrences that interrupt; 0 where they do so at few places."""
    pairs: Counter[tuple[int, int]] = Counter()
    follows: Counter[tuple[int, int]] = Counter()
    before: Counter[int] = Counter()
    for sequence, count in every:
        last, interrupted = _EDGE, False
        for here in (*sequence, _EDGE):
            if here == code:
                interrupted = True
                continue
            (pairs if interrupted else follows)[last, here] += count
            before[last] += 0 if interrupted else count
            last, interrupted = here, False
    total = sum(pairs.values())
    places: Counter[int] = Counter()
    for (last, _), count in pairs.items():
        places[last] += count
    if not total or sum(count >= PLACE * total for count in places.values()) < PLACES:
        return 0.0
    going_on = sum(count for pair, count in pairs.items() if follows[pair] > COMMON * before[pair[0]])
    return going_on / total
