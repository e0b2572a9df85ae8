"""Where the rows of a canonical file come from: enough to tell whether an import would make the same file again."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xxhash

import svcflow
from svcflow.errors import InputError, UsageError
from svcflow.eventlog.ingest.reading import Source
from svcflow.eventlog.store import file as stores

BLOCK = 1 << 18
"""Bytes of a file that are read at once: they stay in the cache of the processor."""


def describe(source: Source) -> dict[str, Any]:
    """Return the files of an export by name, size and content, and a digest of what was stated about them."""
    files = [describe_file(path) for path in source.place.files]
    return {"files": files, "stated": digest_stated(source), "hidden": digest_policy(source)}


def describe_file(path: Path) -> dict[str, Any]:
    """Return name, size and XXH3 of a file: it tells contents apart, and is no proof against one who forges them."""
    found, block = xxhash.xxh3_128(), memoryview(bytearray(BLOCK))
    with path.open("rb", buffering=0) as stream:
        while size := stream.readinto(block):
            found.update(block[:size])
    return {"name": path.name, "bytes": path.stat().st_size, "xxh3_128": found.hexdigest()}


def digest_stated(source: Source) -> str:
    """Return a digest of everything beside the rows that decides what the target holds."""
    mapping = dataclasses.replace(source.mapping, file="", places={}, joins=())
    joined = [
        (repr(dataclasses.replace(join, path=Path())), describe_file(join.path))
        for join in source.mapping.joins
        if join.path.is_file()
    ]
    stated = (svcflow.__version__, repr(mapping), repr(source.stated), digest_policy(source), joined)
    return hashlib.sha256(json.dumps(stated).encode()).hexdigest()


def digest_policy(source: Source) -> str:
    """Return a digest of how names and free text are hidden; of the key, only its fingerprint."""
    policy = source.policy
    if policy is None:
        return ""
    key = policy.key.fingerprint if policy.key else ""
    stated = (policy.pseudonymise, key, policy.keep, policy.keep_text)
    return hashlib.sha256(json.dumps(stated).encode()).hexdigest()


def sign(source: Source, memory: int) -> str:
    """Return what an interrupted import must have in common with this one to be continued."""
    files = [(str(path.absolute()), (found := path.stat()).st_size, found.st_mtime_ns) for path in source.place.files]
    return hashlib.sha256(json.dumps((files, digest_stated(source), memory, source.rows)).encode()).hexdigest()


def read_origins(target: Path) -> Sequence[dict[str, Any]]:
    """Return the origins of a canonical file, oldest first; none where the file is not there or another one."""
    try:
        if not target.is_file() or not stores.recognise(target):
            return ()
        return tuple(stores.File(target).facts.origin.get("imports", ()))
    except (InputError, OSError):
        return ()


def is_same(origins: Sequence[dict[str, Any]], source: Source) -> bool:
    """Return whether one of the imports was of the same files with the same statements."""
    paths = source.place.files
    sizes = [(path.name, path.stat().st_size) for path in paths]
    alike = [known for known in origins if sizes == [(f.get("name"), f.get("bytes")) for f in known.get("files", ())]]
    return bool(paths and alike) and describe(source) in alike


def check_policy(origins: Sequence[dict[str, Any]], source: Source) -> None:
    """Raise UsageError where a file that names were hidden in would get names that are not, or otherwise."""
    if origins and origins[-1].get("hidden", "") != digest_policy(source):
        raise UsageError(
            "names and free text were hidden in the file in another way than is asked for now",
            "give the same --pseudonymise, --key-file and --keep-text, or import all exports again",
        )
