"""How the words of a source system are compared with labels: folded, ``*`` standing for any text."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Return `text` as labels are compared: NFKC, case-folded, without outer space.

    >>> fold(" Ｆirst REPLY ") == fold("first reply")
    True
    """
    return unicodedata.normalize("NFKC", text).casefold().strip()


def matches(pattern: str, text: str) -> bool:
    """Return whether a folded text matches a folded pattern, in which ``*`` stands for any text.

    >>> [matches("复核*", "复核退回"), matches("*closed*", "case closed"), matches("a*a", "a"), matches("x", "xy")]
    [True, True, False, False]
    """
    head, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    tail = rest.pop()
    if not text.startswith(head) or not text.endswith(tail) or len(text) < len(head) + len(tail):
        return False
    at, end = len(head), len(text) - len(tail)
    for part in rest:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
