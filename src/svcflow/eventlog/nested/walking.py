"""Walks through a JSON document or JSON Lines, one element at a time: memory follows the largest one, not the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Never

from svcflow.errors import InputError

Keys = tuple[str, ...]
BLOCK = 1 << 18
LARGEST = 1 << 26
"""Characters of one element."""

DEEPEST = 12
"""Objects inside objects, down to the list of records."""

SPACE = " \t\r\n"
_HINT = "export it again as JSON or JSON Lines, or as CSV"


@dataclass(frozen=True, slots=True)
class Element:
    """An element of the list under `keys`, or (`single`) a value that stands outside of any list.

    `fault` says why a line cannot be read. `line` counts from 1.
    """

    keys: Keys
    value: Any
    line: int
    single: bool = False
    fault: str = ""


@dataclass(slots=True)
class Decoder:
    """Decodes values; numbers stay as they are written, what is no number becomes missing and is counted."""

    not_numbers: int = 0
    decoder: json.JSONDecoder = field(init=False)

    def __post_init__(self) -> None:
        self.decoder = json.JSONDecoder(
            parse_float=str, parse_int=str, parse_constant=self._skip, object_pairs_hook=_refuse_twice
        )

    def _skip(self, _: str) -> None:
        self.not_numbers += 1

    def decode(self, text: str, place: int = 0) -> tuple[Any, int]:
        """Return the value that begins at a place, and where it ends. Raises ValueError where there is none."""
        try:
            return self.decoder.raw_decode(text, place)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def _refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise DuplicateError(
            f"the key {next(key for key in keys if keys.count(key) > 1)[:40]!r} stands twice in one object"
        )
    return found


class DuplicateError(ValueError):
    """An object holds a key twice: nobody knows which value is meant."""


def has_lines(stream: IO[str]) -> bool:
    """Return whether a text holds one value a line: the first line is one, and another follows."""
    line = ""
    while not line.strip():
        line = stream.readline(LARGEST)
        if not line:
            return False
    text = line.strip()
    if not text.endswith("\n") and not text.endswith(("}", "]")):
        return False
    try:
        _, end = Decoder().decode(text)
    except ValueError:
        return text.startswith("{") and text.endswith("}") and _next_begins(stream, "{")
    return end == len(text) and text.startswith("{") and _next_begins(stream, "")


def _next_begins(stream: IO[str], mark: str) -> bool:
    for line in iter(lambda: stream.readline(LARGEST), ""):
        if line.strip():
            return line.lstrip().startswith(mark) if mark else True
    return False


def walk_lines(path: Path, stream: IO[str], decoder: Decoder) -> Iterator[Element]:
    """Yield the value of each line that is not blank."""
    number = 0
    while line := stream.readline(LARGEST):
        number += 1
        text = line.strip()
        if not text:
            continue
        if len(line) >= LARGEST and not line.endswith("\n"):
            raise InputError(f"{path.name}, line {number:,}: longer than {LARGEST >> 20} MB", _HINT)
        try:
            value, end = decoder.decode(text)
        except ValueError as error:
            yield Element((), None, number, fault=_explain(error, len(text), text))
            continue
        fault = "" if end == len(text) else f"more text after the end of the record (column {end + 1:,})"
        yield Element((), value, number, fault=fault)


def walk_document(path: Path, stream: IO[str], decoder: Decoder) -> Iterator[Element]:
    """Yield the elements of all lists that objects lead to, and the values beside them."""
    walker = _Walker(path, stream, decoder)
    yield from walker.value((), 0)
    if walker.peek():
        walker.fail("more text after the end of the document")


class _Walker:
    """The text from the current place on, refilled when an element does not fit."""

    def __init__(self, path: Path, stream: IO[str], decoder: Decoder) -> None:
        self.path = path
        self.stream = stream
        self.decoder = decoder
        self.text = ""
        self.place = 0
        self.line = 1
        self.ended = False

    def value(self, keys: Keys, depth: int) -> Iterator[Element]:
        """Yield what stands at the current place, objects and lists opened."""
        mark = self.peek()
        if mark == "{" and depth < DEEPEST:
            yield from self._object(keys, depth)
        elif mark == "[":
            yield from self._list(keys)
        else:
            line = self.line
            yield Element(keys, self._decode(), line, single=True)

    def peek(self) -> str:
        """Return the next character that is no space, or nothing at the end of the text."""
        while True:
            while self.place < len(self.text) and self.text[self.place] in SPACE:
                self.line += self.text[self.place] == "\n"
                self.place += 1
            if self.place < len(self.text):
                return self.text[self.place]
            if not self._refill():
                return ""

    def fail(self, reason: str) -> Never:
        """Raise InputError at the current line."""
        raise InputError(f"{self.path.name}, line {self.line:,}: {reason}", _HINT)

    def _object(self, keys: Keys, depth: int) -> Iterator[Element]:
        self.place += 1
        known: set[str] = set()
        while (mark := self.peek()) != "}":
            if known:
                self._expect(",", mark)
                mark = self.peek()
            if mark != '"':
                self.fail("the file ends too early" if not mark else "a key in double quotes is expected")
            key = self._decode()
            if key in known:
                self.fail(f"the key {key[:40]!r} stands twice in one object")
            known.add(key)
            self._expect(":", self.peek())
            yield from self.value((*keys, key), depth + 1)
        self.place += 1

    def _list(self, keys: Keys) -> Iterator[Element]:
        self.place += 1
        first = True
        while (mark := self.peek()) != "]":
            if not first:
                self._expect(",", mark)
                mark = self.peek()
            if not mark:
                self.fail("the file ends too early")
            first, line = False, self.line
            yield Element(keys, self._decode(), line)
        self.place += 1

    def _expect(self, wanted: str, found: str) -> None:
        if found != wanted:
            self.fail("the file ends too early" if not found else f"{wanted!r} is expected, not {found!r}")
        self.place += 1

    def _decode(self) -> Any:
        """Decode the value at the current place; one that reaches the end of the text may go on behind it."""
        while True:
            try:
                value, end = self.decoder.decode(self.text, self.place)
            except DuplicateError as error:
                self.fail(str(error))
            except ValueError as error:
                if not self._refill():
                    self._fail_at(error)
                continue
            if end == len(self.text) and self._refill():
                continue
            self.line += self.text.count("\n", self.place, end)
            self.place = end
            return value

    def _fail_at(self, error: ValueError) -> Never:
        place = getattr(error, "pos", self.place)
        self.line += self.text.count("\n", self.place, place)
        self.fail(_explain(error, len(self.text), self.text))

    def _refill(self) -> bool:
        """Read on, each time as much again as is held, and let go of what is done."""
        if self.ended:
            return False
        held = len(self.text) - self.place
        if held > LARGEST:
            self.fail(f"a value is longer than {LARGEST >> 20} MB, or it is not JSON")
        more = self.stream.read(max(BLOCK, held))
        if not more:
            self.ended = True
            return False
        self.text = self.text[self.place :] + more
        self.place = 0
        return True


def _explain(error: ValueError, length: int, text: str) -> str:
    if not isinstance(error, json.JSONDecodeError):
        return str(error)
    if error.pos >= length or "Unterminated" in error.msg or not text[error.pos :].strip():
        return "the text ends too early"
    column = error.pos - (text.rfind("\n", 0, error.pos) + 1) + 1
    return f"not JSON ({error.msg} at column {column:,})"
