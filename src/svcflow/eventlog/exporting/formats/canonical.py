"""The canonical file itself: what `svcflow import` makes, for the chosen cases."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from svcflow.eventlog.exporting.choices import Choices
from svcflow.eventlog.exporting.on_disk import OnDisk
from svcflow.eventlog.exporting.sources import Block, Source
from svcflow.eventlog.store.layout import Layout, Part
from svcflow.eventlog.store.writing import Writer
from svcflow.eventlog.texts import strings
from svcflow.files import reserve

SUFFIXES = (".parquet", ".pq")
MAPPED = False


def write(source: Source, target: Path, choices: Choices) -> None:  # noqa: ARG001 - every format has this signature
    """Write all cases with everything known of them; what is not completed goes along with a whole file."""
    if isinstance(source, OnDisk) and source.whole is not None:
        beside = reserve(target)
        try:
            shutil.copyfile(source.whole, beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
        return
    head = source.head
    whole = all(not (block.time % 1000).any() and not (block.start % 1000).any() for block in source.blocks())
    layout = Layout(
        head.activities,
        head.resources,
        head.teams,
        head.attributes,
        unit="s" if whole else "ms",
        starts=head.starts,
        counts=head.facts.counted,
        ordered=not head.places,
    )
    with Writer(target, layout) as writer:
        for block in source.blocks():
            writer.add(_take(block))
        writer.finish(head.facts)


def _take(block: Block) -> Part:
    return Part(
        case_ids=strings([*block.case_ids]),
        offsets=block.offsets,
        time=block.time,
        start=block.start,
        has_start=block.has_start,
        activity=block.activity,
        resource=block.resource,
        team=block.team,
        attributes=block.attributes,
        case_attributes=block.case_attributes,
        events=None if block.events is None else block.events.astype(np.int64),
        rows=block.places,
    )
