"""Edits of a definition's text at the place of one value; comments, order and layout of all the rest stay.

A place is a path of keys and list indices from the top of the file, such as ``("steps", "review", "owner")``.
Values are given as YAML text. Every edit takes a text and returns a new one; a place that does not exist, or that
is of another shape than the edit needs, raises `UsageError`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from svcflow.documents import Listing, Mapping, Node, Scalar, parse, walk
from svcflow.errors import UsageError

Path: TypeAlias = Sequence[str | int]

_BOM = "\ufeff"
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def read(text: str, path: Path) -> str | None:
    """Return the text of the value at `path` as it is written, ``None`` if there is none."""
    node = _find(_parse(text), path)
    return None if node is None else text[_start(text, node) : _end(text, node)]


def replace(text: str, path: Path, value: str) -> str:
    """Return `text` with the value at `path` (a scalar or a value in brackets) replaced by `value`."""
    node = _need(text, path)
    if _is_block(text, node):
        raise UsageError(f"{_name(path)} is a block, not one value")
    return text[: _start(text, node)] + value + text[_end(text, node) :]


def insert_key(text: str, path: Path, key: str, value: str, *, after: Iterable[str] = ()) -> str:
    """Return `text` with ``key: value`` added to the mapping at `path`.

    It stands behind the last of the keys `after` that the mapping has, else at the end. Raises `UsageError` if the
    mapping has `key` already.
    """
    node = _need(text, path)
    if not isinstance(node, Mapping):
        raise UsageError(f"{_name(path)} is no mapping")
    if node.get(key) is not None:
        raise UsageError(f"{_name(path)} has '{key}' already")
    if _is_block(text, node) and any(text[_start(text, _need(text, path[:n]))] in "{[" for n in range(len(path))):
        raise UsageError(f"{_name(path)} is a single pair in a list; it needs brackets of its own first")
    wanted = set(after)
    behind = [v for k, v in node.entries if k.text in wanted] or [v for _, v in node.entries]
    if not _is_block(text, node):
        return _insert_inside(text, node, behind, f"{key}: {value}")
    return _insert_line(text, behind[-1], " " * (node.span.column - 1) + f"{key}: {value}")


def append_item(text: str, path: Path, value: str) -> str:
    """Return `text` with `value` as the last item of the list at `path`; a single value becomes a list of two."""
    node = _need(text, path)
    if isinstance(node, Scalar):
        start, end = _start(text, node), _end(text, node)
        return text[:start] + f"[{text[start:end]}, {value}]" + text[end:]
    if not isinstance(node, Listing):
        raise UsageError(f"{_name(path)} is no list")
    if not _is_block(text, node):
        return _insert_inside(text, node, node.items, value)
    return _insert_line(text, node.items[-1], " " * (node.span.column - 1) + f"- {value}")


def remove_item(text: str, path: Path) -> str:
    """Return `text` without the item at `path` of a list; its line goes with it where it has one of its own.

    Raises `UsageError` for the last item of a list, and for one whose line says more (a comment would be lost).
    """
    node, listing = _need(text, path), _need(text, path[:-1])
    if not isinstance(listing, Listing) or len(listing.items) == 1:
        raise UsageError(f"{_name(path)} is no item of a list that could do without it")
    start, end = _start(text, node), _end(text, node)
    if not _is_block(text, listing):
        number = int(path[-1])
        if number:
            return text[: _end(text, listing.items[number - 1])] + text[end:]
        return text[:start] + text[_start(text, listing.items[1]) :]
    begin, after = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    after = len(text) if after < 0 else after + 1
    if text[begin:start].strip() != "-" or text[end:after].strip():
        raise UsageError(f"the line of {_name(path)} says more than that")
    return text[:begin] + text[after:]


def move_item(text: str, path: Path, behind: int) -> str:
    """Return `text` with the single word at `path` of a list moved behind the item number `behind` of that list."""
    node, listing = _need(text, path), _need(text, (*path[:-1], behind))
    if not isinstance(node, Scalar) or not isinstance(path[-1], int) or path[-1] >= behind:
        raise UsageError(f"{_name(path)} is no word that could move there")
    word = text[_start(text, node) : _end(text, node)]
    end = _end(text, listing)
    if _is_block(text, _need(text, path[:-1])):
        moved = _insert_line(text, _last(listing), " " * (_need(text, path[:-1]).span.column - 1) + f"- {word}")
    else:
        moved = text[:end] + f", {word}" + text[end:]
    return remove_item(moved, path)


def _last(node: Node) -> Node:
    """Return the last value inside a node: where its text ends."""
    inner = node.entries[-1][1] if isinstance(node, Mapping) and node.entries else node
    inner = inner.items[-1] if isinstance(inner, Listing) and inner.items else inner
    return inner if inner is node else _last(inner)


def rename_key(text: str, path: Path, new: str) -> str:
    """Return `text` with the key of the entry at `path` called `new`; its value stays."""
    holder = _need(text, path[:-1])
    key = next((k for k, _ in holder.entries if k.text == path[-1]), None) if isinstance(holder, Mapping) else None
    if key is None:
        raise UsageError(f"there is no {_name(path)} in the text to edit")
    return text[: _start(text, key)] + new + text[_end(text, key) :]


def insert_entry(text: str, section: str, key: str, value: str, *, order: Sequence[str]) -> str:
    """Return `text` with ``key: value`` in the top-level `section`, made at its place in `order` if it is missing."""
    top = _need(text, ())
    if not isinstance(top, Mapping):
        raise UsageError("the text to edit is no mapping")
    present = top.get(section)
    line = f"  {key}: {value}"
    if isinstance(present, Scalar) and present.value is None:
        return _insert_line(text, present, line)
    if present is not None:
        return insert_key(text, (section,), key, value)
    before = order[: order.index(section)]
    earlier = [v for k, v in top.entries if k.text in before]
    if not earlier:
        raise UsageError(f"there is no place for '{section}'")
    newline = _newline(text)
    return _insert_line(text, earlier[-1], newline + f"{section}:" + newline + line)


def find_paths(text: str, key: str) -> list[tuple[str | int, ...]]:
    """Return the paths of all mappings that have `key`, outermost first."""

    def visit(node: Node, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
        if isinstance(node, Mapping):
            if node.get(key) is not None:
                yield path
            for name, value in node.entries:
                yield from visit(value, (*path, name.text))
        elif isinstance(node, Listing):
            for index, item in enumerate(node.items):
                yield from visit(item, (*path, index))

    return list(visit(_parse(text), ()))


def mentions(text: str, path: Path, word: str) -> bool:
    """Return whether the value at `path` is or contains the scalar `word`, as a key or a value."""
    node = _find(_parse(text), path)
    return any(isinstance(inner, Scalar) and inner.text == word for inner in walk(node))


def _parse(text: str) -> Node:
    document = parse(text)
    if document.root is None:
        reason = document.faults[0].message if document.faults else "it is empty"
        raise UsageError(f"the text to edit is no YAML document: {reason}")
    return document.root


def _find(node: Node, path: Path) -> Node | None:
    for part in path:
        inner: Node | None = None
        if isinstance(node, Mapping):
            inner = node.get(str(part))
        elif isinstance(node, Listing) and isinstance(part, int) and part < len(node.items):
            inner = node.items[part]
        if inner is None:
            return None
        node = inner
    return node


def _need(text: str, path: Path) -> Node:
    node = _find(_parse(text), path)
    if node is None:
        raise UsageError(f"there is no {_name(path)} in the text to edit")
    return node


def _name(path: Path) -> str:
    return "/".join(map(str, path)) or "top level"


def _is_block(text: str, node: Node) -> bool:
    """Return whether a collection is written by indentation; one in brackets begins with its bracket."""
    return not isinstance(node, Scalar) and text[_start(text, node)] not in "{["


def _start(text: str, node: Node) -> int:
    return _index(text, node.span.line, node.span.column)


def _end(text: str, node: Node) -> int:
    """Return where the text of `node` ends; that of a block text (``|``) runs on over line breaks."""
    end, start = _index(text, node.span.end_line, node.span.end_column), _start(text, node)
    return start + len(text[start:end].rstrip("\r\n"))


def _index(text: str, line: int, column: int) -> int:
    """Return the offset of a place whose line and column count from 1, as the parser counts them."""
    mark = len(_BOM) if text.startswith(_BOM) else 0
    starts = [mark, *(found.end() for found in _BREAK.finditer(text))]
    return starts[line - 1] + column - 1


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _insert_inside(text: str, node: Node, behind: Sequence[Node], value: str) -> str:
    """Return `text` with `value` inside the brackets of `node`, after the last of `behind`."""
    if behind:
        place = _end(text, behind[-1])
        return text[:place] + f", {value}" + text[place:]
    place = _end(text, node) - 1
    return text[:place] + value + text[place:]


def _insert_line(text: str, behind: Node, line: str) -> str:
    """Return `text` with `line` on its own below the line on which `behind` ends, its comment included."""
    end = text.find("\n", _end(text, behind))
    if end < 0:
        return text + _newline(text) + line
    return text[: end + 1] + line + _newline(text) + text[end + 1 :]
