"""Ids made of other people's words: lower_snake_case, ASCII, each once; the words stay in names and labels."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_RESERVED = frozenset(
    {"true", "false", "null", "yes", "no", "on", "off", "y", "n", "none", "and", "or", "not", "in"}
    | {"parallel", "choose", "any", "may", "when", "do", "else", "repeat", "redo", "while", "max", "run", "end"}
)
"""What YAML, a condition or the reader of a flow takes for something else."""
LONGEST = 48


def make_id(name: str, fallback: str) -> str:
    """Return an id for a name, `fallback` where too little of it is written in Latin letters.

    >>> make_id("W_Nabellen offertes", "step"), make_id("转协办", "step"), make_id("Réouverture #2", "step")
    ('w_nabellen_offertes', 'step', 'reouverture_2')
    """
    folded = unicodedata.normalize("NFKD", name)
    letters = [c for c in folded if c.isalnum()]
    plain = [c for c in letters if c.isascii()]
    made = re.sub(r"[^a-z0-9]+", "_", "".join(c for c in folded.lower() if c.isascii() or c.isspace())).strip("_")
    if not made or len(plain) * 2 < len(letters):
        return fallback
    made = made[:LONGEST].strip("_")
    return made if made[0].isalpha() and made not in _RESERVED else f"{fallback}_{made}"


def make_ids(names: Iterable[str], fallback: str, taken: Iterable[str] = ()) -> list[str]:
    """Return an id for each name, none of them twice and none of `taken`.

    >>> make_ids(["Close", "close!", "结案", "回访"], "step")
    ['close', 'close_2', 'step_3', 'step_4']
    """
    used = set(taken)
    ids = []
    for number, name in enumerate(names, start=1):
        base = make_id(name, fallback)
        if base == fallback:
            base = f"{fallback}_{number}"
        made, turn = base, 2
        while made in used:
            made, turn = f"{base}_{turn}", turn + 1
        used.add(made)
        ids.append(made)
    return ids


def fold_label(text: str) -> str:
    """Return a label as labels are compared: without regard to case, width and outer space."""
    return unicodedata.normalize("NFKC", text).strip().casefold()
