"""What a YAML text is made of: scalars, listings and mappings that know where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a text; lines and columns count from 1, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is no document. `kind` is ``unreadable``, ``syntax`` or ``duplicate``."""

    kind: Literal["unreadable", "syntax", "duplicate"]
    message: str
    span: Span
    related: Span | None = None


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value: as text, and as what YAML 1.2 makes of it; only a `plain` one may be other than text."""

    text: str
    value: str | int | float | bool | None
    plain: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Listing:
    """A sequence of nodes."""

    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values, in the order of the text; of duplicate keys the first counts."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span

    def get(self, key: str) -> Node | None:
        """Return the value under `key`."""
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """Return the key itself, which knows where it stands."""
        return next((name for name, _ in self.entries if name.text == key), None)


Node: TypeAlias = Scalar | Listing | Mapping


@dataclass(frozen=True)
class Document:
    """A text and its root node; ``None`` where the text is empty or could not be read to its end."""

    file: str
    text: str
    root: Node | None
    faults: tuple[Fault, ...]

    @cached_property
    def lines(self) -> list[str]:
        """Return the lines of the text, counted as the parser counts them."""
        return LINE_BREAK.split(self.text)

    def within(self, node: Scalar, start: int, end: int) -> Span:
        """Return the span of characters `start` to `end` (from 0) of a scalar's text; the whole scalar if unsure."""
        span = node.span
        if span.line != span.end_line:
            return span
        offset = self.lines[span.line - 1][span.column - 1 : span.end_column - 1].find(node.text)
        if offset < 0 or not node.text:
            return span
        column = span.column + offset
        return Span(span.line, column + start, span.line, column + max(end, start + 1))


def plain(node: Node | None) -> Any:
    """Return a node as Python values: dict, list, text, number, truth value or ``None``."""
    if isinstance(node, Mapping):
        values: dict[str, Any] = {}
        for key, value in node.entries:
            values.setdefault(key.text, plain(value))
        return values
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    return None if node is None else node.value


def walk(node: Node | None) -> Iterator[Node]:
    """Yield a node and everything in it, keys included."""
    if node is None:
        return
    yield node
    if isinstance(node, Mapping):
        for key, value in node.entries:
            yield key
            yield from walk(value)
    elif isinstance(node, Listing):
        for item in node.items:
            yield from walk(item)
