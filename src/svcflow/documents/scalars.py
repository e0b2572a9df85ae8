"""What YAML 1.2 (core schema) makes of a plain scalar."""

from __future__ import annotations

import re

_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")
_BASED = re.compile(r"0o[0-7]{1,300}|0x[0-9a-fA-F]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: value for value, name in ((True, "true"), (False, "false")) for word in (name, name.title(), name.upper())
}


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
