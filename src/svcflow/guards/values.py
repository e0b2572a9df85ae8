"""How the data of a case are read: as the kind of their field, with missing data unknown."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from svcflow.guards.language import Data, Field, Value

_TRUE = frozenset({"true", "yes", "1", "是"})
_FALSE = frozenset({"false", "no", "0", "否"})


def _present(value: Any) -> Any:
    """Return a value, or ``None`` for what stands for no value: empty text, NaN, NaT."""
    if value is None or value == "" or value != value:  # noqa: PLR0124 - NaN differs from itself
        return None
    return value


def _number(value: Any) -> float | None:
    try:
        number = float(value.strip() if isinstance(value, str) else value)
    except (TypeError, ValueError, OverflowError):
        return None
    return None if number != number else number  # noqa: PLR0124


def _boolean(value: Any) -> bool | None:
    word = str(value).strip().casefold().removesuffix(".0")
    return True if word in _TRUE else False if word in _FALSE else None


def _string(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


@lru_cache(maxsize=4096)
def _fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip().casefold()


def read_moment(value: Any) -> datetime | None:
    """Return the wall clock of a moment: a literal without zone is meant in the zone of the data."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    return value.replace(tzinfo=None) if isinstance(value, datetime) else None


def reader(of: Field) -> Value:
    """Return the closure that reads one field from the data as its kind; ``None`` is unknown."""
    name = of.name
    convert: Callable[[Any], Any]
    if of.kind == "enum":
        ranks = {value: rank for rank, value in enumerate(of.values)}
        folded = {_fold(value): rank for value, rank in ranks.items()}

        def convert(value: Any) -> int:
            word = _string(value)
            rank = ranks.get(word)
            return folded.get(_fold(word), -1) if rank is None else rank
    else:
        convert = {"boolean": _boolean, "datetime": read_moment, "string": _string}.get(of.kind, _number)

    def read(data: Data) -> Any:
        value = data.get(name)
        if value is None or (value := _present(value)) is None:
            return None
        return convert(value)

    return read
