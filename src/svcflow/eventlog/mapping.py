"""What a mapping file states about an export that its contents cannot tell."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from svcflow import documents
from svcflow.errors import MappingError
from svcflow.eventlog.raw import Stated

SUFFIX = ".mapping.yaml"
ROLES = ("case", "activity", "time", "start", "resource", "team", "role", "lifecycle")
SOURCE = ("sheet", "table", "query", "objects", "records")


@dataclass(frozen=True, slots=True)
class Mapping:
    """Stated facts about an export; what is empty is left to evidence.

    `source` is what is said of the file itself. `columns` gives the columns of a role (several are joined to one text;
    none: there is no such role).
    `case_attributes` and `event_attributes` are ``None`` where they are not stated. `places` says where in the file a
    value stands, by the keys that lead to it.
    """

    name: str = ""
    file: str = ""
    columns: Map[str, tuple[str, ...]] = field(default_factory=dict)
    source: Stated = field(default_factory=Stated)
    time_format: str = ""
    timezone: str = ""
    done: tuple[str, ...] | None = None
    machines: tuple[str, ...] = ()
    sides: Map[str, str] = field(default_factory=dict)
    case_attributes: tuple[str, ...] | None = None
    event_attributes: tuple[str, ...] | None = None
    values: Map[str, Map[str, str]] = field(default_factory=dict)
    rename: Map[str, str] = field(default_factory=dict)
    places: Map[tuple[str, ...], str] = field(default_factory=dict)

    def place(self, *keys: str) -> str:
        """Return ``file:line:column: `` of the value under these keys, or what comes nearest."""
        for length in range(len(keys), 0, -1):
            if keys[:length] in self.places:
                return self.places[keys[:length]] + ": "
        return f"{self.file}: " if self.file else "mapping: "


def load(path: Path) -> Mapping:
    """Read a mapping file. Raises MappingError with the place of its first mistake."""
    if not path.is_file():
        raise MappingError(f"mapping file {path} does not exist", "write one with `svcflow inspect LOG --write FILE`")
    document = documents.read(path)
    if document.faults:
        fault = document.faults[0]
        raise MappingError(
            f"{document.file}:{fault.span.line}:{fault.span.column}: {fault.message}", "mend the mapping file"
        )
    places: dict[tuple[str, ...], str] = {}
    _find_places(document.root, (), document.file, places)
    return _build(documents.plain(document.root), _words(document.root), document.file, places)


def state(content: Map[str, Any]) -> Mapping:
    """Return a mapping given as a dict, with the keys of the file; `svcflow` and `mapping` may be left out."""
    return _build({"svcflow": 1, "mapping": "mapping", **content}, _as_words(dict(content)), "", {})


def find(path: Path, given: str | os.PathLike[str] | Map[str, Any] | None) -> tuple[Mapping, str]:
    """Return what is stated about the log at `path`, and a note where a file beside it was picked up unasked."""
    if isinstance(given, Map):
        return state(given), ""
    if given is not None:
        return load(Path(given)), ""
    for beside in (path.with_name(path.name + SUFFIX), path.with_name(path.name.partition(".")[0] + SUFFIX)):
        if beside.is_file():
            return load(beside), f"mapping {beside.name} beside the log was used"
    return Mapping(), ""


def check_columns(mapping: Mapping, names: tuple[str, ...]) -> None:
    """Raise MappingError at the first column that the mapping names and the export does not have."""
    wanted = [(("columns", role), name) for role, columns in mapping.columns.items() for name in columns]
    wanted += [((key, name), name) for key in ("values", "rename") for name in getattr(mapping, key)]
    renamed = set(mapping.rename.values()) | {name.removeprefix("case:") for name in names}
    for kind, stated in (("case", mapping.case_attributes), ("event", mapping.event_attributes)):
        wanted += [(("attributes", kind), name) for name in stated or () if name not in renamed]
    for keys, name in wanted:
        if name not in names:
            raise MappingError(
                f"{mapping.place(*keys)}the export has no column {name!r}{suggest(name, names)}",
                "columns: " + ", ".join(names[:40]) + ("" if len(names) <= 40 else f" and {len(names) - 40} more"),
            )


def suggest(word: str, known: tuple[str, ...]) -> str:
    """Return ``; did you mean 'x'?`` for the nearest known word, or nothing."""
    lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), lower, n=1, cutoff=0.6)
    return f"; did you mean {lower[near[0]]!r}?" if near else ""


def _build(content: Any, words: Any, file: str, places: Map[tuple[str, ...], str]) -> Mapping:
    from svcflow.eventlog.mapping_schema import complain  # noqa: PLC0415 - jsonschema only where a mapping is given

    complain(content, file, places)
    columns = {role: _tuple(value) for role, value in (words.get("columns") or {}).items()}
    attributes = words.get("attributes") or {}
    mapping = Mapping(
        name=words.get("mapping", ""),
        file=file,
        columns=columns,
        done=None if words.get("done") is None else _tuple(words["done"]),
        machines=_tuple(words.get("machines")),
        sides=words.get("sides") or {},
        case_attributes=None if "case" not in attributes else _tuple(attributes["case"]),
        event_attributes=None if "event" not in attributes else _tuple(attributes["event"]),
        values=words.get("values") or {},
        rename=words.get("rename") or {},
        places=places,
        source=_source(words),
        **{key: words.get(key) or "" for key in ("time_format", "timezone")},
    )
    _check_formats(mapping)
    return mapping


def _source(words: Any) -> Stated:
    """Return what is stated of the file itself."""
    inner: dict[str, Any] = {key: words.get("source", {}).get(key) or "" for key in SOURCE}
    return Stated(words.get("encoding") or "", words.get("delimiter") or "", **inner)


def _check_formats(mapping: Mapping) -> None:
    from svcflow.eventlog.stamps import formats, zones  # noqa: PLC0415

    for key, text, check in (
        ("time_format", mapping.time_format, formats.compile_stated),
        ("timezone", mapping.timezone, zones.find_zone),
    ):
        try:
            if text:
                check(text)
        except MappingError as error:
            raise MappingError(mapping.place(key) + error.message, error.hint) from None


def _tuple(value: Any) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def _words(node: documents.Node | None) -> Any:
    """Return a node with every value as its text, ``None`` for null: ``007`` is no number here."""
    if isinstance(node, documents.Mapping):
        return {key.text: _words(value) for key, value in node.entries}
    if isinstance(node, documents.Listing):
        return [_words(item) for item in node.items]
    return None if node is None or node.value is None else node.text


def _as_words(value: Any) -> Any:
    if isinstance(value, Map):
        return {str(key): _as_words(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_words(item) for item in value]
    return value if value is None else str(value)


def _find_places(
    node: documents.Node | None, keys: tuple[str, ...], file: str, places: dict[tuple[str, ...], str]
) -> None:
    if node is None:
        return
    places[keys] = f"{file}:{node.span.line}:{node.span.column}"
    if isinstance(node, documents.Mapping):
        for key, value in node.entries:
            _find_places(value, (*keys, key.text), file, places)
            places[(*keys, key.text, "")] = f"{file}:{key.span.line}:{key.span.column}"
    elif isinstance(node, documents.Listing):
        for position, item in enumerate(node.items):
            _find_places(item, (*keys, str(position)), file, places)
