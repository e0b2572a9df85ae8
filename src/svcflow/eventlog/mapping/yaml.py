"""Texts of a log as YAML: always text, never markup."""

from __future__ import annotations

import json
from collections.abc import Iterable

_RESERVED = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


def quote(text: str) -> str:
    """Return a text as YAML: bare where nothing in it means anything, else in double quotes, control signs escaped."""
    if text.isascii() and text.replace("_", "a").isalnum() and text[0].isalpha() and text.lower() not in _RESERVED:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in quoted)


def listed(texts: Iterable[str]) -> str:
    """Return texts as a list in one line."""
    return f"[{', '.join(map(quote, texts))}]"


def comment(text: str) -> str:
    """Return a text that cannot end a comment."""
    return "".join(char if char.isprintable() else "�" for char in text)
