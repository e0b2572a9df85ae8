"""Flow items that no file says: built by an import or a draft, so without a place in a text."""

from __future__ import annotations

from collections.abc import Iterable

from svcflow.definitions.outline import AnyOf, Branch, Choose, End, Item, May, Parallel, Repeat, Sequence, Task, When
from svcflow.findings import NOWHERE
from svcflow.guards import Guard, compile_guard


def task(step: str) -> Task:
    """Return a step's place in a flow."""
    return Task(step, "", NOWHERE)


def sequence(*items: Item) -> Sequence:
    """Return items one after the other."""
    return Sequence(items, "", NOWHERE)


def parallel(*branches: Item) -> Parallel:
    """Return branches that all happen."""
    return Parallel(branches, "", NOWHERE)


def any_of(*items: Item) -> AnyOf:
    """Return items of which the case chooses one."""
    return AnyOf(items, "", NOWHERE)


def may(item: Item) -> May:
    """Return an item at will."""
    return May(item, "", NOWHERE)


def when(guard: Guard, item: Item) -> When:
    """Return an item exactly when the guard holds."""
    return When(guard, item, "", NOWHERE)


def choose(branches: Iterable[tuple[Guard | None, Item]]) -> Choose:
    """Return the first branch whose guard holds; a guard of ``None`` is the ``else``."""
    return Choose(tuple(Branch(guard, item, "", NOWHERE) for guard, item in branches), "", NOWHERE)


def repeat(do: Item, redo: Item | None = None, guard: Guard | None = None, most: int | None = None) -> Repeat:
    """Return an item that repeats while the guard holds; without one, at will."""
    return Repeat(do, redo, guard, most, "", NOWHERE)


def end(outcome: str) -> End:
    """Return the end of the case."""
    return End(outcome, "", NOWHERE)


def negate(guard: Guard) -> Guard:
    """Return the guard that holds exactly when `guard` does not.

    >>> from svcflow.guards import Field
    >>> valid = compile_guard("valid", {"valid": Field("valid", "boolean")})
    >>> negate(valid).text, negate(negate(valid)).text
    ('not valid', 'valid')
    """
    text = guard.text
    inner = text.removeprefix("not ").strip()
    if inner != text and (inner.isidentifier() or (inner.startswith("(") and inner.find(")") == len(inner) - 1)):
        return _compile(inner.removeprefix("(").removesuffix(")"), guard)
    return _compile(f"not {text}" if text.isidentifier() else f"not ({text})", guard)


def either(guards: Iterable[Guard]) -> Guard:
    """Return the guard that holds when one of `guards` does."""
    listed = tuple(guards)
    return listed[0] if len(listed) == 1 else _compile(" or ".join(f"({guard.text})" for guard in listed), *listed)


def _compile(text: str, *guards: Guard) -> Guard:
    return compile_guard(text, {field.name: field for guard in guards for field in guard.types})
