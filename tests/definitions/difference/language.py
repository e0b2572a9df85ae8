"""The language of a flow read off its outline, word by word: an oracle that knows neither nets nor states.

A word is a tuple of letters ("step" or "= outcome"); with it goes, for each letter, the conditions that were decided
since the letter before, for it is under the data known just before a letter that they are judged.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from tests.execution.definitions import any_of, choose, end, may, par, process, repeat, seq, task, when

from svcflow.definitions.difference import Trace
from svcflow.definitions.model import (
    AnyOf,
    Choose,
    End,
    Item,
    May,
    Parallel,
    Process,
    Repeat,
    Sequence,
    Task,
    When,
)
from svcflow.guards import Field, Guard, compile_guard

FIELDS = {"x": Field("x", "boolean"), "y": Field("y", "boolean")}
GUARDS = tuple(compile_guard(text, FIELDS) for text in ("x", "not x", "y", "x and y", "x or not y", "x or not x"))
DATA = tuple({"x": x, "y": y} for x, y in product((True, False), repeat=2))


class Decided(NamedTuple):
    """A condition that was decided."""

    guard: Guard
    holds: bool


Token = str | Decided
Tokens = tuple[Token, ...]


def paths(item: Item, room: int) -> Iterator[tuple[Tokens, bool]]:
    """Yield every way through an item with at most `room` letters, and whether the case ended on it."""
    match item:
        case Task():
            if room > 0:
                yield (item.step,), False
        case End():
            yield (f"= {item.outcome}",), True
        case Sequence():
            yield from _chain(item.items, room)
        case Parallel():
            for parts in product(*(list(paths(branch, room)) for branch in item.branches)):
                if sum(map(_letters, (tokens for tokens, _ in parts))) <= room:
                    yield from ((tokens, False) for tokens in _shuffle([tokens for tokens, _ in parts]))
        case AnyOf():
            for inner in item.items:
                yield from paths(inner, room)
        case May():
            yield (), False
            yield from paths(item.item, room)
        case When():
            yield (Decided(item.guard, holds=False),), False
            for tokens, ended in paths(item.item, room):
                yield (Decided(item.guard, holds=True), *tokens), ended
        case Choose():
            refused: Tokens = ()
            for branch in item.branches:
                taken = refused if branch.guard is None else (*refused, Decided(branch.guard, holds=True))
                for tokens, ended in paths(branch.item, room):
                    yield (*taken, *tokens), ended
                refused = refused if branch.guard is None else (*refused, Decided(branch.guard, holds=False))
        case Repeat():
            yield from _rounds(item, room, 1)
        case _:
            raise AssertionError(item)


def _chain(items: tuple[Item, ...], room: int) -> Iterator[tuple[Tokens, bool]]:
    if not items:
        yield (), False
        return
    for tokens, ended in paths(items[0], room):
        if ended:
            yield tokens, True
        else:
            for rest, over in _chain(items[1:], room - _letters(tokens)):
                yield (*tokens, *rest), over


def _rounds(item: Repeat, room: int, number: int) -> Iterator[tuple[Tokens, bool]]:
    last = item.most is not None and number >= item.most
    leave: Tokens = () if item.guard is None or last else (Decided(item.guard, holds=False),)
    again: Tokens = () if item.guard is None else (Decided(item.guard, holds=True),)
    for tokens, ended in paths(item.do, room):
        if ended:
            yield tokens, True
            continue
        yield (*tokens, *leave), False
        left = room - _letters(tokens)
        if last:
            continue
        for between, over in paths(item.redo, left) if item.redo else (((), False),):
            if over:
                yield (*tokens, *again, *between), True
                continue
            for rest, finished in _rounds(item, left - _letters(between), number + 1):
                yield (*tokens, *again, *between, *rest), finished


def _letters(tokens: Tokens) -> int:
    return sum(isinstance(token, str) and not token.startswith("=") for token in tokens)


def _shuffle(parts: list[Tokens]) -> Iterator[Tokens]:
    waiting = [part for part in parts if part]
    if not waiting:
        yield ()
    for i, part in enumerate(waiting):
        for rest in _shuffle([*waiting[:i], part[1:], *waiting[i + 1 :]]):
            yield (part[0], *rest)


def words(made: Process, room: int) -> set[tuple[tuple[str, ...], tuple[int, ...]]]:
    """Return every complete word of at most `room` steps with the data (an index of DATA) known before each letter."""
    found = set()
    for tokens, ended in set(paths(made.flow, room)):
        letters: list[str] = []
        allowed: list[list[int]] = []
        waiting: list[Decided] = []
        for token in tokens if ended else (*tokens, "= done"):
            if isinstance(token, Decided):
                waiting.append(token)
                continue
            letters.append(token)
            allowed.append(
                [i for i, data in enumerate(DATA) if all(d.guard.evaluate(data) is d.holds for d in waiting)]
            )
            waiting = []
        found |= {(tuple(letters), data) for data in product(*allowed)}
    return found


def holds(trace: Trace, language: set[tuple[tuple[str, ...], tuple[int, ...]]]) -> bool:
    """Return whether a trace is a word of the language, with data that its own leave open filled in."""
    letters = (*trace.steps, f"= {trace.outcome}")
    fitting = ([i for i, full in enumerate(DATA) if known.items() <= full.items()] for known in trace.data)
    return all((letters, data) in language for data in product(*fitting))


# --- at random ------------------------------------------------------------------------------------------------------


def random_process(dice: random.Random, names: str) -> Process:
    """Return a small process with every kind of item; steps are letters of `names`, each used once."""
    supply = iter(names)

    def grow(size: int, depth: int, *, ends: bool) -> Item:
        if size <= 1:
            return task(next(supply))
        kind = dice.choice(("seq", "seq", "par", "any", "may", "when", "choose", "repeat", "leave"))
        cut = dice.randint(1, size - 1)
        inner = ends and kind != "par"
        if kind == "may" and depth < 3:
            return may(grow(size, depth + 1, ends=inner))
        if kind == "when" and depth < 3:
            return when(dice.choice(GUARDS), grow(size, depth + 1, ends=inner))
        if kind == "repeat" and depth < 3:
            do = grow(cut, depth + 1, ends=inner)
            redo = grow(size - cut, depth + 1, ends=inner) if dice.random() < 0.5 else None
            looped = repeat(do, redo, guard=dice.choice((None, *GUARDS[:5])), most=dice.choice((2, 2, 3)))
            return looped if redo else seq(looped, grow(size - cut, depth + 1, ends=inner))
        one, other = grow(cut, depth + 1, ends=inner), grow(size - cut, depth + 1, ends=inner)
        if kind == "par":
            return par(one, other)
        if kind == "any":
            return any_of(one, other)
        if kind == "choose":
            return choose((dice.choice(GUARDS), one), (None, other))
        if kind == "leave" and ends:
            return seq(when(dice.choice(GUARDS), seq(one, end("left"))), other)
        return seq(one, other)

    return process(grow(len(names), 0, ends=True), fields=FIELDS)
