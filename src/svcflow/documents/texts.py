"""Bytes and text -> documents; why a text is none is said as a fault, with its place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from svcflow.documents.composing import Composer, RefusalError
from svcflow.documents.nodes import LINE_BREAK, Document, Fault, Span

MAX_BYTES = 1_000_000
_START = Span(1, 1, 1, 2)

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


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
    composer = Composer()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            composer.take(event)
    except RefusalError as refused:
        composer.faults.append(refused.fault)
    except yaml.MarkedYAMLError as error:
        composer.faults.append(_syntax(error, text))
    except yaml.YAMLError as error:
        composer.faults.append(Fault("syntax", str(error).partition("\n")[0], Span(1, 1, 1, 2)))
    broken = any(fault.kind != "duplicate" for fault in composer.faults)
    return Document(file, text, None if broken else composer.root, tuple(composer.faults))


def _span_at(text: str, index: int) -> Span:
    lines = LINE_BREAK.split(text[:index])
    line, column = len(lines), len(lines[-1]) + 1
    return Span(line, column, line, column + 1)


def _unreadable(file: str, message: str, span: Span = _START) -> Document:
    return Document(file, "", None, (Fault("unreadable", message, span),))


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"


_REWORDED = {
    "mapping values are not allowed in this context": "a second ': ' on this line; put the text in quotes",
    "found character that cannot start any token": "this character cannot begin a value; put the text in quotes",
    "did not find expected node content": "expected a value; is a bracket above left open?",
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
    lines = LINE_BREAK.split(text)
    if not any(rest.strip() for rest in lines[line - 1 :]):  # the parser stopped behind the last word: show that
        line = max((number for number, rest in enumerate(lines, 1) if rest.strip()), default=1)
        column = len(lines[line - 1].rstrip()) + 1
    if "',' or" in message:
        message += "; a guard with a comma inside { } needs quotes"
    elif "cannot start" in problem and lines[line - 1][column - 1 : column] == "\t":
        message = "a tab cannot indent; use spaces"
    context: Any = error.context_mark
    related = None
    if context and mark and (context.line, context.column) != (mark.line, mark.column):
        related = Span(context.line + 1, context.column + 1, context.line + 1, context.column + 2)
    return Fault("syntax", message, Span(line, column, line, column + 1), related)
