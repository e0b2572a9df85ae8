"""The type of an attribute: the one that all its values have, or the one that a mapping states."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.errors import MappingError
from svcflow.eventlog.log import MISSING_TIME, Column
from svcflow.eventlog.texts import Encoded, arrange, strings

Typed = tuple[str, NDArray[Any], Any]
YES = frozenset(("true", "yes", "y", "1", "on", "ja", "si", "sì", "oui", "vrai", "wahr", "waar", "是", "真", "有"))
NO = frozenset(("false", "no", "n", "0", "off", "nein", "nee", "non", "faux", "falsch", "onwaar", "否", "假", "无"))
WORDS = {"number": "numbers", "boolean": "yes or no", "datetime": "times"}


def type_column(encoded: Encoded, *, timezone: str = "") -> Column:
    """Give a column of texts the type that all its distinct values have.

    Texts with leading zeros stay texts; a decimal comma is one where no value has a point and some digits after it
    cannot be thousands. `timezone` is the zone of times that name none.
    """
    texts = [text for text in encoded.texts if text is not None]
    if texts:
        typed = _booleans(texts) or _numbers(texts) or _times(texts, timezone)
        if typed:
            return _spread(encoded, typed)
    return _as_text(encoded)


def force_column(encoded: Encoded, name: str, kind: str, *, time_format: str = "", timezone: str = "") -> Column:
    """Give a column of texts a stated type. Raises MappingError naming the first value that is not of that type."""
    if kind == "text":
        return _as_text(encoded)
    texts = [text for text in encoded.texts if text is not None]
    if kind == "datetime":
        return _spread(encoded, _stated_times(texts, name, time_format, timezone))
    if kind == "number":
        comma = any("," in text for text in texts) and not any("." in text for text in texts)
        values = [_parse_number(text, comma=comma) for text in texts]
        typed: Typed = ("number", np.array([np.nan if value is None else value for value in values]), np.nan)
    else:
        values = [_parse_boolean(text) for text in texts]
        typed = ("boolean", np.array([-1 if value is None else value for value in values], np.int8), -1)
    if None in values:
        raise _not_of(kind, name, texts[values.index(None)])
    return _spread(encoded, typed)


def _as_text(encoded: Encoded) -> Column:
    codes, vocabulary = arrange(encoded, unknown=True)
    return Column("text", codes, vocabulary)


def _not_of(kind: str, name: str, text: str) -> MappingError:
    shown = text if len(text) <= 40 else text[:39] + "…"
    return MappingError(
        f"attribute {name!r} is stated to hold {WORDS[kind]}, and {shown!r} is none",
        "state another type, or replace the value under `values:` (by '' where it means that nothing is known)",
    )


def _parse_number(text: str, *, comma: bool) -> float | None:
    plain = text.strip().replace("\u00a0", "").replace("'", "")
    plain = plain.replace(",", ".") if comma else plain.replace(",", "")
    try:
        value = float(plain) if plain.isascii() and "_" not in plain else np.nan
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _parse_boolean(text: str) -> float | None:
    word = text.strip().casefold()
    return 1 if word in YES else 0 if word in NO else None


def _stated_times(texts: list[str], name: str, time_format: str, timezone: str) -> Typed:
    import pyarrow as pa  # noqa: PLC0415

    from svcflow.eventlog.stamps.column import read_stamps  # noqa: PLC0415

    column = pa.chunked_array([strings(texts)])
    stamps = read_stamps(column, name, time_format=time_format, timezone=timezone)
    if stamps.unreadable.any():
        raise _not_of("datetime", name, texts[int(np.flatnonzero(stamps.unreadable)[0])])
    return "datetime", stamps.values, MISSING_TIME


def _spread(encoded: Encoded, typed: Typed) -> Column:
    kind, values, missing = typed
    places = np.cumsum([text is not None for text in encoded.texts]) - 1
    table = np.array(
        [missing if text is None else values[place] for text, place in zip(encoded.texts, places, strict=True)],
        values.dtype,
    )
    return Column(kind, table[encoded.codes])  # type: ignore[arg-type]


def _booleans(texts: list[str]) -> Typed | None:
    words = {text.lower() for text in texts}
    if not words <= {"true", "false"}:
        return None
    return "boolean", np.array([text.lower() == "true" for text in texts], np.int8), -1


def _numbers(texts: list[str]) -> Typed | None:
    if not all(text.strip()[:1] in "+-.0123456789" for text in texts[:50]):
        return None
    comma = any("," in text for text in texts)
    if comma:
        tails = [text.rpartition(",")[2] for text in texts if "," in text]
        if any("." in text or text.count(",") > 1 for text in texts) or all(len(tail) == 3 for tail in tails):
            return None
    values = np.empty(len(texts), np.float64)
    for place, text in enumerate(texts):
        digits = text.strip().lstrip("+-")
        if (digits[:1] == "0" and digits[1:2].isdigit()) or not digits.isascii() or "_" in digits:
            return None
        try:
            values[place] = float(text.replace(",", ".") if comma else text)
        except ValueError:
            return None
    return ("number", values, np.nan) if np.isfinite(values).all() else None


def _times(texts: list[str], timezone: str) -> Typed | None:
    import pyarrow as pa  # noqa: PLC0415

    from svcflow.eventlog.stamps.column import read_stamps  # noqa: PLC0415

    if not all(any(char.isdigit() for char in text) for text in texts[:50]):
        return None
    try:
        stamps = read_stamps(pa.chunked_array([strings(texts)]), "", timezone=timezone)
    except MappingError:
        return None
    return None if stamps.unreadable.any() else ("datetime", stamps.values, MISSING_TIME)
