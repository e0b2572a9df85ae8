"""JSON Lines: one object per activity instance; what is unknown is null."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from svcflow.eventlog.exporting.choices import Choices
from svcflow.eventlog.exporting.sources import Source
from svcflow.eventlog.exporting.tabular import declare, lay_out, tell_block
from svcflow.eventlog.store.layout import Kind

SUFFIXES = (".jsonl", ".ndjson")
MAPPED = True


def write(source: Source, target: Path, choices: Choices) -> None:
    """Write all cases, one line a row."""
    head = source.head
    headings = lay_out(head)
    declare(headings, [heading.name for heading in headings], choices)
    keys = [json.dumps(heading.name, ensure_ascii=False) + ": " for heading in headings]
    with target.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        for block in source.blocks():
            told = zip(tell_block(block, head, headings), keys, headings, strict=True)
            columns = [column.map(_write(key, h.kind)).spread(key + "null") for column, key, h in told]
            stream.writelines("{" + ", ".join(row) + "}\n" for row in zip(*columns, strict=True))


def _write(key: str, kind: Kind) -> Callable[[str], str]:
    """Return what writes a key with its value."""
    if kind == "number":
        return lambda text: key + (text if text.strip("+-").lower() != "inf" else json.dumps(text))
    if kind == "boolean":
        return lambda text: key + text
    return lambda text: key + json.dumps(text, ensure_ascii=False)
