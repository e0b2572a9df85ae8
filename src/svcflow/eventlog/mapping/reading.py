"""Mapping files and dicts to stated facts."""

from __future__ import annotations

import os
from collections.abc import Callable
from collections.abc import Mapping as Map
from pathlib import Path
from typing import Any

from svcflow import documents
from svcflow.errors import MappingError
from svcflow.eventlog import delimiters
from svcflow.eventlog.mapping.stated import SUFFIX, Join, Mapping
from svcflow.eventlog.raw import Stated

Places = Map[tuple[str, ...], str]
SOURCE = ("sheet", "table", "query", "objects", "records")
MAPS = ("milestones", "formats", "sides", "states", "values", "rename")


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
    return _build(documents.plain(document.root), _words(document.root), path, file=document.file, places=places)


def state(content: Map[str, Any]) -> Mapping:
    """Return a mapping given as a dict, with the keys of the file; `svcflow` and `mapping` may be left out.

    Files that it joins are looked for from the current directory.
    """
    return _build({"svcflow": 1, "mapping": "mapping", **content}, _as_words(dict(content)), Path("mapping"))


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


def _build(content: Any, words: Any, path: Path, *, file: str = "", places: Places | None = None) -> Mapping:
    from svcflow.eventlog.mapping.schema import complain  # noqa: PLC0415 - jsonschema only where a mapping is given

    complain(content, file, places or {})
    attributes = words.get("attributes") or {}
    texts: dict[str, Any] = {key: words.get(key) or "" for key in ("shape", "preset", "time_format", "timezone")}
    maps: dict[str, Any] = {key: words.get(key) or {} for key in MAPS}
    typed = {name: kind for part in attributes.values() if isinstance(part, Map) for name, kind in part.items()}
    mapping = Mapping(
        name=words.get("mapping", ""),
        file=file,
        columns={role: _tuple(value) for role, value in (words.get("columns") or {}).items()},
        done=None if words.get("done") is None else _tuple(words["done"]),
        machines=_tuple(words.get("machines")),
        case_attributes=None if "case" not in attributes else _tuple(attributes["case"]),
        event_attributes=None if "event" not in attributes else _tuple(attributes["event"]),
        types=typed,
        places=places or {},
        source=_source(words),
        joins=tuple(_join(words_of_join, path.parent) for words_of_join in words.get("joins") or ()),
        **texts,
        **maps,
    )
    _check_formats(mapping)
    return mapping


def _source(words: Any) -> Stated:
    """Return what is stated of the file itself."""
    inner: dict[str, Any] = {key: (words.get("source") or {}).get(key) or "" for key in SOURCE}
    return Stated(words.get("encoding") or "", words.get("delimiter") or "", **inner)


def _join(words: Any, folder: Path) -> Join:
    key, columns = words["key"], words.get("columns")
    return Join(
        file=words["file"],
        path=folder / words["file"],
        keys=tuple(key.items()) if isinstance(key, Map) else tuple((name, name) for name in _tuple(key)),
        columns=columns if columns is None or isinstance(columns, Map) else {name: name for name in columns},
        prefix=words.get("prefix") or "",
        of=words.get("of") or "case",
        many=words.get("many") or "refuse",
        required_share=float(words.get("required_share") or 0),
        loose=words.get("match") == "loose",
        source=_source(words),
    )


def _check_formats(mapping: Mapping) -> None:
    from svcflow.eventlog.stamps import formats, zones  # noqa: PLC0415

    checks: list[tuple[tuple[str, ...], str, Callable[[str], object]]]
    checks = [(("time_format",), mapping.time_format, formats.compile_stated)]
    checks += [(("formats", name), form, formats.compile_stated) for name, form in mapping.formats.items()]
    checks += [(("timezone",), mapping.timezone, zones.find_zone)]
    checks += [(("encoding",), mapping.source.encoding, _check_encoding)]
    checks += [(("delimiter",), mapping.source.delimiter, _check_delimiter)]
    for keys, text, check in checks:
        try:
            if text:
                check(text)
        except MappingError as error:
            raise MappingError(mapping.place(*keys) + error.message, error.hint) from None


def _check_encoding(name: str) -> None:
    """Raise MappingError where Python knows no such encoding, or one that is none of text (``zip``, ``rot13``)."""
    import codecs  # noqa: PLC0415

    try:
        fine = not name.startswith(("idna", "punycode", "undefined")) and b" ".decode(name) == " "
        codecs.getincrementaldecoder(name)
    except UnicodeError:  # of text, though a blank is none in it
        fine = True
    except (LookupError, ValueError, TypeError, OSError):
        fine = False
    if not fine:
        raise MappingError(f"there is no encoding {name!r}", "for example utf-8, utf-16, cp1252, gb18030, big5")


def _check_delimiter(sign: str) -> None:
    unusable = any(char in "\"'\n\r\0" or char.isalnum() for char in sign)
    if unusable and sign not in delimiters.NAMES.values():
        raise MappingError(f"{sign!r} cannot stand between columns", "for example ',' or ';' or \"\\t\" or '||'")


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
