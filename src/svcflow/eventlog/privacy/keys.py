"""The key file of pseudonyms: made once, kept secret, never written into anything but itself."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from svcflow.errors import InputError, UsageError

LEAST = 16
"""Bytes: a shorter key could be guessed."""
VARIED = 8
"""Different bytes that a key must hold at least; sixteen random bytes hold fewer once in more than 10**10 keys."""
MOST = 1 << 16
MAKE = "make one with: head -c 32 /dev/urandom > {file} && chmod 600 {file}   (or svcflow import --new-key {file})"


@dataclass(frozen=True, slots=True)
class Key:
    """The secret of pseudonyms. `fingerprint` tells keys apart and gives nothing away; the secret is never shown."""

    secret: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """Return 16 hexadecimal digits that name the key."""
        return hashlib.sha256(b"svcflow key fingerprint\0" + self.secret).hexdigest()[:16]


def read_key(path: str | os.PathLike[str]) -> Key:
    """Read a key file. Raises UsageError where it is missing, short, without variety, or open to others."""
    file = Path(path)
    hint = MAKE.format(file=file)
    try:
        with file.open("rb") as stream:
            mode, secret = os.fstat(stream.fileno()).st_mode, stream.read(MOST + 1)
    except FileNotFoundError:
        raise UsageError(f"key file {file} does not exist", hint) from None
    except (OSError, ValueError) as error:
        raise UsageError(f"key file {file} cannot be read: {getattr(error, 'strerror', None) or error}", hint) from None
    if not stat.S_ISREG(mode):
        raise UsageError(f"key file {file} is no regular file: the same key must be there the next time", hint)
    if mode & (stat.S_IRGRP | stat.S_IROTH | stat.S_IWGRP | stat.S_IWOTH) and os.name == "posix":
        raise UsageError(f"key file {file} can be read or changed by others", f"chmod 600 {file}")
    if len(secret) < LEAST or len(set(secret)) < VARIED:
        size = "empty" if not secret else f"too weak: {len(secret)} bytes, {len(set(secret))} different ones"
        raise UsageError(f"key file {file} is {size}; at least {LEAST} random bytes are needed", hint)
    if len(secret) > MOST:
        raise UsageError(f"key file {file} is larger than {MOST:,} bytes", hint)
    return Key(secret)


def write_key(path: str | os.PathLike[str]) -> Key:
    """Write a new random key that only its owner can read. Raises UsageError where a file stands there already."""
    file = Path(path)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{file} stands there already: a key is never written over", "choose another name") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"cannot write {file}: {reason}", "choose another place") from None
    secret = secrets.token_bytes(32)
    with os.fdopen(handle, "wb") as stream:
        stream.write(secret)
    return Key(secret)


def refuse_other_key(made_with: str, key: Key | None) -> None:
    """Raise InputError where names of a log were replaced with another key than this, or with none.

    `made_with` is the fingerprint that the log keeps, empty where its names are plain.
    """
    given = key.fingerprint if key else ""
    if made_with == given:
        return
    if not made_with:
        raise InputError("the log holds plain names; names of this export would become pseudonyms", "import it anew")
    raise InputError(
        f"the names of the log were replaced with another key (fingerprint {made_with})"
        + (f" than this one ({given})" if given else ""),
        "give that key with --key-file, or write to another file",
    )
