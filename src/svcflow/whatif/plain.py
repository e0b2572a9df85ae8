"""Changes as plain data, as files and JSON hold them: ``{"change": "skip", "activities": ["Approve"], "share": 0.5}``.

What a change leaves at its default is left out. A scope lies flat in its change: `activities`, `after`, `from`, `to`,
`handover`, `where`, `from_round`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields
from typing import Any

from svcflow.definitions.durations import parse_duration, write_duration
from svcflow.errors import UsageError
from svcflow.guards import suggest
from svcflow.whatif.changes import KINDS, Change, Scope

Plain = dict[str, Any]

_RENAMED = {"sender": "from", "receiver": "to", "limit_s": "limit"}
_LISTS = frozenset({"activities", "after", "teams"})
_NUMBERS = frozenset({"share", "heads", "factor"})
_PAIRS = frozenset({"merge_teams", "parallel"})
_TRUTHS = frozenset({"whole", "rounds"})


def to_plain(change: Change) -> Plain:
    """Return a change as data.

    >>> from svcflow.whatif import CapWait, Scope
    >>> to_plain(CapWait(Scope(("Answer",), sender="L1"), 7200))
    {'change': 'cap_wait', 'activities': ['Answer'], 'from': 'L1', 'limit': '2h'}
    """
    plain: Plain = {"change": change.KIND}
    for field in fields(change):
        value = getattr(change, field.name)
        if isinstance(value, Scope):
            plain |= _flatten(value)
        elif value != field.default:
            plain[_RENAMED.get(field.name, field.name)] = _write(field.name, value)
    return plain


def from_plain(plain: Mapping[str, Any], where: str = "a change") -> Change:
    """Return the change that data state; `where` begins the message of a UsageError about what they must not be."""
    word = plain.get("change")
    if word not in KINDS:
        near = suggest(str(word), tuple(KINDS))
        raise UsageError(f"{where}: there is no change '{word}'{near}", "changes are " + ", ".join(KINDS))
    kind = KINDS[str(word)]
    scope_keys = {_RENAMED.get(f.name, f.name): f for f in fields(Scope)}
    own = {_RENAMED.get(f.name, f.name): f for f in fields(kind) if f.name != "scope"}
    scoped = any(f.name == "scope" for f in fields(kind))
    known = (scope_keys if scoped else {}) | own
    for key in plain:
        if key != "change" and key not in known:
            near = suggest(str(key), tuple(known))
            raise UsageError(f"{where}: '{word}' has no '{key}'{near}", "it has " + ", ".join(known))
    given: dict[str, Any] = {f.name: _read(key, plain[key], where) for key, f in own.items() if key in plain}
    if scoped:
        stated = {f.name: _read(key, plain[key], where) for key, f in scope_keys.items() if key in plain}
        given["scope"] = Scope(**stated)
    missing = [_RENAMED.get(f.name, f.name) for f in fields(kind) if _is_needed(f) and f.name not in given]
    if missing:
        raise UsageError(f"{where}: '{word}' lacks {', '.join(missing)}")
    _judge(str(word), given, where)
    return kind(**given)


def _is_needed(field: Field[Any]) -> bool:
    return field.default is MISSING


def _flatten(scope: Scope) -> Plain:
    stated = ((f.name, getattr(scope, f.name)) for f in fields(scope) if getattr(scope, f.name) != f.default)
    return {_RENAMED.get(name, name): _write(name, value) for name, value in stated}


def _write(name: str, value: Any) -> Any:
    if name == "limit_s":
        return write_duration(value) if value % 60 == 0 else f"{value}s"
    return list(value) if isinstance(value, tuple) else value


def _read(key: str, value: Any, where: str) -> Any:
    """Return the value of a key in the type of its field."""
    if key in _LISTS:
        names = [value] if isinstance(value, str) else value
        if isinstance(names, Sequence) and names and all(isinstance(name, str) for name in names):
            return tuple(names)
    elif key == "limit":
        seconds = _read_limit(str(value))
        if seconds is not None:
            return seconds
    elif key in _NUMBERS:
        number = _read_number(value)
        if number is not None:
            return number
    elif key == "from_round":
        if isinstance(value, int) and value > 0:
            return value
    elif key in _TRUTHS:
        if isinstance(value, bool):
            return value
    elif isinstance(value, str) and value:
        return value
    raise UsageError(f"{where}: '{key}' can not be '{value}'", _EXAMPLES.get(key, "give a text"))


_EXAMPLES = {
    "limit": "a duration looks like 90m, 4h, 2d",
    "share": "a share looks like 50% or 0.5",
    "factor": "a factor looks like 80% or 0.8",
    "heads": "people look like 2 or -1",
    "from_round": "rounds count from 1",
    "activities": "give names",
    "whole": "true or false",
}


def _read_limit(text: str) -> int | None:
    if text.endswith("s") and text[:-1].isascii() and text[:-1].isdigit():
        return int(text[:-1])
    return parse_duration(text)


def _read_number(value: Any) -> float | None:
    """Return a number, or a share in percent as a fraction."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value if abs(value) < 1e9 else None
    text = str(value).strip()
    percent = text.endswith("%")
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        return None
    if not abs(number) < 1e9:
        return None
    return number / 100 if percent else number


def _judge(word: str, given: dict[str, Any], where: str) -> None:
    """Refuse what is well written but can not be."""
    if word in _PAIRS and len(next(iter(given.values()))) != 2:
        raise UsageError(f"{where}: '{word}' takes two names")
    if word == "capacity" and ("heads" in given) == ("share" in given):
        raise UsageError(f"{where}: 'capacity' takes heads or a share", "heads: 2, or share: 10%")
    if word != "capacity" and not 0 <= given.get("share", 1.0) <= 1:
        raise UsageError(f"{where}: a share lies between 0 and 100 %")
    if given.get("factor", 1.0) <= 0:
        raise UsageError(f"{where}: a factor is above 0", "80% makes the work a fifth shorter")
    if given.get("share", 0) < -1:
        raise UsageError(f"{where}: a team can not lose more than all of its people")
