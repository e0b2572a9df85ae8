"""YAML with positions: text -> nodes that know where they stand, and faults instead of exceptions.

Scalars follow the rules of YAML 1.2 (core schema): ``22:00`` and ``no`` are texts. Duplicate keys, tags, aliases that
multiply, and deep or huge documents are faults. Built from parser events, so that a hostile file meets the limits
before it is composed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

import yaml

MAX_BYTES = 4_000_000
MAX_NODES = 200_000
MAX_DEPTH = 64

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")
_BASED = re.compile(r"0o[0-7]{1,300}|0x[0-9a-fA-F]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: value for value, name in ((True, "true"), (False, "false")) for word in (name, name.title(), name.upper())
}
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
        return _BREAK.split(self.text)

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


def read(path: Path, name: str | None = None) -> Document:
    """Read a YAML file; `name` is what positions call it. What cannot be read becomes a fault of the document."""
    file = name or path.as_posix()
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return _unreadable(file, f"cannot read the file: {error.strerror or error}")
    return decode(data, file)


def decode(data: bytes, file: str) -> Document:
    """Turn the bytes of a file into a document."""
    if len(data) > MAX_BYTES:
        return _unreadable(file, f"the file is larger than {MAX_BYTES // 1_000_000} MB, which no definition is")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _unreadable(file, "this is UTF-16; save the file as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        return _unreadable(file, f"not UTF-8 at byte {error.start + 1}", _span_at(before, len(before)))
    return parse(text, file)


def parse(text: str, file: str = "") -> Document:
    """Turn YAML text into a document.

    >>> document = parse("steps: {register: 5m}", "x.yaml")
    >>> document.root.get("steps").get("register").span
    Span(line=1, column=19, end_line=1, end_column=21)
    """
    text = text.removeprefix("\ufeff")
    if stray := _UNPRINTABLE.search(text):
        span = _span_at(text, stray.start())
        return Document(
            file, text, None, (Fault("unreadable", f"control character {_code(stray[0])} in the text", span),)
        )
    composer = _Composer()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            composer.take(event)
    except _RefusalError as refused:
        composer.faults.append(refused.fault)
    except yaml.MarkedYAMLError as error:
        composer.faults.append(_syntax(error, text))
    except yaml.YAMLError as error:
        composer.faults.append(Fault("syntax", str(error).partition("\n")[0], Span(1, 1, 1, 2)))
    broken = any(fault.kind != "duplicate" for fault in composer.faults)
    return Document(file, text, None if broken else composer.root, tuple(composer.faults))


def resolve(text: str) -> str | int | float | bool | None:
    """Return what YAML 1.2 makes of a plain scalar.

    >>> resolve("22:00"), resolve("no"), resolve("true"), resolve("0o17"), resolve("1e3"), resolve("~")
    ('22:00', 'no', True, 15, 1000.0, None)
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if len(text) < 400 and _FLOAT.fullmatch(text):
        number = float(text)
        return number if abs(number) != float("inf") else text
    return text


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


class _RefusalError(Exception):
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


class _Composer:
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
                raise _RefusalError(f"nested deeper than {MAX_DEPTH} levels", _span(event))
            self._stack.append(_Open(event, []))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _RefusalError("a second document begins here; one file holds one definition", _span(event))

    def _scalar(self, event: Any) -> Scalar:
        self._refuse_tag(event)
        is_plain = bool(event.implicit[0])
        value = resolve(event.value) if is_plain else event.value
        return Scalar(event.value, value, is_plain, _span(event))

    def _refuse_tag(self, event: Any) -> None:
        if event.tag not in (None, "!"):
            raise _RefusalError("this begins a YAML tag; put a text that begins with '!' in quotes", _span(event))

    def _alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            raise _RefusalError(
                f"nothing above is anchored as '&{event.anchor}'; put a text that begins with '*' in quotes",
                _span(event),
            )
        node, size, height = self._anchors[event.anchor]
        if len(self._stack) + height > MAX_DEPTH:
            raise _RefusalError(f"nested deeper than {MAX_DEPTH} levels", _span(event))
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
            raise _RefusalError(f"more than {MAX_NODES} values, aliases counted each time", span)

    def _pairs(self, done: _Open) -> tuple[tuple[Scalar, Node], ...]:
        pairs: list[tuple[Scalar, Node]] = []
        seen: dict[str, Scalar] = {}
        for key, value in zip(done.children[::2], done.children[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise _RefusalError("a key must be a single word or text", key.span)
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
            raise _RefusalError("a guard with a comma inside { } needs quotes", span)


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


def _span_at(text: str, index: int) -> Span:
    lines = _BREAK.split(text[:index])
    line, column = len(lines), len(lines[-1]) + 1
    return Span(line, column, line, column + 1)


def _unreadable(file: str, message: str, span: Span = Span(1, 1, 1, 2)) -> Document:
    return Document(file, "", None, (Fault("unreadable", message, span),))


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"


_REWORDED = {
    "mapping values are not allowed in this context": "a second ': ' on this line; put the text in quotes",
    "found character that cannot start any token": "this character cannot begin a value; put the text in quotes",
    "could not find expected ':'": "expected ':' after this key",
    "did not find expected '-' indicator": "expected '- ': this line is indented like the list above it",
    "did not find expected key": "expected a key; is the indentation right, is a quoted text followed by more text?",
    "found unexpected end of stream": "the text ends inside quotes",
}


def _syntax(error: yaml.MarkedYAMLError, text: str) -> Fault:
    mark: Any = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = error.problem or error.context or "not YAML"
    message = _REWORDED.get(
        problem, problem.replace("did not find expected", "expected").replace("<", "").replace(">", "")
    )
    lines = _BREAK.split(text)
    if "',' or" in message:
        message += "; a guard with a comma inside { } needs quotes"
    elif "cannot start" in problem and lines[line - 1][column - 1 : column] == "\t":
        message = "a tab cannot indent; use spaces"
    context: Any = error.context_mark
    related = None
    if context and mark and (context.line, context.column) != (mark.line, mark.column):
        related = Span(context.line + 1, context.column + 1, context.line + 1, context.column + 2)
    return Fault("syntax", message, Span(line, column, line, column + 1), related)
