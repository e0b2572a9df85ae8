"""Texts that stay, without what would name somebody: direct identifiers, and names that are pseudonyms elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as Map

from svcflow.eventlog.privacy import identifiers

WORDS = 5
"""The longest name looked for, in words; in letters where a script has no spaces."""

_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_MASKED = re.compile(r"(?:value|wert|valore|waarde|valor|valeur|值)[ _-]?\d+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(r"[぀-ヿ㐀-鿿豈-﫿]{2,}")


def scrub(text: str, known: Map[str, str]) -> str:
    """Return a text with names of `known` replaced by their pseudonyms and identifiers by their kinds.

    >>> scrub("call Ann Lee, ann@example.com", {"Ann Lee": "cus-2"})
    'call cus-2, [mail]'
    """
    if text in known:
        return known[text]
    clean = identifiers.redact(text)
    return _replace_names(clean, known) if known else clean


def is_name(text: str) -> bool:
    """Return whether a text is telling enough to be looked for elsewhere: no short word, small number, masked value.

    >>> is_name("Ann Lee"), is_name("王伟"), is_name("42"), is_name("al"), is_name("Value 12")
    (True, True, False, False, False)
    """
    if text[-1:].isdigit() and _MASKED.fullmatch(text):
        return False
    if not text.isascii() and any(ord(char) >= 0x2E80 for char in text):
        return 2 <= len(text) <= 40
    return 5 <= len(text) <= 80 or (len(text) == 4 and any(char.isalpha() for char in text))


def hush(reason: str) -> str:
    """Return a message without the values it quotes.

    >>> hush("column 'Time': 'Ann Lee' is not a time")
    "column '…': '…' is not a time"
    """
    return identifiers.redact(_QUOTED.sub("'…'", reason))


def _replace_names(text: str, known: Map[str, str]) -> str:
    parts, end = [], 0
    for low, high in _spans(text):
        if low >= end and text[low:high] in known:
            parts += [text[end:low], known[text[low:high]]]
            end = high
    return "".join((*parts, text[end:])) if parts else text


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where names could stand, by where they begin, the longest first."""
    starts = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    found = [
        (low, starts[last][1])
        for first, (low, _) in enumerate(starts)
        for last in range(first, min(first + WORDS, len(starts)))
    ]
    for run in _RUN.finditer(text):
        found += [
            (low, high)
            for low in range(run.start(), run.end() - 1)
            for high in range(low + 2, min(low + WORDS, run.end()) + 1)
        ]
    yield from sorted(found, key=lambda span: (span[0], -span[1]))
