"""Attributes of the cases of a log: of one in memory, or of a file, read beside the blocks that folds run over."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from svcflow.eventlog.log import Batch, Column, Log
from svcflow.eventlog.store.stored import Stored, open_store
from svcflow.mining.grouping import Ints

Name = tuple[str, str]
"""What an attribute is called, and what it is of: ``case`` or ``event``."""
Owned = tuple[Column, Ints]
"""The values of an attribute, and which of them each case owns (`Stored.read_attribute`)."""


def list_attributes(log: Log | Stored) -> list[Name]:
    """Return the attributes of a log, those of cases first."""
    if isinstance(log, Stored):
        known = [(attribute.name, str(attribute.of)) for attribute in log.file.layout.attributes]
        return sorted(known, key=lambda one: one[1] != "case")
    return [*((name, "case") for name in log.case_attributes), *((name, "event") for name in log.attributes)]


def find_kind(log: Log | Stored, name: Name) -> str:
    """Return what an attribute holds; see `Column`."""
    if isinstance(log, Stored):
        return next(one.kind for one in log.file.layout.attributes if (one.name, one.of) == name)
    return read_whole(log, name)[0].kind


def read_whole(log: Log, name: Name) -> Owned:
    """Return an attribute of a log in memory."""
    if name[1] == "case":
        return log.case_attributes[name[0]], np.arange(log.cases + 1)
    return log.attributes[name[0]], log.offsets


class Reader:
    """Reads attributes of the file at `path`, row group by row group; blocks come in any order."""

    def __init__(self, path: str) -> None:
        self._log = open_store(path)
        self._ends = np.cumsum([group.cases for group in self._log.file.groups], dtype=np.int64)
        self._known: dict[Name, Owned] = {}
        self._group = -1

    def read(self, batch: Batch, name: Name) -> Owned:
        """Return an attribute of the cases of a block, of which there is at least one."""
        group = int(np.searchsorted(self._ends, batch.first_case, side="right"))
        if group != self._group:
            self._known, self._group = {}, group
        if name not in self._known:
            self._known[name] = next(replace(self._log, groups=(group,)).read_attribute(*name))
        column, offsets = self._known[name]
        first = batch.first_case - (int(self._ends[group - 1]) if group else 0)
        owned = offsets[first : first + len(batch.offsets)]
        values = column.values[int(owned[0]) : int(owned[-1])]
        return Column(column.kind, values, column.vocabulary), owned - owned[0]
