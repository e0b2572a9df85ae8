"""Chains of time, each spell on one calendar: how they are joined, and which of them are the longest."""

from __future__ import annotations

from collections.abc import Mapping

from svcflow.definitions.model import Target

Chain = tuple[tuple[str, int], ...]
"""(calendar, seconds), one spell after the other; neighbours are on different calendars."""
Data = Mapping[str, object]
MOST_CHAINS = 32


def append(chain: Chain, spell: tuple[str, int]) -> Chain:
    """Return a chain with one more spell; two on the same calendar become one.

    >>> append((("office", 60),), ("office", 30))
    (('office', 90),)
    """
    if chain and chain[-1][0] == spell[0]:
        return (*chain[:-1], (spell[0], chain[-1][1] + spell[1]))
    return (*chain, spell)


def join(chain: Chain, other: Chain) -> Chain:
    """Return a chain and another after it.

    >>> join((("office", 60),), (("office", 30), ("always", 10)))
    (('office', 90), ('always', 10))
    """
    return (*append(chain, other[0]), *other[1:]) if other else chain


def longest_of(chains: tuple[Chain, ...]) -> tuple[Chain, ...]:
    """Return the chains that no other is as long as, spell by spell; the longest few if they are many."""
    if len(chains) < 2:
        return chains
    best: dict[tuple[str, ...], list[Chain]] = {}
    for chain in sorted(set(chains), key=lambda chain: (-sum(seconds for _, seconds in chain), chain)):
        rivals = best.setdefault(tuple(calendar for calendar, _ in chain), [])
        if not any(all(a[1] >= b[1] for a, b in zip(rival, chain, strict=True)) for rival in rivals):
            rivals.append(chain)
    kept = [chain for rivals in best.values() for chain in rivals]
    if len(kept) > 1:
        kept = [chain for chain in kept if chain]
    return tuple(sorted(kept, key=lambda chain: -sum(seconds for _, seconds in chain))[:MOST_CHAINS])


def longest_target(target: Target | None, data: Data) -> int:
    """Return the seconds a step may take for a case; the most it may ever take where the data do not tell."""
    if target is None:
        return 0
    if target.constant is not None or target.by is None:
        return target.constant or 0
    if target.by not in data:
        return max((target.otherwise or 0, *(seconds for _, seconds in target.values)))
    word = _word(data[target.by])
    return next((seconds for value, seconds in target.values if value == word), target.otherwise or 0)


def entry_of(target: Target, data: Data) -> str:
    """Return the entry of a target that a case falls under: a value of its field, or ``else``."""
    word = _word(data.get(target.by or ""))
    return word if any(value == word for value, _ in target.values) else "else"


def _word(value: object) -> str:
    """Return a value as the entry of a target names it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
