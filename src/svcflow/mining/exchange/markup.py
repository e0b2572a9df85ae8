"""XML, read from strangers and written for them: no DTD, no entities, bounded depth, one clear error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder, indent, tostring
from xml.parsers import expat

from svcflow.errors import InputError

DEEPEST = 200
LARGEST = 20_000_000
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_xml(path: Path) -> Element:
    """Return the root of an XML file; raise `InputError` where it cannot be read or asks for what is not in it."""
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path.name} is larger than {LARGEST // 1_000_000} MB", "export one process only")
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path} does not exist", "check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path} cannot be read: {reason}", "check the path and its permissions") from None
    return parse_xml(data, path.name)


def parse_xml(data: bytes, name: str) -> Element:
    """Return the root of an XML text; document types, entities and depths beyond `DEEPEST` are refused."""
    builder, depth = TreeBuilder(), 0

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise InputError(f"{name}: elements stand more than {DEEPEST} deep in each other", "export it again")
        builder.start(_braced(tag), {_braced(key): value for key, value in attributes.items()})

    def finish(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_braced(tag))

    def forbid(*_: object) -> None:
        raise InputError(f"{name} declares a document type (DTD)", "svcflow reads none: entities can hide anything")

    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler, parser.EndElementHandler = begin, finish
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = forbid
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat knows it by position only
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise InputError(
            f"{name}:{error.lineno}:{error.offset + 1}: not XML: {reason}", "the file is damaged or cut off"
        ) from None
    except (ValueError, LookupError) as error:
        raise InputError(f"{name} is not XML: {error}", "export it again as UTF-8") from None
    return builder.close()


def _braced(name: str) -> str:
    return "{" + name if "}" in name else name


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def children(element: Element, name: str) -> Iterator[Element]:
    """Yield the children of that local name."""
    return (child for child in element if local(child) == name)


def clean(text: str | None) -> str:
    """Return a text on one line, without what XML cannot hold."""
    return " ".join(_FORBIDDEN.sub("", text or "").split())


def write_xml(root: Element) -> str:
    """Return an element as an indented document."""
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"
