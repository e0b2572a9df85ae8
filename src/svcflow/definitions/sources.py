"""Which files a path means: the definitions of a folder, or single files in the company of their folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from svcflow.definitions.schema import DEFINITION_KINDS
from svcflow.documents import Document, Mapping, Scalar, Span, read
from svcflow.errors import InputError
from svcflow.findings import Position

_OURS = re.compile(rb"^(?:---[ \t]*\r?\n)?(?:[ \t]*(?:#[^\n]*)?\r?\n)*[\"']?svcflow[\"']?[ \t]*:")
_SUFFIXES = (".svcflow.yaml", ".svcflow.yml", ".scenarios.yaml", ".scenarios.yml")
_HEAD = 4_096


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its text with positions, and the kind that its second key tells ('' if it tells none)."""

    document: Document
    kind: str

    @property
    def root(self) -> Mapping | None:
        """Return the root of the file, if it is a mapping."""
        return self.document.root if isinstance(self.document.root, Mapping) else None

    def at(self, span: Span) -> Position:
        """Return a span as a position in this file."""
        return Position(self.document.file, span.line, span.column, span.end_line, span.end_column)


def gather(path: Path) -> tuple[tuple[Source, ...], frozenset[str]]:
    """Return the definitions that `path` means, and the names of the files that are asked about.

    A folder means all of its definitions. A file is read in the company of its folder, which defines what it refers
    to, but only its own problems are asked for. Raise `InputError` if there is nothing to read.
    """
    if path.is_dir():
        files = _listing(path)
        asked = files
    elif path.exists():
        asked = [path]
        files = [path, *(file for file in _listing(path.parent) if file.name != path.name)]
    else:
        raise InputError(f"there is no file or folder '{path}'", "give the folder that holds the definitions")
    sources = tuple(_source(file) for file in files)
    if not sources:
        raise InputError(f"no definitions in '{path}'", "a definition is a .yaml file that begins with 'svcflow: 1'")
    return sources, frozenset(file.as_posix() for file in asked)


def _listing(folder: Path) -> list[Path]:
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix in (".yaml", ".yml") and file.is_file())
    except OSError as error:
        raise InputError(f"cannot read the folder '{folder}': {error.strerror}") from None
    return [file for file in files if _is_ours(file)]


def _is_ours(file: Path) -> bool:
    """Return whether a YAML file is a definition, by its suffix or its first key; other tools' files are left alone."""
    if file.name.endswith(_SUFFIXES):
        return True
    try:
        with file.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return False
    return bool(_OURS.match(head.removeprefix(b"\xef\xbb\xbf")))


def _source(file: Path) -> Source:
    document = read(file)
    return Source(document, kind_of(document))


def kind_of(document: Document) -> str:
    """Return the kind of a definition: the first of its keys that names one."""
    if not isinstance(document.root, Mapping):
        return ""
    return next((key.text for key, _ in document.root.entries if key.text in DEFINITION_KINDS), "")


def version_of(source: Source) -> Scalar | None:
    """Return the value of ``svcflow:``."""
    node = source.root.get("svcflow") if source.root else None
    return node if isinstance(node, Scalar) else None
