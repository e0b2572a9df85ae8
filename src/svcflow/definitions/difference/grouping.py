"""Many places at which two processes part, in groups: one for each change that somebody made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias

from svcflow.definitions.difference.automaton import Letter
from svcflow.definitions.difference.search import Pair, Parting

_Key: TypeAlias = tuple[frozenset[Letter], frozenset[Letter]]


def merge_partings(partings: Iterable[Parting], anytime: frozenset[Letter]) -> list[list[Parting]]:
    """Return partings in groups, one for each change.

    The same letters, lost and gained, are the same change wherever they show; so are letters that go together at one
    place, under other data. What is about a step or an end that may come at any time (`anytime`) shows in every state:
    it is told once.
    """
    same: dict[_Key, list[Parting]] = {}
    for parting in partings:
        letters = frozenset(parting.lost) | frozenset(parting.gained)
        if ends := frozenset(letter for letter in anytime & letters if letter.ends):
            same.setdefault((ends, frozenset()), []).append(parting)
            continue
        for part in (_restrict(parting, anytime), _restrict(parting, letters - anytime)):
            if part.lost or part.gained:
                same.setdefault((frozenset(part.lost), frozenset(part.gained)), []).append(part)
    groups: list[tuple[list[_Key], set[Pair], list[Parting]]] = []
    for key, found in sorted(same.items(), key=lambda item: -len(item[0][0]) - len(item[0][1])):
        pairs = {parting.pair for parting in found}
        for keys, places, members in groups:
            if places & pairs and any(_go_together(key, other) for other in keys):
                keys.append(key)
                places.update(pairs)
                members.extend(found)
                break
        else:
            groups.append(([key], pairs, list(found)))
    return [members for _, _, members in groups]


def _go_together(one: _Key, other: _Key) -> bool:
    """Return whether letters at one place are one change: all are among the others', or what goes or comes is one."""
    (lost, gained), (more_lost, more_gained) = one, other
    alike = bool(lost) == bool(more_lost) and bool(gained) == bool(more_gained)
    within = lost <= more_lost and gained <= more_gained
    return alike and (within or (lost == more_lost and bool(lost)) or (gained == more_gained and bool(gained)))


def _restrict(parting: Parting, letters: frozenset[Letter]) -> Parting:
    return replace(
        parting,
        lost={letter: states for letter, states in parting.lost.items() if letter in letters},
        gained={letter: states for letter, states in parting.gained.items() if letter in letters},
    )
