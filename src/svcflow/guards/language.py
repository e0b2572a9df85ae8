"""What a guard is: the fields it may read, the condition it compiled to, the error it is refused with."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from svcflow.errors import SvcflowError

Kind: TypeAlias = Literal["string", "number", "integer", "boolean", "datetime", "enum"]
Data: TypeAlias = Mapping[str, object]
Truth: TypeAlias = Callable[[Data], bool | None]
Value: TypeAlias = Callable[[Data], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A case field a guard may read; `values` are the allowed words of an enum, lowest first."""

    name: str
    kind: Kind
    values: tuple[str, ...] = ()


def undecided(_: Data) -> bool | None:
    """Return that nothing is known: the truth of a guard that could not be compiled."""
    return None


@dataclass(frozen=True, slots=True)
class Guard:
    """A compiled condition; `fields` are the names it reads, `types` what they are.

    `literals` are the values its fields are compared with; `relates` says that it compares numbers, texts or times of
    two fields with each other. Two guards are equal if they say the same about the same fields. A guard can be
    pickled: it compiles again.
    """

    text: str
    fields: tuple[str, ...]
    types: tuple[Field, ...] = ()
    literals: tuple[tuple[str, object], ...] = field(default=(), compare=False)
    relates: bool = field(default=False, compare=False)
    truth: Truth = field(default=undecided, compare=False, repr=False)

    def evaluate(self, data: Data) -> bool | None:
        """Return whether the condition holds for `data`; ``None`` where missing data leaves it open.

        Missing keys, ``None``, empty text and NaN are unknown. Text is read as the field's kind.
        """
        return self.truth(data)

    def __reduce__(self) -> tuple[Any, ...]:
        from svcflow.guards.compiler import compile_again  # noqa: PLC0415 - the compiler makes guards

        return compile_again, (self.text, self.types)


class GuardError(SvcflowError):
    """A guard that says nothing: where in its text (columns from 1, the end exclusive), and what would be right."""

    def __init__(self, message: str, column: int, end_column: int) -> None:
        super().__init__(message, f"column {column} of the condition")
        self.column = column
        self.end_column = max(end_column, column + 1)

    def __reduce__(self) -> tuple[Any, ...]:
        return GuardError, (self.message, self.column, self.end_column)


def suggest(word: str, known: Sequence[str]) -> str:
    """Return ``; did you mean 'x'?`` for the nearest known word, or nothing.

    >>> suggest("vald", ["valid", "claim"])
    "; did you mean 'valid'?"
    """
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""
