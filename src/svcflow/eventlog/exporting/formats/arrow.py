"""Arrow IPC, also called Feather: typed columns, packed with lz4, one row per activity instance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from svcflow.eventlog.exporting.choices import Choices
from svcflow.eventlog.exporting.sources import Block, Source
from svcflow.eventlog.exporting.tabular import Heading, declare, lay_out, tell_block
from svcflow.eventlog.log import MISSING_TIME

SUFFIXES = (".arrow", ".feather")
MAPPED = True


def write(source: Source, target: Path, choices: Choices) -> None:
    """Write all cases, a record batch for each block."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import ipc  # noqa: PLC0415

    head = source.head
    headings = lay_out(head)
    declare(headings, [heading.name for heading in headings], choices)
    times = pa.timestamp("ms", "UTC" if head.facts.zone else None)
    kinds = {"text": pa.large_string(), "number": pa.float64(), "boolean": pa.bool_(), "datetime": times}
    schema = pa.schema([(heading.name, kinds[heading.kind]) for heading in headings])
    with ipc.new_file(str(target), schema, options=ipc.IpcWriteOptions(compression="lz4")) as writer:
        for block in source.blocks():
            told = zip(headings, tell_block(block, head, headings), strict=True)
            columns = [_type(block, heading, times) or words.to_arrow() for heading, words in told]
            writer.write_batch(pa.record_batch(columns, schema=schema))


def _type(block: Block, heading: Heading, times: Any) -> Any:
    """Return a column that is no text as Arrow, ``None`` for text."""
    from svcflow.eventlog.store.cells import Cells, fix  # noqa: PLC0415

    if heading.role == "time":
        return fix(block.time, times)
    if heading.role == "start":
        return fix(block.start, times, ~block.has_start)
    if heading.kind == "text" or heading.attribute is None:
        return None
    column = block.spread(heading.attribute)
    if column.kind == "datetime":
        return fix(column.values, times, np.asarray(column.values == MISSING_TIME))
    return Cells(column.kind, column.values).to_arrow()
