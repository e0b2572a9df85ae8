"""OCEL 2.0 as XML: events and objects; the objects of one type are the cases, as in its JSON form.

The file is streamed through expat; a document type or an entity is refused.
"""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path
from typing import IO
from xml.parsers import expat

from svcflow.errors import InputError
from svcflow.eventlog.objects.model import ObjectLog
from svcflow.eventlog.raw import RawTable, Stated

SUFFIXES = (".xmlocel", ".ocel.xml", ".xml")
RANK = 0
PARTS = ("objects",)
BLOCK = 1 << 20
GZIP = b"\x1f\x8b"
DEEPEST = 50
LONGEST = 1 << 22
"""Characters of one value."""

_PARTS = re.compile(rb"<(object-types|event-types|objects|events)\b")
_HINT = "export it again as OCEL 2.0"


def recognise(path: Path, head: bytes) -> bool:
    """Return whether the file begins like XML with a part that only an object-centric log has."""
    text = _unpack(head) if head.startswith(GZIP) else head
    text = text.removeprefix(b"\xef\xbb\xbf").lstrip().replace(b"\0", b"")
    return text.lstrip(b"\xff\xfe").startswith(b"<") and (
        path.name.lower().endswith(".xmlocel") or bool(_PARTS.search(text))
    )


def read(path: Path, stated: Stated) -> RawTable:
    """Read all events, as the objects of one type see them."""
    from svcflow.eventlog.objects.flattening import flatten  # noqa: PLC0415 - CSV pays nothing for it

    log = ObjectLog()
    handler = _Handler(log, path.name)
    parser = handler.parser
    try:
        with _open(path) as stream:
            quiet, last = 0, -1
            while block := stream.read(BLOCK):
                parser.Parse(block, False)  # noqa: FBT003 - expat takes no keyword
                quiet = quiet + len(block) if parser.CurrentByteIndex == last else 0
                last = parser.CurrentByteIndex
                if quiet > LONGEST:
                    raise InputError(f"{path.name} holds a value of more than {LONGEST >> 20} MB", _HINT)
        parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError as error:
        text = expat.ErrorString(error.code)
        early = text in ("no element found", "unclosed token", "unclosed CDATA section")
        reason = "the file ends too early" if early else f"not well-formed XML ({text})"
        raise InputError(f"{path.name}, line {error.lineno:,}: {reason}", _HINT) from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        reason = "ends too early (truncated gzip)" if isinstance(error, EOFError) else "is damaged (bad gzip)"
        raise InputError(f"{path.name} {reason}", "transfer or export it again") from None
    except (LookupError, ValueError) as error:  # an encoding that Python or expat does not know
        raise InputError(f"{path.name} is XML in an encoding that is not read: {error}", _HINT) from None
    if not log.ids:
        raise InputError(f"{path.name} holds no events of OCEL 2.0", _HINT)
    return flatten(log, stated, "OCEL 2.0 (XML)", path.name)


def _open(path: Path) -> IO[bytes] | gzip.GzipFile:
    with path.open("rb") as raw:
        packed = raw.read(2) == GZIP
    return gzip.open(path) if packed else path.open("rb")


def _unpack(head: bytes) -> bytes:
    """Return the beginning of what a packed file holds."""
    try:
        return zlib.decompressobj(31).decompress(head, 4096)
    except zlib.error:
        return b""


class _Handler:
    """Follows the elements: log > events > event > attributes > attribute, and the same for objects."""

    def __init__(self, log: ObjectLog, name: str) -> None:
        self.log = log
        self.name = name
        self.path: list[str] = []
        self.thing: dict[str, str] = {}
        self.values: list[tuple[str, str, str]] = []
        self.related: list[tuple[str, str]] = []
        self.attribute: dict[str, str] | None = None
        self.text: list[str] = []
        self.size = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.EntityDeclHandler = self.refuse

    def refuse(self, *_: object) -> None:
        """Raise InputError: no log needs a document type or entities."""
        self.fail("declares a document type or entities, which are not read")

    def fail(self, reason: str) -> None:
        """Raise InputError at the current line."""
        raise InputError(f"{self.name}, line {self.parser.CurrentLineNumber:,}: {reason}", _HINT)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        tag = tag.rpartition(":")[2]
        self.path.append(tag)
        depth = len(self.path)
        if depth == 1 and tag not in ("log", "ocel"):
            self.fail(f"it is XML but no OCEL: it begins with <{tag[:40]}>")
        if depth > DEEPEST:
            self.fail(f"elements stand more than {DEEPEST} deep in one another")
        if depth == 3 and self.path[1] in ("events", "objects") and tag in ("event", "object"):
            self.thing, self.values, self.related = attributes, [], []
        elif depth == 5 and self.path[1] in ("events", "objects"):
            if "object-id" in attributes and self.path[3] in ("objects", "relationships"):
                self.related.append((attributes["object-id"], attributes.get("qualifier", "")))
            elif tag == "attribute" and self.path[3] == "attributes":
                self.attribute, self.text, self.size = attributes, [], 0
        elif depth == 4 and "key" in attributes and self.path[1] in ("events", "objects"):
            self.fail("this is OCEL 1.0, which is not read")

    def data(self, text: str) -> None:
        """Take the text of an attribute."""
        if self.attribute is not None:
            self.size += len(text)
            if self.size > LONGEST:
                self.fail(f"a value of more than {LONGEST >> 20} MB")
            self.text.append(text)

    def end(self, _: str) -> None:
        """End an element."""
        depth = len(self.path)
        tag = self.path.pop()
        if depth == 5 and self.attribute is not None:
            name, time = self.attribute.get("name", "") or "(no name)", self.attribute.get("time", "")
            self.values.append((name, time, "".join(self.text).strip()))
            self.attribute = None
        elif depth == 3 and tag in ("event", "object") and self.path[1] in ("events", "objects"):
            try:
                self._take(tag)
            except InputError as error:
                raise InputError(
                    f"{self.name}, line {self.parser.CurrentLineNumber:,}: {error.message}", error.hint
                ) from None

    def _take(self, tag: str) -> None:
        get = self.thing.get
        if tag == "event":
            values = {name: value for name, _, value in self.values}
            event = self.log.add_event(get("id", ""), get("type", ""), get("time", ""), values)
            self.log.relate(event, self.related)
            return
        number = self.log.add_object(get("id", ""), get("type", ""))
        for name, time, value in self.values:
            self.log.set_value(number, name, time, value)
        for target, qualifier in self.related:
            self.log.link(self.thing["id"], target, qualifier)
