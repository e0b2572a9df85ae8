"""What the LOG of a command means: a file, several files as one log, standard input, or the URL of a database."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from svcflow import plugins
from svcflow.errors import InputError
from svcflow.eventlog import compression, readers, spool
from svcflow.eventlog.readers import database

STDIN = "-"
MAPPING = "svcflow.mapping.yaml"
"""The mapping file of a folder, inside it."""

NOT_LOGS = (".mapping.yaml", ".mapping.yml")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a log is: files that are one log, or a database. `name` is what messages call it.

    `home` is the path beside which a mapping file may stand, `mapping` the one that was found inside a folder. `facts`
    say what was passed over.
    """

    name: str
    files: tuple[Path, ...] = ()
    url: str = ""
    home: Path = Path()
    mapping: Path | None = None
    facts: tuple[str, ...] = ()


def find(given: str | os.PathLike[str]) -> Place:
    """Return what a LOG argument means. Raises InputError where nothing is there to be read."""
    text = os.fspath(given)
    if isinstance(given, str) and "://" in text:
        if not database.is_url(text):
            raise InputError(
                f"{text.partition('://')[0]}://… is not read",
                "give a file, or the URL of a database: sqlite:///…, duckdb:///… or postgresql://…",
            )
        return Place(database.describe_url(text), url=text, home=Path("database"))
    if isinstance(given, str) and text == STDIN:
        return Place("standard input", (_spool_input(),), home=Path("standard input"))
    path = Path(text)
    if _is_folder(path):
        return _find_in_folder(path)
    if any(sign in text for sign in "*?[") and not _exists(path):
        return _find_by_pattern(text)
    return Place(path.name, (path,), home=path)


def _spool_input() -> Path:
    if sys.stdin is None or sys.stdin.isatty():
        raise InputError("nothing comes through standard input", "pipe a log into the command, or name a file")
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise InputError("standard input holds no bytes", "pipe a log into the command, or name a file")
    return spool.write("standard input", iter(lambda: stream.read(1 << 20), b""))


def _find_in_folder(folder: Path) -> Place:
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        raise InputError(
            f"{folder} cannot be read: {error.strerror or error}", "check the path and its permissions"
        ) from None
    files, passed = _sort_out(entries)
    name = folder.resolve().name or str(folder)
    if not files:
        raise InputError(
            f"{name} is a directory without any log" + (f" (passed over: {_list(passed)})" if passed else ""),
            "name a file, or a folder of exports: CSV, TSV, XES, XES.gz or Parquet",
        )
    inside = folder / MAPPING
    return Place(
        name,
        tuple(files),
        home=folder.resolve(),
        mapping=inside if inside.is_file() else None,
        facts=_say(files, passed),
    )


def _find_by_pattern(pattern: str) -> Place:
    found = [Path(text) for text in sorted(glob.glob(pattern, recursive=True))]  # noqa: PTH207 - a pattern with folders
    files, passed = _sort_out(found)
    if not files:
        raise InputError(
            f"{pattern} names no log" + (f" (passed over: {_list(passed)})" if passed else ""),
            "check the pattern, and quote it so that the shell leaves it alone",
        )
    inside = files[0].parent / MAPPING
    name = os.path.basename(pattern)  # noqa: PTH119 - a pattern is no path
    return Place(
        files[0].name if len(files) == 1 else name,
        tuple(files),
        home=files[0] if len(files) == 1 else files[0].parent.resolve(),
        mapping=inside if inside.is_file() and len(files) > 1 else None,
        facts=_say(files, passed),
    )


def _sort_out(entries: Iterable[Path]) -> tuple[list[Path], list[str]]:
    """Return the entries that may be logs by their names, and the names of the others."""
    known = {suffix for reader in plugins.find(readers).values() for suffix in reader.SUFFIXES}
    known |= set(compression.SUFFIXES)
    files: list[Path] = []
    passed: list[str] = []
    for entry in entries:
        name = entry.name.lower()
        fits = not name.startswith((".", "~$")) and not name.endswith(NOT_LOGS) and name.endswith(tuple(known))
        if fits and not _is_folder(entry):
            files.append(entry)
        else:
            passed.append(entry.name)
    twice = [file for file in files if file.suffix.lower() in compression.SUFFIXES and file.with_suffix("") in files]
    return [file for file in files if file not in twice], passed + [file.name for file in twice]


def _say(files: list[Path], passed: list[str]) -> tuple[str, ...]:
    facts = [f"{len(files)} files are one log: {_list(file.name for file in files)}"] if len(files) > 1 else []
    facts += [f"passed over: {_list(passed)}"] if passed else []
    return tuple(facts)


def _list(names: Iterable[str]) -> str:
    shown = list(names)
    return ", ".join(shown[:5]) + (f" and {len(shown) - 5:,} more" if len(shown) > 5 else "")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # a name that no file can have
        return False
