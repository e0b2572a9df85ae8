"""Edits of a definition's text at the place of one value; comments, order and layout of all the rest stay.

A place is a path of keys and list indices from the top of the file, such as ``("steps", "review", "owner")``.
Values are given as YAML text. Every edit takes a text and returns a new one; a place that does not exist, or that
is of another shape than the edit needs, raises `UsageError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import yaml

from svcflow.errors import UsageError

Path: TypeAlias = Sequence[str | int]

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_BOM = "\ufeff"


def read(text: str, path: Path) -> str | None:
    """Return the text of the value at `path` as it is written, ``None`` if there is none."""
    node = _find(compose(text), path)
    return None if node is None else text[_start(text, node) : _last(text, node)]


def compose(text: str) -> yaml.Node:
    """Return the node tree of `text`; raises `UsageError` if it is no YAML document."""
    try:
        node = yaml.compose(text.removeprefix(_BOM), Loader=_LOADER)
    except yaml.YAMLError as error:
        raise UsageError(f"the text to edit is no YAML: {error}") from error
    if node is None:
        raise UsageError("the text to edit is empty")
    return node


def replace(text: str, path: Path, value: str) -> str:
    """Return `text` with the value at `path` (a scalar or a value in brackets) replaced by `value`."""
    node = _need(text, path)
    if _is_block(node):
        raise UsageError(f"{_name(path)} is a block, not one value")
    return text[: _start(text, node)] + value + text[_last(text, node) :]


def insert_key(text: str, path: Path, key: str, value: str, *, after: Iterable[str] = ()) -> str:
    """Return `text` with ``key: value`` added to the mapping at `path`.

    It stands behind the last of the keys `after` that the mapping has, else at the end. Raises `UsageError` if the
    mapping has `key` already.
    """
    node = _need(text, path)
    if not isinstance(node, yaml.MappingNode):
        raise UsageError(f"{_name(path)} is no mapping")
    present = {k.value: (k, v) for k, v in node.value}
    if key in present:
        raise UsageError(f"{_name(path)} has '{key}' already")
    wanted = set(after)
    behind = [pair for name, pair in present.items() if name in wanted] or list(present.values())
    if not behind:
        return text[: _end(text, node) - 1] + f"{key}: {value}" + text[_end(text, node) - 1 :]
    if not _is_block(node):
        place = _last(text, behind[-1][1])
        return text[:place] + f", {key}: {value}" + text[place:]
    return _insert_line(text, behind[-1][1], " " * node.start_mark.column + f"{key}: {value}")


def append_item(text: str, path: Path, value: str) -> str:
    """Return `text` with `value` as the last item of the list at `path`; a single value becomes a list of two."""
    node = _need(text, path)
    if isinstance(node, yaml.ScalarNode):
        start, end = _start(text, node), _last(text, node)
        return text[:start] + f"[{text[start:end]}, {value}]" + text[end:]
    if not isinstance(node, yaml.SequenceNode):
        raise UsageError(f"{_name(path)} is no list")
    if _is_block(node):
        return _insert_line(text, node.value[-1], " " * node.start_mark.column + f"- {value}")
    place = _last(text, node.value[-1]) if node.value else _end(text, node) - 1
    return text[:place] + (", " if node.value else "") + value + text[place:]


def insert_entry(text: str, section: str, key: str, value: str, *, order: Sequence[str]) -> str:
    """Return `text` with ``key: value`` in the top-level `section`, made at its place in `order` if it is missing."""
    top = _need(text, ())
    if not isinstance(top, yaml.MappingNode):
        raise UsageError("the text to edit is no mapping")
    present = {k.value: v for k, v in top.value}
    if section in present and not _is_null(present[section]):
        return insert_key(text, (section,), key, value)
    line = f"  {key}: {value}"
    if section in present:
        return _insert_line(text, present[section], line)
    earlier = [v for name, v in present.items() if name in order and order.index(name) < order.index(section)]
    if not earlier:
        raise UsageError(f"there is no place for '{section}'")
    newline = _newline(text)
    return _insert_line(text, earlier[-1], newline + f"{section}:" + newline + line)


def find_paths(text: str, key: str) -> list[tuple[str | int, ...]]:
    """Return the paths of all mappings that have `key`, outermost first."""
    found: list[tuple[str | int, ...]] = []

    def visit(node: yaml.Node, path: tuple[str | int, ...]) -> None:
        if isinstance(node, yaml.MappingNode):
            if any(k.value == key for k, _ in node.value):
                found.append(path)
            for k, v in node.value:
                visit(v, (*path, k.value))
        elif isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                visit(item, (*path, index))

    visit(compose(text), ())
    return found


def mentions(text: str, path: Path, word: str) -> bool:
    """Return whether the value at `path` is or contains the scalar `word`, as a key or a value."""

    def visit(node: yaml.Node) -> bool:
        if isinstance(node, yaml.ScalarNode):
            return bool(node.value == word)
        if isinstance(node, yaml.MappingNode):
            return any(visit(k) or visit(v) for k, v in node.value)
        return any(visit(item) for item in node.value)

    node = _find(compose(text), path)
    return node is not None and visit(node)


def _find(node: yaml.Node, path: Path) -> yaml.Node | None:
    for part in path:
        if isinstance(node, yaml.MappingNode):
            inner = next((v for k, v in node.value if k.value == part), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            inner = node.value[part]
        else:
            inner = None
        if inner is None:
            return None
        node = inner
    return node


def _need(text: str, path: Path) -> yaml.Node:
    node = _find(compose(text), path)
    if node is None:
        raise UsageError(f"there is no {_name(path)} in the text to edit")
    return node


def _name(path: Path) -> str:
    return "/".join(map(str, path)) or "top level"


def _is_block(node: yaml.Node) -> bool:
    return isinstance(node, yaml.CollectionNode) and not node.flow_style


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.value in {"", "~", "null"}


def _shift(text: str) -> int:
    """Return by how much the parser's offsets are short: it does not count a byte order mark."""
    return len(_BOM) if text.startswith(_BOM) else 0


def _start(text: str, node: yaml.Node) -> int:
    return int(node.start_mark.index) + _shift(text)


def _end(text: str, node: yaml.Node) -> int:
    return int(node.end_mark.index) + _shift(text)


def _last(text: str, node: yaml.Node) -> int:
    """Return where the text of `node` ends; the parser's own end of a block runs on over comments that follow it."""
    if _is_block(node) and node.value:
        last = node.value[-1]
        return _last(text, last[1] if isinstance(node, yaml.MappingNode) else last)
    end = _end(text, node)
    while end > _start(text, node) and text[end - 1] in "\r\n":
        end -= 1
    return end


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _insert_line(text: str, behind: yaml.Node, line: str) -> str:
    """Return `text` with `line` on its own below the line on which `behind` ends, its comment included."""
    end = text.find("\n", _last(text, behind))
    if end < 0:
        return text + _newline(text) + line
    return text[: end + 1] + line + _newline(text) + text[end + 1 :]
