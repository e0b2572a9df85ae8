"""XES (IEEE 1849), plain or gzipped, with the keys of the standard extensions.

Where a start is known, an instance is two events, start and complete; its attributes stand on the complete event. Our
reader and others join such pairs first in, first out; where that would join others than belong together, both carry a
`concept:instance`.
"""

from __future__ import annotations

import contextlib
import gzip
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, BinaryIO

from svcflow.eventlog.exporting.choices import Choices
from svcflow.eventlog.exporting.events import Events
from svcflow.eventlog.exporting.markup import Escaper, clean
from svcflow.eventlog.exporting.sources import Block, Head, Source
from svcflow.eventlog.exporting.telling import Told, tell
from svcflow.eventlog.store.layout import Attribute

SUFFIXES = (".xes", ".xes.gz")
MAPPED = True

_EXTENSIONS = (("Concept", "concept"), ("Time", "time"), ("Organizational", "org"), ("Lifecycle", "lifecycle"))
ROLES = {"activity": "concept:name", "time": "time:timestamp", "resource": "org:resource", "team": "org:group"}
TRANSITION = "lifecycle:transition"
INSTANCE = "concept:instance"
TAGS = {"text": "string", "datetime": "date", "boolean": "boolean"}


def write(source: Source, target: Path, choices: Choices) -> None:
    """Write all cases as traces."""
    head, escape = source.head, Escaper()
    keys = _choose_keys(head, choices)
    tags = {attribute: TAGS.get(attribute.kind, "float") for attribute in head.attributes}
    tags |= dict.fromkeys(_find_whole(source), "int")
    events = Events(head, {a: (tags[a], k) for a, k in keys.items() if a.of == "event"}, choices.roles, escape)
    owned = {a: (tags[a], k) for a, k in keys.items() if a.of == "case"}
    seen = set(head.attributes) - set(keys)  # an attribute without any value has no element, so no reader sees it
    with target.open("wb") as raw, _pack(raw, target) as stream:
        stream.write(_begin(head).encode())
        for block in source.blocks():
            lines = events.write(block)
            traces = _write_traces(block, head, owned, escape)
            seen |= events.seen | {a for a in owned if tell(block.case_attributes[a.name], "").holds_any()}
            for case, trace in enumerate(traces):
                low, high = events.borders[case], events.borders[case + 1]
                text = f"\t<trace>\n{trace}{''.join(lines[low:high])}\t</trace>\n"
                stream.write(text.encode("utf-8", "replace"))
        stream.write(b"</log>\n")
    choices.columns = {column: attribute for column, attribute in choices.columns.items() if attribute in seen}
    choices.notes.extend([*escape.note(), *events.note()])


def _write_traces(block: Block, head: Head, owned: dict[Attribute, tuple[str, str]], escape: Escaper) -> list[str]:
    """Return the attributes of each case."""
    columns = [[f'\t\t<string key="concept:name" value="{escape(case_id)}"/>\n' for case_id in block.case_ids]]
    for attribute, (tag, key) in owned.items():
        begin = f'\t\t<{tag} key="{escape(key)}" value="'
        told: Told = tell(block.case_attributes[attribute.name], head.facts.zone)
        columns.append(told.map(lambda text, begin=begin: f'{begin}{escape(text)}"/>\n').spread())  # type: ignore[misc]
    return ["".join(row) for row in zip(*columns, strict=True)]


def _choose_keys(head: Head, choices: Choices) -> dict[Attribute, str]:
    """Return the key of each attribute, none for one that a role holds already; say which column will hold what."""
    choices.roles |= {"case": "case:concept:name", "activity": "concept:name", "time": "time:timestamp"}
    keys: dict[Attribute, str] = {}
    twins = set()
    for role, vocabulary in (("resource", head.resources), ("team", head.teams)):
        if len(vocabulary) <= 1:
            continue
        twin = head.find_twin(role)
        key = clean(_name_role(head, role, twin))
        choices.roles[role] = key
        if twin:
            twins.add(twin)
            choices.columns[key] = twin
    if head.starts:
        choices.roles["lifecycle"] = TRANSITION
    reserved = {"event": {*choices.roles.values(), *ROLES.values(), INSTANCE}, "case": {"concept:name"}}
    kept = {attribute for attribute in head.attributes if attribute.of == "event" and attribute not in twins}
    reserved["event"] -= {attribute.name for attribute in kept} - {*choices.roles.values(), INSTANCE}
    for attribute in head.attributes:
        if attribute in twins:
            continue
        wanted, number = clean(attribute.name), 1
        key = wanted
        while key in reserved[attribute.of] or not key.strip():
            number += 1
            key = f"{wanted or 'attribute'} {number}"
        reserved[attribute.of].add(key)
        keys[attribute] = key
        choices.columns[f"case:{key}" if attribute.of == "case" else key] = attribute
    return keys


def _name_role(head: Head, role: str, twin: Attribute | None) -> str:
    """Return the key of a role: that of the standard, unless another attribute of the export bears it already."""
    others = {attribute.name for attribute in head.attributes if attribute.of == "event" and attribute != twin}
    if ROLES[role] not in others:
        return ROLES[role]
    return twin.name if twin and twin.name not in others and twin.name.strip() else f"svcflow:{role}"


def _find_whole(source: Source) -> set[Attribute]:
    """Return the attributes whose numbers are all whole: they become ints."""
    import numpy as np  # noqa: PLC0415

    left = {attribute for attribute in source.head.attributes if attribute.kind == "number"}
    if not left:
        return left
    for block in source.blocks():
        for attribute in [*left]:
            column = (block.attributes if attribute.of == "event" else block.case_attributes)[attribute.name]
            known = column.values[~np.isnan(column.values)]
            if (known != np.floor(known)).any() or (np.abs(known) >= 2**53).any():
                left.discard(attribute)
        if not left:
            break
    return left


def _begin(head: Head) -> str:
    keys = "concept:name" + (f" {TRANSITION}" if head.starts else "")
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<log xes.version="1849.2016" xes.features="">']
    lines += [
        f'\t<extension name="{name}" prefix="{prefix}" uri="http://www.xes-standard.org/{prefix}.xesext"/>'
        for name, prefix in _EXTENSIONS
    ]
    return "\n".join([*lines, f'\t<classifier name="Activity" keys="{keys}"/>']) + "\n"


def _pack(raw: BinaryIO, target: Path) -> AbstractContextManager[Any]:
    if not target.name.endswith(".gz"):
        return contextlib.nullcontext(raw)
    return gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0)
