"""The keys of the joined file, and the rows of the log that have one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Codes
from svcflow.eventlog.texts import Encoded, join, merge_equal

PART = "\x1f"
"""Between the parts of a key of several columns: the unit separator, which no export writes into a value."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The row of each key in the joined file: the first or the last that has it.

    `repeated` are keys on several rows; `rows` the row of each key in order; `blank` rows without a key.
    """

    places: dict[str, int]
    rows: NDArray[np.intp]
    repeated: tuple[str, ...]
    blank: int

    def find(self, texts: Iterable[str | None], *, loose: bool) -> NDArray[np.intp]:
        """Return the place of each text among the keys, -1 where it is none."""
        get = self.places.get
        keys = ((None if text is None else loosen(text)) for text in texts) if loose else texts
        return np.fromiter((-1 if key is None else get(key, -1) for key in keys), np.intp)


def index(encoded: Encoded, *, loose: bool, last: bool) -> Keys:
    """Return the keys of a column (see `read_key`)."""
    encoded = merge_loose(encoded) if loose else encoded
    known = np.flatnonzero(~encoded.missing())
    order = known[::-1] if last else known
    codes, firsts, counts = np.unique(encoded.codes[order], return_index=True, return_counts=True)
    texts = [encoded.texts[code] or "" for code in codes.tolist()]
    several = [(int(order[first]), text) for first, text, n in zip(firsts, texts, counts, strict=True) if n > 1]
    return Keys(
        places={text: place for place, text in enumerate(texts)},
        rows=order[firsts],
        repeated=tuple(show(text) for _, text in sorted(several)),
        blank=len(encoded.codes) - len(known),
    )


def read_key(columns: Iterable[Encoded]) -> Encoded:
    """Return the columns of a key as one; a key of which a part is missing is missing."""
    parts = list(columns)
    if len(parts) == 1:
        return parts[0]
    joined = join(parts, PART)
    missing = np.logical_or.reduce([part.missing() for part in parts])
    codes: Codes = np.where(missing, len(joined.texts), joined.codes).astype(np.int32)
    return Encoded(codes, (*joined.texts, None))


def merge_loose(encoded: Encoded) -> Encoded:
    """Return a column whose texts are written in the way in which keys are compared loosely."""
    return merge_equal(encoded.codes, [None if text is None else loosen(text) for text in encoded.texts])


def loosen(key: str) -> str:
    """Return a key without what often differs between systems: blanks, case, leading zeros, a decimal nought.

    >>> loosen(" 00123"), loosen("123.0"), loosen("INC-007"), loosen("000")
    ('123', '123', 'inc-007', '0')
    """
    return PART.join(_loosen_part(part) for part in key.split(PART))


def _loosen_part(part: str) -> str:
    plain = part.strip().casefold()
    digits = plain.removesuffix(".0")
    return digits.lstrip("0") or "0" if digits.isdecimal() else plain


def show(key: str) -> str:
    """Return a key for people."""
    return key.replace(PART, " | ")
