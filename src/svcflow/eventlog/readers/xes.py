"""XES (IEEE 1849), plain or gzipped.

The file is streamed through expat, block by block of whole traces where a log is imported. A document type or an
entity is refused: no event log needs one. Attributes of traces become columns ``case:KEY``; attributes below other
attributes are left out, and that is said. What the head of the file declares (extensions, classifiers, globals and
their defaults) says nothing of any event and is passed over.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from svcflow.errors import InputError
from svcflow.eventlog.batches import Batches
from svcflow.eventlog.raw import RawTable, Stated

SUFFIXES = (".xes", ".xes.gz")
RANK = 1
BLOCK = 1 << 20
LONGEST = 1 << 26
"""Bytes between two elements: more is no value but an attack."""

GZIP = b"\x1f\x8b"
KINDS = {"date": "datetime", "int": "number", "float": "number", "boolean": "boolean"}
_HINT = "export it again as XES, or give the CSV"


def recognise(path: Path, head: bytes) -> bool:
    """Return whether the file is gzipped or begins like XML."""
    return path.name.lower().endswith(SUFFIXES) or head.startswith(GZIP) or _is_markup(head)


def read(path: Path, stated: Stated) -> RawTable:
    """Read all events of all traces. Raises InputError where the file is no XES or ends too early."""
    batches = Batches("XES", KINDS)
    for _ in _parse(path, batches, stated):
        pass
    return batches.finish()


def stream(path: Path, stated: Stated, rows: int) -> Iterator[RawTable]:
    """Yield whole traces, about `rows` events at a time. Raises what `read` does, once it comes to it."""
    batches = Batches("XES", KINDS, rows)
    for _ in _parse(path, batches, stated):
        while batches.full:
            yield batches.finish()
    if batches.rows:
        yield batches.finish()


def _parse(path: Path, batches: Batches, stated: Stated) -> Iterator[None]:
    """Parse the file piece by piece."""
    try:
        yield from _feed(path, _parser(batches, path.name), stated)
    except expat.ExpatError as error:
        raise InputError(f"{path.name}, line {error.lineno:,}: {_explain(error)}", _HINT) from None
    except (LookupError, ValueError) as error:  # an encoding that Python or expat does not know
        raise InputError(f"{path.name} is XML in an encoding that is not read: {error}", _HINT) from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        reason = "ends too early (truncated gzip)" if isinstance(error, EOFError) else "is damaged (bad gzip)"
        raise InputError(f"{path.name} {reason}", "transfer or export it again") from None
    if not batches.rows and not batches.before:
        raise InputError(f"{path.name} holds no events", "export it again: it should hold traces with events")


def _feed(path: Path, parser: expat.XMLParserType, stated: Stated) -> Iterator[None]:
    size, done, quiet, last = path.stat().st_size, 0, 0, -1
    for block, done in _blocks(path):
        parser.Parse(block, False)  # noqa: FBT003 - expat takes no keyword
        place = parser.CurrentByteIndex
        quiet = quiet + len(block) if place == last else 0
        last = place
        if quiet > LONGEST:
            raise InputError(f"{path.name} holds a value of more than {LONGEST >> 20} MB", _HINT)
        if stated.progress:
            stated.progress(f"reading {path.name}: {done / size:.0%}")
        yield
    parser.Parse(b"", True)  # noqa: FBT003


def _blocks(path: Path) -> Iterator[tuple[bytes, int]]:
    """Yield the unpacked text in blocks, each with the number of bytes of the file read so far."""
    with path.open("rb") as raw:
        packed = raw.read(2) == GZIP
        raw.seek(0)
        stream = gzip.GzipFile(fileobj=raw) if packed else raw
        first = True
        while block := stream.read(BLOCK):
            if first and not _is_markup(block):
                what = "gzipped, but not XES inside" if packed else "not XES"
                raise InputError(f"{path.name} is {what}", "unpack a gzipped table first" if packed else _HINT)
            first = False
            yield block, raw.tell()


def _is_markup(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[8:12] == b"DUCK":  # a DuckDB file begins with a checksum, which may look like anything
        return False
    return text.startswith(b"<") or head.startswith((b"\xff\xfe<\0", b"\xfe\xff\0<"))


def _parser(batches: Batches, name: str) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.StartElementHandler, parser.EndElementHandler = _handlers(batches, name)

    def refuse(*_: Any) -> None:
        raise InputError(
            f"{name}, line {parser.CurrentLineNumber:,}: declares a document type or entities, which are not read",
            "remove the <!DOCTYPE …> part; XES needs none",
        )

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def _handlers(  # noqa: C901 - closures that share the depth are the fastest way to keep it
    batches: Batches, name: str
) -> tuple[Callable[[str, list[str]], None], Callable[[str], None]]:
    """Return what to do at the start and the end of an element: log is at depth 1, traces at 2, events at 3."""
    depth = 0
    in_trace = in_event = False
    add_event, add_case = batches.add_event_value, batches.add_case_value

    def start(tag: str, attributes: list[str]) -> None:
        nonlocal depth, in_trace, in_event
        depth += 1
        if depth == 4 and in_event:
            if attributes:
                add_event(tag, attributes)
        elif depth == 3:
            in_event = in_trace and tag.rpartition(":")[2] == "event"
            if in_trace and not in_event:
                add_case(tag, attributes)
        elif depth == 2:
            in_trace = tag.rpartition(":")[2] == "trace"
        else:
            check(tag)

    def check(tag: str) -> None:
        if depth == 1 and tag.rpartition(":")[2] != "log":
            raise InputError(f"{name} is XML but not XES: it begins with <{tag[:40]}>", _HINT)
        if depth > 3 and in_trace:
            batches.nested = True
        if depth > 200:
            raise InputError(f"{name} nests elements more than 200 deep", _HINT)

    def end(_: str) -> None:
        nonlocal depth, in_trace, in_event
        depth -= 1
        if depth == 2 and in_event:
            batches.end_event()
            in_event = False
        elif depth == 1 and in_trace:
            batches.end_case()
            in_trace = False

    return start, end


def _explain(error: expat.ExpatError) -> str:
    text = expat.ErrorString(error.code)
    early = text in ("no element found", "unclosed token", "unclosed CDATA section")
    return "the file ends too early" if early else f"not well-formed XML ({text})"
