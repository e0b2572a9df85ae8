"""Takes the numbers out of texts of one shape, by position, for all rows at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.stamps.formats import EPOCH, MONTHS, SHAPES, Layout

NO_OFFSET = -32_768
MISSING, UNREADABLE = 0, 9
Bytes = NDArray[np.uint8]
CLASSES: Bytes = np.frombuffer(SHAPES, np.uint8)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of every stamp of a column, before day and month are told apart.

    `kind` is a kind of `formats`, MISSING or UNREADABLE; `clock` milliseconds since midnight (of a count: its
    thousandths); `offset` minutes east of UTC or NO_OFFSET; `finer` whether digits below the millisecond were cut off.
    """

    kind: NDArray[np.uint8]
    year: NDArray[np.int16]
    month: NDArray[np.uint8]
    day: NDArray[np.uint8]
    clock: NDArray[np.int64]
    offset: NDArray[np.int16]
    finer: NDArray[np.bool_]
    timed: NDArray[np.bool_]

    @classmethod
    def empty(cls, rows: int) -> Parts:
        """Return parts of `rows` stamps that are all missing."""
        return cls(
            kind=np.full(rows, MISSING, np.uint8),
            year=np.zeros(rows, np.int16),
            month=np.zeros(rows, np.uint8),
            day=np.zeros(rows, np.uint8),
            clock=np.zeros(rows, np.int64),
            offset=np.full(rows, NO_OFFSET, np.int16),
            finer=np.zeros(rows, bool),
            timed=np.zeros(rows, bool),
        )


def extract(texts: Bytes, layout: Layout, rows: NDArray[np.intp], parts: Parts) -> None:
    """Fill `parts` at `rows` from `texts`, one row of bytes per stamp, all of the shape that `layout` describes."""
    spans = layout.spans
    good = _find_literals(texts, layout)
    if layout.kind == EPOCH:
        parts.clock[rows] = _number(texts, spans["n"]).astype(np.int64) * 1000
    else:
        year = _number(texts, spans["Y"]) if "Y" in spans else _century(_number(texts, spans["y"]))
        parts.year[rows] = year
        parts.day[rows] = _number(texts, spans["d"])
        month = _month_names(texts, spans["b"]) if "b" in spans else _number(texts, spans["m"])
        parts.month[rows] = month
        good &= month > 0
        if "H" in spans:
            clock, valid = _clock(texts, spans)
            parts.clock[rows] = clock
            parts.timed[rows] = True
            good &= valid
    if "f" in spans:
        milliseconds, parts.finer[rows] = _fraction(texts, spans["f"])
        parts.clock[rows] += milliseconds
    if "z" in spans:
        parts.offset[rows], valid = _zone(texts, spans["z"])
        good &= valid
    parts.kind[rows] = np.where(good, layout.kind, UNREADABLE)


def _number(texts: Bytes, span: tuple[int, int]) -> NDArray[Any]:
    low, high = span
    if texts.shape[0] and texts[0, low] == ord("-"):
        return -_number(texts, (low + 1, high))
    value: NDArray[Any] = texts[:, low].astype(np.int64 if high - low > 4 else np.int32) - 48
    for place in range(low + 1, high):
        value = value * 10 + (texts[:, place] - 48)
    return value


def _century(year: NDArray[Any]) -> NDArray[Any]:
    """Return years of two digits as POSIX reads them: 69 to 99 are 19xx."""
    return year + np.where(year >= 69, 1900, 2000)


def _month_names(texts: Bytes, span: tuple[int, int]) -> NDArray[np.int64]:
    low, high = span
    names = np.ascontiguousarray(texts[:, low:high] | 32).view(f"S{high - low}").ravel()
    distinct, codes = np.unique(names, return_inverse=True)
    return np.array([MONTHS.get(name.decode("ascii"), 0) for name in distinct.tolist()], np.int64)[codes]


def _clock(texts: Bytes, spans: dict[str, tuple[int, int]]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return milliseconds since midnight and which clocks exist; 24:00 is the end of the day."""
    hour, minute = _number(texts, spans["H"]), _number(texts, spans["M"]) if "M" in spans else 0
    second = _number(texts, spans["S"]) if "S" in spans else 0
    valid = (hour < 24) | ((hour == 24) & (minute == 0) & (second == 0))
    valid &= (minute < 60) & (second < 60)
    half = spans.get("p") or spans.get("q")
    if half:
        late, known = _halves(texts, half)
        valid &= known & (hour >= 1) & (hour <= 12)
        hour = hour % 12 + 12 * late
    return hour * 3_600_000 + minute * 60_000 + second * 1000, valid


def _halves(texts: Bytes, span: tuple[int, int]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which rows are in the second half of the day, and which say so in known words (AM, PM, 上午, 下午)."""
    low, high = span
    while low < high and texts.shape[0] and texts[0, low] == 32:
        low += 1
    letter = texts[:, low] | 32
    if high - low >= 3 and texts[0, low] >= 128:
        evening = texts[:, low + 2] == 0x8B  # 下 is E4 B8 8B, 上 is E4 B8 8A
        return evening, evening | (texts[:, low + 2] == 0x8A)
    follows = texts[:, low + 1 : high] | 32
    return letter == ord("p"), ((letter == ord("p")) | (letter == ord("a"))) & (follows == ord("m")).any(axis=1)


def _fraction(texts: Bytes, span: tuple[int, int]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the milliseconds of a decimal fraction of a second and whether finer digits were cut off."""
    low, high = span
    value = _number(texts, (low, min(high, low + 3))).astype(np.int64) * 10 ** max(0, 3 - (high - low))
    finer = (texts[:, low + 3 : high] != 48).any(axis=1)
    return value, finer


def _zone(texts: Bytes, span: tuple[int, int]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return minutes east of UTC; Z, UTC and GMT are zero, other names are not understood."""
    low, high = span
    while texts[0, low] == 32:
        low += 1
    rows = texts.shape[0]
    if texts[0, low] not in (43, 45):
        word = texts[:, low:high] | 32
        known = np.zeros(rows, bool)
        for name in (b"z", b"utc", b"gmt"):
            if len(name) == high - low:
                known |= (word == np.frombuffer(name, np.uint8)).all(axis=1)
        return np.zeros(rows, np.int16), known
    digits = [place for place in range(low + 1, high) if CLASSES[texts[0, place]] == 57]
    hours = _number(texts, (digits[0], digits[1] + 1))
    minutes = _number(texts, (digits[2], digits[3] + 1)) if len(digits) >= 4 else 0
    sign = np.where(texts[:, low] == 45, -1, 1)
    return (sign * (hours * 60 + minutes)).astype(np.int16), (hours <= 18) & (minutes < 60)


def _find_literals(texts: Bytes, layout: Layout) -> NDArray[np.bool_]:
    """Return which rows have the letters that the format asks for (a T between date and time, or stated ones)."""
    good = np.ones(texts.shape[0], bool)
    wanted = list(layout.literals)
    if "T" in layout.spans:
        low, high = layout.spans["T"]
        if CLASSES[texts[0, low]] == 97 and high - low == 1:
            wanted.append((low, b"T"))
    for place, letter in wanted:
        good &= (texts[:, place] | 32) == (letter[0] | 32)
    return good
