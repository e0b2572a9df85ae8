"""Attributes of cases and events, encoded when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME, Column
from svcflow.eventlog.texts import Encoded, arrange, strings


class Attributes(Mapping[str, Column]):
    """A mapping of names to columns whose values are made on first use and then kept."""

    def __init__(self, make: Callable[[str], Column], names: Callable[[], tuple[str, ...]]) -> None:
        self._make = make
        self._list = names
        self._names: tuple[str, ...] | None = None
        self._made: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        if name not in self._made:
            if name not in self.names:
                raise KeyError(name)
            self._made[name] = self._make(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __repr__(self) -> str:
        return f"Attributes({', '.join(self.names)})"

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names, which are decided on first use."""
        if self._names is None:
            self._names = self._list()
        return self._names

    def take(self, rows: NDArray[np.intp]) -> Attributes:
        """Return the same attributes for some rows only, as lazy as these."""
        return Attributes(lambda name: cut(self[name], rows), lambda: self.names)


def cut(column: Column, rows: NDArray[np.intp]) -> Column:
    """Return a column with only those rows; texts no longer in use leave its vocabulary."""
    values = column.values[rows]
    if column.vocabulary is None:
        return Column(column.kind, values)
    texts = tuple(text or None for text in column.vocabulary.texts)
    codes, vocabulary = arrange(Encoded(values.astype(np.int32, copy=False), texts), unknown=True)
    return Column("text", codes, vocabulary)


def type_column(encoded: Encoded) -> Column:
    """Give a column of texts the type that all its distinct values have.

    Texts with leading zeros stay texts; a decimal comma is one where no value has a point and some digits after it
    cannot be thousands.
    """
    texts = [text for text in encoded.texts if text is not None]
    if texts:
        for attempt in (_booleans, _numbers, _times):
            values = attempt(texts)
            if values is not None:
                return _spread(encoded, values)
    codes, vocabulary = arrange(encoded, unknown=True)
    return Column("text", codes, vocabulary)


def _spread(encoded: Encoded, typed: tuple[str, NDArray[Any], Any]) -> Column:
    kind, values, missing = typed
    places = np.cumsum([text is not None for text in encoded.texts]) - 1
    table = np.array(
        [missing if text is None else values[place] for text, place in zip(encoded.texts, places, strict=True)],
        values.dtype,
    )
    return Column(kind, table[encoded.codes])  # type: ignore[arg-type]


def _booleans(texts: list[str]) -> tuple[str, NDArray[Any], Any] | None:
    words = {text.lower() for text in texts}
    if not words <= {"true", "false"}:
        return None
    return "boolean", np.array([text.lower() == "true" for text in texts], np.int8), -1


def _numbers(texts: list[str]) -> tuple[str, NDArray[Any], Any] | None:
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


def _times(texts: list[str]) -> tuple[str, NDArray[Any], Any] | None:
    import pyarrow as pa  # noqa: PLC0415

    from svcflow.errors import MappingError  # noqa: PLC0415
    from svcflow.eventlog.stamps.column import read_stamps  # noqa: PLC0415

    if not all(any(char.isdigit() for char in text) for text in texts[:50]):
        return None
    try:
        stamps = read_stamps(pa.chunked_array([strings(texts)]), "")
    except MappingError:
        return None
    return None if stamps.unreadable.any() else ("datetime", stamps.values, MISSING_TIME)
