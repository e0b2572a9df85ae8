"""The metadata of a canonical file as one JSON document: written here, and judged here when they are read.

Nothing in them is believed before it is checked: they may have been damaged, or written by somebody else.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from svcflow.errors import InputError
from svcflow.eventlog.log import Quality, Role, Vocabulary
from svcflow.eventlog.store.layout import Attribute, Facts, Layout

KEY = b"svcflow"
CHECKSUM = b"svcflow.crc32"
FORM = "svcflow log"
VERSION = 1
_MOST_ROWS = 2**40
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Group:
    """A row group: its rows and cases, how many of the rows are instances, and how many of the cases have one."""

    rows: int
    all_cases: int
    instances: int
    cases: int


@dataclass(frozen=True, slots=True)
class Document:
    """All that the metadata of a file say."""

    layout: Layout
    facts: Facts
    groups: tuple[Group, ...]


class Damage(Exception):  # noqa: N818 - it never leaves this package
    """The metadata are not what they should be; the text says where."""


def write(layout: Layout, facts: Facts, groups: Sequence[Group]) -> str:
    """Return the document as JSON in ASCII."""
    told = dataclasses.asdict(facts)
    told |= {name: [*getattr(facts, name).items()] for name in ("sides", "states")}
    vocabularies = {name: list(getattr(layout, name).texts) for name in ("activities", "resources", "teams")}
    described = {
        **vocabularies,
        "attributes": [[a.name, a.kind, a.of] for a in layout.attributes],
        "unit": layout.unit,
        "starts": layout.starts,
        "opens": layout.opens,
        "counts": layout.counts,
        "ordered": layout.ordered,
    }
    rows = [[group.rows, group.all_cases, group.instances, group.cases] for group in groups]
    return json.dumps({"format": FORM, "version": VERSION, "layout": described, "facts": told, "groups": rows})


def read(text: bytes, file: str) -> Document:
    """Return what a document says. Raises InputError for a newer version, Damage for all that cannot be."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise Damage("its metadata are no JSON") from None
    if not isinstance(content, dict) or content.get("format") != FORM:
        raise Damage("its metadata are of another kind")
    version = content.get("version")
    if type(version) is int and version > VERSION:
        raise InputError(
            f"{file} was written by a newer svcflow (version {version} of the canonical file; this one reads "
            f"{VERSION})",
            "update svcflow, or import the export again with this one",
        )
    if version != VERSION:
        raise Damage("its metadata name no version")
    layout = _read_layout(_Part(content, "layout"))
    groups = tuple(_read_group(entry) for entry in _Part.of(content).list("groups"))
    return Document(layout, _read_facts(_Part(content, "facts")), groups)


class _Part:
    """A JSON object whose members are asked for by type."""

    def __init__(self, content: dict[str, Any], name: str) -> None:
        self.content = content.get(name)
        self.name = name
        if not isinstance(self.content, dict):
            raise Damage(f"its metadata lack {name!r}")

    @classmethod
    def of(cls, content: Any) -> _Part:
        """Return a JSON object itself."""
        return cls({"entry": content}, "entry")

    def take(self, key: str, kind: type[T]) -> T:
        """Return a member of exactly that type."""
        assert self.content is not None
        value = self.content.get(key)
        if type(value) is not kind:
            raise Damage(f"{key!r} in its metadata is wrong")
        return value

    def list(self, key: str) -> list[Any]:
        """Return a list."""
        return self.take(key, list)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        return _judge(tuple(self.list(key)), key, lambda texts: all(type(text) is str for text in texts))

    def count(self, key: str) -> int:
        """Return a number that is not negative."""
        return _judge(self.take(key, int), key, lambda number: 0 <= number < _MOST_ROWS)

    def one_of(self, key: str, *words: str) -> Any:
        """Return one of some words."""
        return _judge(self.take(key, str), key, lambda word: word in words)


def _judge(value: T, key: str, judge: Callable[[T], bool]) -> T:
    if not judge(value):
        raise Damage(f"{key!r} in its metadata is wrong")
    return value


def _read_layout(part: _Part) -> Layout:
    return Layout(
        activities=_read_vocabulary(part.texts("activities"), unknown=False),
        resources=_read_vocabulary(part.texts("resources"), unknown=True),
        teams=_read_vocabulary(part.texts("teams"), unknown=True),
        attributes=_read_attributes(part.list("attributes")),
        unit=part.one_of("unit", "s", "ms"),
        starts=part.take("starts", bool),
        opens=part.take("opens", bool),
        counts=part.take("counts", bool),
        ordered=part.take("ordered", bool),
    )


def _read_vocabulary(texts: tuple[str, ...], *, unknown: bool) -> Vocabulary:
    ascending = all(before < after for before, after in itertools.pairwise(texts))
    if not ascending or (unknown and texts[:1] != ("",)):
        raise Damage("a vocabulary in its metadata is out of order")
    return Vocabulary(texts)


def _read_attributes(entries: list[Any]) -> tuple[Attribute, ...]:
    found: dict[str, Attribute] = {}
    for entry in entries:
        if type(entry) is not list or len(entry) != 3 or not all(type(word) is str for word in entry):
            raise Damage("an attribute in its metadata is wrong")
        name, kind, of = entry
        if kind not in ("text", "number", "boolean", "datetime") or of not in ("case", "event"):
            raise Damage(f"attribute {name[:60]!r} in its metadata is wrong")
        attribute = Attribute(name, kind, of)
        found[attribute.column] = attribute
    if len(found) != len(entries):
        raise Damage("an attribute stands twice in its metadata")
    return tuple(found.values())


def _read_group(entry: Any) -> Group:
    if type(entry) is not list or len(entry) != 4 or not all(type(number) is int for number in entry):
        raise Damage("a row group in its metadata is wrong")
    group = Group(*entry)
    possible = 0 < group.all_cases <= group.rows < _MOST_ROWS and 0 <= group.cases <= group.all_cases
    if not (possible and group.cases <= group.instances <= group.rows):
        raise Damage("a row group in its metadata is wrong")
    return group


def _read_facts(part: _Part) -> Facts:
    return Facts(
        source=part.take("source", str),
        events=part.count("events"),
        zone=_read_zone(part.take("zone", str)),
        roles=tuple(_read_role(_Part.of(entry)) for entry in part.list("roles")),
        quality=tuple(_read_quality(_Part.of(entry)) for entry in part.list("quality")),
        done=part.texts("done"),
        machines=part.texts("machines"),
        sides=_read_pairs(part, "sides"),
        states=_read_pairs(part, "states"),
        notes=part.texts("notes"),
        shape=part.take("shape", str),
        counted=part.take("counted", bool),
        origin=part.take("origin", dict),
        mapping=part.take("mapping", dict),
    )


def _read_pairs(part: _Part, key: str) -> dict[str, str]:
    """Return a list of pairs of texts as a dict; a JSON object would be put in order by some tools."""
    pairs = {}
    for entry in part.list(key):
        if type(entry) is not list or len(entry) != 2 or not all(type(word) is str for word in entry):
            raise Damage(f"{key!r} in its metadata is wrong")
        pairs[entry[0]] = entry[1]
    return pairs


def _read_zone(name: str) -> str:
    from svcflow.errors import MappingError  # noqa: PLC0415
    from svcflow.eventlog.stamps.zones import find_zone  # noqa: PLC0415

    try:
        if name:
            find_zone(name)
    except MappingError:
        raise Damage(f"its metadata name a time zone that does not exist: {name[:60]!r}") from None
    return name


def _read_role(part: _Part) -> Role:
    return Role(part.take("role", str), part.take("column", str), part.take("reason", str), part.texts("alternatives"))


def _read_quality(part: _Part) -> Quality:
    rows = tuple(part.list("rows"))
    share = part.content["share"] if part.content and "share" in part.content else None
    if not all(type(row) is int for row in rows) or type(share) not in (int, float):
        raise Damage("'quality' in its metadata is wrong")
    return Quality(
        id=part.take("id", str),
        count=part.count("count"),
        share=float(share),  # type: ignore[arg-type]
        message=part.take("message", str),
        rows=rows,
        effect=part.take("effect", str),
        severity=part.one_of("severity", "note", "warning", "error"),
    )
