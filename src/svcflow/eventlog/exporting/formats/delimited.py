"""CSV, plain or gzipped: UTF-8, a header, one row per activity instance.

Text that a spreadsheet would take for a formula gets an apostrophe in front, which the mapping beside the file takes
off again when svcflow reads it; ``--no-spreadsheet-safe`` writes all texts as they are.
"""

from __future__ import annotations

import contextlib
import gzip
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, BinaryIO

from svcflow.eventlog.exporting.choices import Choices
from svcflow.eventlog.exporting.sources import Source
from svcflow.eventlog.exporting.tabular import declare, lay_out, tell_block

SUFFIXES = (".csv", ".csv.gz")
MAPPED = True


def write(source: Source, target: Path, choices: Choices) -> None:
    """Write all cases as rows of text."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import csv  # noqa: PLC0415

    head = source.head
    headings = lay_out(head)
    names = [choices.guard("")(heading.name) for heading in headings]
    choices.values.clear()
    declare(headings, names, choices)
    choices.stated |= {"encoding": "utf-8", "delimiter": ","}
    guards = [choices.guard(n) if h.kind == "text" else str for n, h in zip(names, headings, strict=True)]
    schema = pa.schema([(name, pa.large_string()) for name in names])
    with target.open("wb") as raw, _pack(raw, target) as stream, csv.CSVWriter(stream, schema) as writer:
        for block in source.blocks():
            told = zip(tell_block(block, head, headings), guards, strict=True)
            columns = [column.map(guard).to_arrow() for column, guard in told]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
    altered = sum(map(len, choices.values.values()))
    if altered:
        choices.notes.append(
            f"{altered:,} different texts would begin a formula in a spreadsheet: an apostrophe stands before them"
        )


def _pack(raw: BinaryIO, target: Path) -> AbstractContextManager[Any]:
    """Return a stream that packs what is written, the same bytes at any time and under any name."""
    if not target.name.endswith(".gz"):
        return contextlib.nullcontext(raw)
    return gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0)
