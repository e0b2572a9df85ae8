"""Pseudonyms: a keyed hash of a text, short enough to read, the same in every file made with the same key.

A pseudonym is HMAC-SHA-256 of its kind and the text, cut to 70 bits: among 10 million different texts of one kind two
share a pseudonym with a chance of 1 in 23 million (n**2 / 2**71). Without the key neither the text nor a guess of it
can be checked; with the key a guess can, so the key is as secret as the names.

The kind takes part: the same person has one pseudonym as resource (``res-...``) and another as customer (``cus-...``),
so that what a person does and what is done for the person cannot be joined by accident. Several columns of one kind
share their pseudonyms. A column named by itself is a kind of its own.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable

import numpy as np

from svcflow.eventlog.privacy.keys import Key

LENGTH = 14
"""Letters of base32, 5 bits each."""
PREFIXES = {"resource": "res", "customer": "cus", "team": "team", "case": "case", "role": "role"}
OTHER = "val"

_FORM = re.compile(r"(?:bot|val|" + "|".join(PREFIXES.values()) + r")-[A-Z2-7]{14}")
_ALPHABET = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", np.uint8)
_BLOCK = 64
"""Bytes that SHA-256 takes at a time, which RFC 2104 fills up the key to."""


def replace(key: Key, kind: str, texts: Iterable[str | None]) -> list[str | None]:
    """Return the pseudonyms of distinct texts of one kind; a missing one stays missing.

    >>> replace(Key(bytes(range(16))), "resource", ["Ann", None])
    ['res-5EDWFH3HAK3DIM', None]
    """
    every = list(texts)
    prefix = PREFIXES.get(kind, OTHER)
    known = iter(_spell(_digest(key, kind, [text for text in every if text is not None])))
    return [None if text is None else f"{prefix}-{next(known)}" for text in every]


def replace_one(key: Key, kind: str, text: str) -> str:
    """Return the pseudonym of one text."""
    return str(replace(key, kind, [text])[0])


def is_pseudonym(text: str) -> bool:
    """Return whether a text is written as pseudonyms are.

    >>> is_pseudonym("res-5EDWFH3HAK3DIM"), is_pseudonym("res-1")
    (True, False)
    """
    return _FORM.fullmatch(text) is not None


def _digest(key: Key, kind: str, texts: list[str]) -> list[bytes]:
    """Return HMAC-SHA-256 of each text under a key of its kind; the two halves of the key are hashed only once."""
    secret = hmac.digest(key.secret, b"svcflow pseudonym 1\0" + kind.encode("utf-8", "surrogatepass"), "sha256")
    padded = secret.ljust(_BLOCK, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in padded)) for pad in (0x36, 0x5C))
    found = []
    for text in texts:
        first, last = inner.copy(), outer.copy()
        first.update(text.encode("utf-8", "surrogatepass"))
        last.update(first.digest())
        found.append(last.digest())
    return found


def _spell(digests: list[bytes]) -> list[str]:
    """Return the first 70 bits of each digest in base32."""
    if not digests:
        return []
    raw = np.frombuffer(b"".join(digests), np.uint8).reshape(len(digests), -1)[:, :9]
    bits = np.unpackbits(raw, axis=1)[:, : 5 * LENGTH].reshape(-1, LENGTH, 5)
    letters = _ALPHABET[bits @ np.array([16, 8, 4, 2, 1], np.uint8)].tobytes().decode()
    return [letters[place : place + LENGTH] for place in range(0, len(letters), LENGTH)]
