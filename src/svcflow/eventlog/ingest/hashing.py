"""A hash of texts, whole columns at once: it divides cases among buckets and is never taken for equality."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint64]

BLOCK = 32_768
"""Rows at once: all that is in work stays in the cache."""

LONGEST = 64
"""Bytes of a text that count; longer ones differ by their length and their end."""

_FACTOR = np.uint64(0x9E37_79B9_7F4A_7C15)
_SHIFT = np.uint64(29)


def hash_texts(array: Any, seed: int = 0) -> Numbers:
    """Return a number of 64 bits for each text of an Arrow array of strings without missing values."""
    wide = np.dtype(np.int64) if "large" in str(array.type) else np.dtype(np.int32)
    offsets = np.frombuffer(array.buffers()[1], wide)[array.offset : array.offset + len(array) + 1]
    found = np.empty(len(array), np.uint64)
    for low in range(0, len(array), BLOCK):
        piece = offsets[low : low + BLOCK + 1].astype(np.int64)
        words = _words(array.buffers()[2], int(piece[0]), int(piece[-1]))
        found[low : low + BLOCK] = _hash_block(words, piece - piece[0], seed)
    return found


def _hash_block(words: Numbers, offsets: NDArray[np.int64], seed: int) -> Numbers:
    starts, lengths = offsets[:-1], np.diff(offsets)
    found = (lengths + seed).astype(np.uint64) * _FACTOR
    shortest, longest = int(lengths.min()), int(lengths.max())
    for place in range(0, min(longest, LONGEST), 8):
        if shortest >= place + 8:
            found = _mix(found, words[starts + place])
        elif shortest == longest:
            found = _mix(found, words[starts + place] << np.uint64(8 * (place + 8 - longest)))
        else:
            rows = np.flatnonzero(lengths > place)
            excess = np.maximum(place + 8 - lengths[rows], 0).astype(np.uint64) << np.uint64(3)
            found[rows] = _mix(found[rows], words[starts[rows] + place] << excess)
    long = np.flatnonzero(lengths > LONGEST)
    if len(long):
        found[long] = _mix(found[long], words[starts[long] + lengths[long] - 8])
    found ^= found >> np.uint64(32)
    found *= _FACTOR
    return found


def _mix(state: Numbers, word: Numbers) -> Numbers:
    state = state ^ word
    state *= _FACTOR
    state ^= state >> _SHIFT
    return state


def _words(data: Any, low: int, high: int) -> Numbers:
    """Return the eight bytes that begin at each place, as one number each; behind the end stand zeros."""
    padded = np.zeros(high - low + 8, np.uint8)
    if data is not None:
        padded[: high - low] = np.frombuffer(data, np.uint8, high - low, low)
    return np.ndarray((high - low + 1,), np.dtype("<u8"), padded, strides=(1,))
