"""The data of a trace: chosen to give its truths, reduced to what makes the difference, arranged to be read."""

from __future__ import annotations

from svcflow.definitions.difference.automaton import Automaton, Letter
from svcflow.definitions.difference.cases import Cases, Data
from svcflow.definitions.difference.search import Asked, Stride


def accepts(automaton: Automaton, letters: list[Letter], truths: list[Asked]) -> bool:
    """Return whether a process allows a word, the truths of the conditions being known before each letter."""
    states = automaton.start
    for letter, known in zip(letters, truths, strict=True):
        moves = automaton.moves(states, known)
        if letter not in moves:
            return False
        states = moves[letter]
    return True


def choose_data(cases: Cases, way: list[Stride], at: int) -> list[Data]:
    """Return data before each letter that give its truths, changed as seldom as can be seen from the letter `at`."""
    known: list[Data] = [{} for _ in way]
    last = cases.choose(way[at].truths, {})
    for order in (range(at, -1, -1), range(at, len(way))):
        memory = dict(last)
        for i in order:
            known[i] = cases.choose(way[i].truths, memory)
            memory |= known[i]
    return known


def reduce_data(letters: list[Letter], data: list[Data], against: tuple[Automaton, Cases]) -> list[Data]:
    """Return the data without which the other process would allow the word, too."""
    other, cases = against
    kept = [dict(known) for known in data]

    def refused(tried: list[Data]) -> bool:
        return not accepts(other, letters, [cases.judge(known) for known in tried])

    for name in dict.fromkeys(name for known in data for name in known):
        without = [{n: v for n, v in known.items() if n != name} for known in kept]
        if refused(without):
            kept = without
            continue
        for i, known in enumerate(kept):
            if name in known:
                tried = [*kept[:i], {n: v for n, v in known.items() if n != name}, *kept[i + 1 :]]
                kept = tried if refused(tried) else kept
    return kept


def arrange_data(data: list[Data], needed: list[Data]) -> tuple[Data, tuple[tuple[int, Data], ...]]:
    """Return what holds for the whole case, and the rest by the letters before which it holds."""
    given: Data = {}
    for name in dict.fromkeys(name for known in needed for name in known):
        values = [known[name] for known in data if name in known]
        if all(value == values[0] for value in values):
            given[name] = values[0]
    facts = ((i, {n: v for n, v in known.items() if n not in given}) for i, known in enumerate(needed))
    return given, tuple((i, known) for i, known in facts if known)
