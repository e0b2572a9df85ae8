"""Parser events -> nodes, without recursion and within limits: a hostile text meets them before it is composed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from svcflow.documents.nodes import Fault, Listing, Mapping, Node, Scalar, Span
from svcflow.documents.scalars import resolve

MAX_NODES = 25_000
"""A definition of a thousand steps has half as many."""

MAX_DEPTH = 40
"""Of brackets and indents; what reads and judges a definition calls itself some twenty times for each."""


class RefusalError(Exception):
    """A document svcflow does not read, though YAML may allow it."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.fault = Fault("syntax", message, span)


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been seen yet."""

    event: Any
    children: list[Node]
    size: int = 1
    height: int = 0


class Composer:
    """Builds nodes from parser events without recursion, within the limits."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.faults: list[Fault] = []
        self._documents = 0
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int, int]] = {}

    def take(self, event: Any) -> None:
        """Take the next event of the parser."""
        if isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event), event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._refuse_tag(event)
            if len(self._stack) >= MAX_DEPTH:
                raise RefusalError(f"nested deeper than {MAX_DEPTH} levels", _span(event))
            self._stack.append(_Open(event, []))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise RefusalError("a second document begins here; one file holds one definition", _span(event))

    def _scalar(self, event: Any) -> Scalar:
        self._refuse_tag(event)
        is_plain = bool(event.implicit[0])
        value = resolve(event.value) if is_plain else event.value
        return Scalar(event.value, value, is_plain, _span(event))

    def _refuse_tag(self, event: Any) -> None:
        if event.tag not in (None, "!"):
            raise RefusalError("this begins a YAML tag; put a text that begins with '!' in quotes", _span(event))

    def _alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            raise RefusalError(
                f"nothing above is anchored as '&{event.anchor}'; put a text that begins with '*' in quotes",
                _span(event),
            )
        node, size, height = self._anchors[event.anchor]
        if len(self._stack) + height > MAX_DEPTH:
            raise RefusalError(f"nested deeper than {MAX_DEPTH} levels", _span(event))
        self._attach(node, size, height, _span(event))

    def _close(self, event: Any) -> None:
        done = self._stack.pop()
        span = _collection_span(done, event)
        node: Node
        if isinstance(done.event, yaml.MappingStartEvent):
            node = Mapping(self._pairs(done), span)
        else:
            node = Listing(tuple(done.children), span)
        self._add(node, done.event, done.size, done.height + 1)

    def _add(self, node: Node, event: Any, size: int = 1, height: int = 1) -> None:
        if event.anchor:
            self._anchors[event.anchor] = (node, size, height)
        self._attach(node, size, height, node.span)

    def _attach(self, node: Node, size: int, height: int, span: Span) -> None:
        if not self._stack:
            self.root = node
            return
        parent = self._stack[-1]
        parent.children.append(node)
        parent.size += size
        parent.height = max(parent.height, height)
        if sum(level.size for level in self._stack) > MAX_NODES:
            raise RefusalError(f"more than {MAX_NODES} values, aliases counted each time", span)

    def _pairs(self, done: _Open) -> tuple[tuple[Scalar, Node], ...]:
        pairs: list[tuple[Scalar, Node]] = []
        seen: dict[str, Scalar] = {}
        for key, value in zip(done.children[::2], done.children[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise RefusalError("a key must be a single word or text", key.span)
            if done.event.flow_style:
                self._refuse_split_guard(pairs, key, value)
            if key.text in seen:
                first = seen[key.text].span
                message = f"duplicate key '{key.text}'; first given at line {first.line}"
                self.faults.append(Fault("duplicate", message, key.span, first))
                continue
            seen[key.text] = key
            pairs.append((key, value))
        return tuple(pairs)

    @staticmethod
    def _refuse_split_guard(pairs: list[tuple[Scalar, Node]], key: Scalar, value: Node) -> None:
        """Refuse ``{when: a in (b, c)}``, which YAML cuts at the comma into a value and a key without value."""
        before = pairs[-1][1] if pairs else None
        empty = isinstance(value, Scalar) and value.plain and not value.text
        if empty and isinstance(before, Scalar) and before.plain and before.text.count("(") > before.text.count(")"):
            span = Span(before.span.line, before.span.column, key.span.end_line, key.span.end_column)
            raise RefusalError("a guard with a comma inside { } needs quotes", span)


def _span(event: Any) -> Span:
    start, end = event.start_mark, event.end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _collection_span(done: _Open, end: Any) -> Span:
    """Return the span of a collection; a block one ends where its last child does, not where the next token begins."""
    start = done.event.start_mark
    if done.event.flow_style or not done.children:
        return Span(start.line + 1, start.column + 1, end.end_mark.line + 1, end.end_mark.column + 1)
    last = max((child.span.end_line, child.span.end_column) for child in done.children)
    return Span(start.line + 1, start.column + 1, *last)
