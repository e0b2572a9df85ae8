"""OCEL 2.0 as JSON: events and objects; the objects of one type are the cases.

The type is stated (`source: objects:`) or found by evidence. Related objects of other types become columns
``rel:TYPE``, attributes of the object ``case:NAME``. The document is walked event by event.
"""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

from svcflow.errors import InputError
from svcflow.eventlog.nested.flattening import Flattener
from svcflow.eventlog.nested.walking import Decoder, Element, walk_document
from svcflow.eventlog.objects.model import ObjectLog
from svcflow.eventlog.raw import RawTable, Stated

SUFFIXES = (".jsonocel", ".ocel.json", ".json")
RANK = 4
PARTS = ("objects",)
KEYS = (b'"objectTypes"', b'"eventTypes"', b'"objects"', b'"events"')
OLD = b'"ocel:events"'
_HINT = "export it again as OCEL 2.0"


def recognise(path: Path, head: bytes) -> bool:
    """Return whether the file is a document with all parts of an object-centric log."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith(b"{") or (b'"' not in text):
        return False
    if path.name.lower().endswith(".jsonocel") or b'"ocel:' in head:
        return True
    if not any(key in head for key in KEYS):
        return False
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return all(content.find(key) >= 0 for key in KEYS)


def read(path: Path, stated: Stated) -> RawTable:
    """Read all events, as the objects of one type see them."""
    from svcflow.eventlog.objects.flattening import flatten  # noqa: PLC0415 - CSV pays nothing for it

    log = ObjectLog()
    try:
        with path.open("r", encoding="utf-8-sig", newline="\n") as text:
            for element in walk_document(path, text, Decoder()):
                _take(log, path, element)
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not UTF-8, as JSON is: {error.reason}", _HINT) from None
    except RecursionError:
        raise InputError(f"{path.name} is nested too deeply", _HINT) from None
    if not log.ids:
        raise InputError(f"{path.name} holds no events of OCEL 2.0", _HINT)
    return flatten(log, stated, "OCEL 2.0 (JSON)", path.name)


def _take(log: ObjectLog, path: Path, element: Element) -> None:
    """Take one event or object."""
    if element.keys and element.keys[0].startswith("ocel:"):
        raise InputError(f"{path.name} is OCEL 1.0, which is not read", _HINT)
    if element.keys not in (("events",), ("objects",)):
        return
    thing = element.value
    if element.single or not isinstance(thing, dict):
        raise InputError(f"{path.name}, line {element.line:,}: {element.keys[0]} hold something else", _HINT)
    try:
        if element.keys == ("events",):
            values = {name: value for name, _, value in _attributes(thing)}
            event = log.add_event(_text(thing.get("id")), _text(thing.get("type")), _text(thing.get("time")), values)
            log.relate(event, _relations(thing))
        else:
            number = log.add_object(_text(thing.get("id")), _text(thing.get("type")))
            for name, time, value in _attributes(thing):
                log.set_value(number, name, time, value)
            for target, qualifier in _relations(thing):
                log.link(_text(thing["id"]), target, qualifier)
    except InputError as error:
        raise InputError(f"{path.name}, line {element.line:,}: {error.message}", error.hint) from None


def _attributes(thing: dict[str, Any]) -> list[tuple[str, str, str]]:
    listed = [entry for entry in _list(thing, "attributes") if isinstance(entry, dict)]
    return [
        (_text(entry.get("name")) or "(no name)", _text(entry.get("time")), _text(entry.get("value")))
        for entry in listed
    ]


def _relations(thing: dict[str, Any]) -> list[tuple[str, str]]:
    listed = [entry for entry in _list(thing, "relationships") if isinstance(entry, dict)]
    return [(_text(entry.get("objectId")), _text(entry.get("qualifier"))) for entry in listed]


def _list(thing: dict[str, Any], key: str) -> list[Any]:
    value = thing.get(key)
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    if type(value) is str and value.isascii():
        return value
    return next(iter(Flattener().flatten({"value": value}).values()), "")
