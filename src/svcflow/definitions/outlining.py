"""Flow items -> the text of a `flow:`: short items on one line, long ones as an indented outline."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from svcflow.definitions.model import AnyOf, Choose, End, Item, May, Parallel, Repeat, Run, Sequence, Task, When
from svcflow.definitions.net import items_of

WIDTH = 100
_PLAIN = re.compile(r"[^\W\d](?:[\w ./<>=!()'+-]*[\w')])?")
_TRAPS = re.compile(r"(?i:true|false|null|yes|no|on|off|y|n|~|\.inf|\.nan)")
_DEEPEST = 4


def write_scalar(text: str) -> str:
    r"""Return a text as YAML reads it back: plain where that is safe, else in double quotes.

    >>> [write_scalar(t) for t in ("First reply", "claim > 500", "no", "a: b", "1", "建单", "a\nb")]
    ['First reply', 'claim > 500', '"no"', '"a: b"', '"1"', '建单', '"a\\nb"']
    """
    if _PLAIN.fullmatch(text) and text.isprintable() and not _TRAPS.fullmatch(text) and len(text) < WIDTH * 2:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else _escape(c) for c in quoted)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def write_list(words: Iterable[str]) -> str:
    """Return words as one line of YAML: the word alone, or a list."""
    written = [write_scalar(word) for word in words]
    return written[0] if len(written) == 1 else f"[{', '.join(written)}]"


def write_flow(item: Item) -> list[str]:
    """Return the lines of a `flow:` key."""
    items = item.items if isinstance(item, Sequence) and item.items else (item,)
    return ["flow:", *_indent(_entries(items, WIDTH - 2))]


def _entries(items: Iterable[Item], width: int) -> Iterator[str]:
    """Yield the lines of a block list."""
    for item in items:
        first, *rest = _block(item, width - 2)
        yield f"- {first}"
        yield from _indent(rest)


def _indent(lines: Iterable[str], by: int = 2) -> Iterator[str]:
    return (" " * by + line for line in lines)


def _block(item: Item, width: int) -> list[str]:
    """Return an item as the lines of a block."""
    inline = _inline(item)
    if len(inline) <= width and _depth(item) < _DEEPEST:
        return [inline[1:-1] if inline.startswith("{") and len(_keys(item)) == 1 else inline]
    if isinstance(item, Sequence):
        return list(_entries(item.items, width))
    if isinstance(item, Repeat):
        return ["repeat:", *_indent(line for key, value in _keys(item) for line in _key(key, value, width - 2))]
    return [line for key, value in _keys(item) for line in _key(key, value, width)]


def _key(key: str, value: Item | tuple[Item, ...] | str | Choose, width: int) -> list[str]:
    if isinstance(value, str):
        return [f"{key}: {value}"]
    if isinstance(value, Choose):
        return [f"{key}:", *_indent(_branches(value, width - 2))]
    if isinstance(value, tuple):
        return [f"{key}:", *_indent(_entries(value, width - 2))]
    inline = _inline(value)
    if len(key) + 2 + len(inline) <= width and _depth(value) < _DEEPEST:
        return [f"{key}: {inline}"]
    lines = _entries(value.items, width - 2) if isinstance(value, Sequence) else _block(value, width - 2)
    return [f"{key}:", *_indent(lines)]


def _branches(item: Choose, width: int) -> Iterator[str]:
    for branch in item.branches:
        inline = _inline_branch(branch.guard.text if branch.guard else None, branch.item)
        if len(inline) + 2 <= width:
            yield f"- {inline}"
            continue
        guarded = branch.guard is not None
        lines = [f"when: {write_scalar(branch.guard.text)}"] if branch.guard else []
        lines += _key("do" if guarded else "else", branch.item, width - 2)
        yield f"- {lines[0]}"
        yield from _indent(lines[1:])


def _keys(item: Item) -> list[tuple[str, Item | tuple[Item, ...] | str | Choose]]:  # noqa: PLR0911 - one per kind
    """Return the keys of an item's mapping, none for a step or a list."""
    match item:
        case Parallel():
            return [("parallel", item.branches)]
        case AnyOf():
            return [("any", item.items)]
        case Choose():
            return [("choose", item)]
        case May():
            return [("may", item.item)]
        case When():
            return [("when", write_scalar(item.guard.text)), ("do", item.item)]
        case Repeat():
            return _keys_of_repeat(item)
        case Run():
            return [("run", write_scalar(item.process))]
        case End():
            return [("end", write_scalar(item.outcome))]
    return []


def _keys_of_repeat(item: Repeat) -> list[tuple[str, Item | tuple[Item, ...] | str | Choose]]:
    keys: list[tuple[str, Item | tuple[Item, ...] | str | Choose]] = [("do", item.do)]
    if item.redo is not None:
        keys.append(("redo", item.redo))
    if item.guard is not None:
        keys.append(("while", write_scalar(item.guard.text)))
    if item.most is not None:
        keys.append(("max", str(item.most)))
    return keys


def _inline(item: Item) -> str:
    """Return an item on one line."""
    if isinstance(item, Task):
        return write_scalar(item.step)
    if isinstance(item, Sequence):
        return f"[{', '.join(map(_inline, item.items))}]"
    pairs = ", ".join(f"{key}: {_inline_value(value)}" for key, value in _keys(item))
    return f"{{repeat: {{{pairs}}}}}" if isinstance(item, Repeat) else f"{{{pairs}}}"


def _inline_value(value: Item | tuple[Item, ...] | str | Choose) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, Choose):
        branches = (_inline_branch(b.guard.text if b.guard else None, b.item) for b in value.branches)
        return f"[{', '.join(branches)}]"
    return _inline(value)


def _inline_branch(guard: str | None, item: Item) -> str:
    if guard is None:
        return f"{{else: {_inline(item)}}}"
    return f"{{when: {write_scalar(guard)}, do: {_inline(item)}}}"


def _depth(item: Item) -> int:
    """Return how deep blocks stand in each other; a list adds nothing."""
    inner = max((_depth(x) for x in items_of(item)), default=0)
    return inner if isinstance(item, Task | Sequence | End | Run) else inner + 1
