"""Which files a path means: the definitions of a folder, or single files in the company of their folder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from svcflow.definitions.schema import DEFINITION_KINDS, schema_files
from svcflow.documents import Document, Mapping, Scalar, Span, read
from svcflow.errors import InputError
from svcflow.findings import Position

_OURS = re.compile(rb"^(?:---[ \t]*\r?\n)?(?:[ \t]*(?:#[^\n]*)?\r?\n)*[\"']?svcflow[\"']?[ \t]*:")
_MAPPING = re.compile(rb"^[\"']?mapping[\"']?[ \t]*:", re.MULTILINE)
_HOME = "workflows"
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


def gather(paths: Sequence[Path]) -> list[tuple[str, tuple[Source, ...], frozenset[str]]]:
    """Return the workspaces that `paths` mean: a name, its definitions, and the files that are asked about.

    A folder means all of its definitions, or those of its folder ``workflows`` if it has none itself. Files are read
    in the company of their folder, which defines what they refer to, but only their own problems are asked for.
    Raise `InputError` if there is nothing to read.
    """
    asked: dict[Path, dict[str, Path] | None] = {}
    for path in paths:
        if path.is_dir():
            asked[_find_home(path)] = None
        elif not path.exists():
            raise InputError(f"there is no file or folder '{path}'", "give the folder that holds the definitions")
        elif (files := asked.setdefault(path.parent, {})) is not None:
            files[path.name] = path
    return [_gather(folder, files) for folder, files in asked.items()]


def _find_home(folder: Path) -> Path:
    home = folder / _HOME
    return home if home.is_dir() and not _listing(folder) else folder


def _gather(folder: Path, files: dict[str, Path] | None) -> tuple[str, tuple[Source, ...], frozenset[str]]:
    listed = {file.name: file for file in _listing(folder)} if files is None or folder.is_dir() else {}
    found = listed | (files or {})
    if not found:
        raise InputError(f"no definitions in '{folder}'", "a definition is a .yaml file that begins with 'svcflow: 1'")
    sources = tuple(read_source(found[name]) for name in sorted(found))
    names = listed if files is None else files
    only = next(iter(names.values())) if files is not None and len(names) == 1 else folder
    return str(only), sources, frozenset(file.as_posix() for file in names.values())


def _listing(folder: Path) -> list[Path]:
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix in (".yaml", ".yml") and file.is_file())
    except OSError as error:
        raise InputError(f"cannot read the folder '{folder}': {error.strerror}") from None
    return [file for file in files if _is_ours(file)]


def _is_ours(file: Path) -> bool:
    """Return whether a YAML file is a definition, by its suffix or its first key.

    Other tools' files are left alone, and so are the mappings of logs.
    """
    if file.name.endswith(_SUFFIXES):
        return True
    try:
        with file.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return False
    return bool(_OURS.match(head.removeprefix(b"\xef\xbb\xbf"))) and not _MAPPING.search(head)


def read_source(file: Path) -> Source:
    """Return a file with its kind; what cannot be read is noted in the document."""
    document = read(file)
    return Source(document, kind_of(document))


def kind_of(document: Document) -> str:
    """Return the kind of a file: the first key that names a definition, else the second if other parts read it."""
    if not isinstance(document.root, Mapping):
        return ""
    keys = [key.text for key, _ in document.root.entries]
    kind = next((key for key in keys if key in DEFINITION_KINDS), "")
    return kind or next((key for key in keys[1:2] if key in schema_files()), "")


def version_of(source: Source) -> Scalar | None:
    """Return the value of ``svcflow:``."""
    node = source.root.get("svcflow") if source.root else None
    return node if isinstance(node, Scalar) else None


def is_supported(version: Scalar | None) -> bool:
    """Return whether this release reads that version of the language."""
    return version is not None and version.plain and version.text == "1"
