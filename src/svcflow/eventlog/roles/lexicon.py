"""How strongly the name of a column speaks for a role (0 to 100)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from svcflow.eventlog.roles.against import AGAINST
from svcflow.eventlog.roles.words import WORDS

_SPLIT = re.compile(r"[^\w]+|_+|(?<=[a-z])(?=[A-Z])")
_PREFIX = re.compile(r"^(?:event |event:|(case) (?=concept:))((?:concept|org|time|lifecycle|start):?.*)$")
_LATIN_ENDS, _KANA = "\u0250", "\u3040"


@lru_cache(maxsize=8192)
def words(header: str) -> tuple[str, ...]:
    """Return the words of a column name, lower and without accents: ``ComplaintDossierID`` is complaint, dossier, id.

    >>> words("Numéro_dossier"), words("[TicketState] ＩＤ")
    (('numero', 'dossier'), ('ticket', 'state', 'id'))
    """
    return tuple(part.lower() for part in _SPLIT.split(fold(header)) if part)


LONGEST = 400
"""Signs of a text above which it is no name of a column, whatever words it holds."""


def fold(text: str) -> str:
    """Return a text with plain Latin letters for accented and for wide ones; other scripts stay as they are."""
    text = unicodedata.normalize("NFKC", text)
    if text.isascii():
        return text
    marks = "".join(unicodedata.normalize("NFKD", char) if char < _LATIN_ENDS else char for char in text)
    return "".join(char for char in marks if not unicodedata.combining(char) or char >= _KANA)


@lru_cache(maxsize=8192)
def weigh(header: str, role: str) -> tuple[float, str]:
    """Return how strongly a column name speaks for a role, and the word that does.

    A whole name counts fully, a part of it six tenths, less the more words stand around it and much less where one of
    them speaks against the role. What Chinese and Japanese names end in says what they are.

    >>> weigh("Case ID", "case")
    (95.0, 'case id')
    >>> weigh("处理人所在部门", "team") > weigh("处理人所在部门", "resource")
    True
    """
    if len(header) > LONGEST:
        return 0.0, ""
    plain = fold(header).strip().lower()
    plain = _PREFIX.sub(lambda found: f"{found[1]}:{found[2]}" if found[1] else found[2], plain)
    tokens = words(header)
    best, word = 0.0, ""
    for weight, phrases in _phrases(role):
        for phrase, parts in phrases:
            score = _fit(plain, tokens, phrase, parts) * weight
            if score > best:
                best, word = score, phrase
    exact = best >= 100 or words(word) == tokens or word == plain
    if not exact and any(bad in tokens or (not bad.isascii() and bad in plain) for bad in _against(role)):
        best *= 0.3
    return round(best, 1), word


def _fit(plain: str, tokens: tuple[str, ...], phrase: str, parts: tuple[str, ...]) -> float:
    if plain == phrase or (tokens == parts and ":" not in phrase):
        return 1.0
    if not phrase.isascii() and not parts[0].isascii() and len(phrase) > 1 and phrase in plain:
        return 0.8 if plain.endswith(phrase) else 0.5
    if ":" in phrase:
        return 0.0
    for place in range(len(tokens) - len(parts) + 1):
        if tokens[place : place + len(parts)] == parts:
            return 0.6 - 0.01 * (len(tokens) - len(parts))
    compound = len(phrase) > 4 and any(token.endswith(phrase) and len(token) >= len(phrase) + 3 for token in tokens)
    return 0.55 if compound else 0.0


@lru_cache(maxsize=32)
def _phrases(role: str) -> tuple[tuple[int, tuple[tuple[str, tuple[str, ...]], ...]], ...]:
    return tuple(
        (weight, tuple((phrase, words(phrase)) for phrase in _list(text))) for weight, text in WORDS[role].items()
    )


@lru_cache(maxsize=32)
def _against(role: str) -> tuple[str, ...]:
    return _list(AGAINST[role])


def _list(text: str) -> tuple[str, ...]:
    return tuple(fold(part).lower() for part in re.split(r",\s+", text.strip()))
