"""Texts inside XML: escaped, and without the signs that XML cannot hold."""

from __future__ import annotations

import re

_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SIGNS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_SPECIAL = re.compile('[&<>"\t\n\r]')


def clean(text: str) -> str:
    """Return a text without the signs that XML cannot hold."""
    return _IMPOSSIBLE.sub("\ufffd", text)


class Escaper:
    """Escapes texts for attributes and elements, and counts the texts in which signs had to be replaced."""

    def __init__(self) -> None:
        self._altered: set[str] = set()

    def __call__(self, text: str) -> str:
        """Return a text as XML holds it; what it cannot hold becomes the replacement character."""
        if _IMPOSSIBLE.search(text):
            self._altered.add(text)
            text = clean(text)
        return _SPECIAL.sub(lambda found: _SIGNS[found.group()], text)

    def note(self) -> list[str]:
        """Return what is to be said of replaced signs."""
        if not self._altered:
            return []
        return [
            f"{len(self._altered):,} different texts hold control characters that XML cannot hold: replaced by \ufffd"
        ]
