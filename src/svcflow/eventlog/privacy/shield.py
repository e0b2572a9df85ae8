"""The step that hides names: pseudonyms for columns of people and cases, no free text, no identifiers in what stays."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from svcflow.errors import MappingError
from svcflow.eventlog.log import MISSING_TIME
from svcflow.eventlog.mapping import Mapping
from svcflow.eventlog.privacy import pseudonyms, scrubbing
from svcflow.eventlog.privacy.keys import Key
from svcflow.eventlog.raw import RawTable
from svcflow.eventlog.stamps.column import read_stamps
from svcflow.eventlog.stamps.evidence import Evidence
from svcflow.eventlog.texts import Encoded, buffer, encode, merge_equal, strings

MACHINE = "bot"
"""How the pseudonym of a machine begins: a resource that the mapping states to be one stays known as one."""
MACHINES = (f"{MACHINE}-*",)
WITHHELD = "(withheld)"
FAMILIAR = 200_000
"""So many names of the first block are looked for in the texts of all others."""

Known = Map[str, str]


@dataclass(frozen=True)
class Shield:
    """Replaces, leaves out and clears columns of any block of an export; what it does was decided once.

    `kinds` are the columns that become pseudonyms, `dropped` those that are left out, `cleared` those whose texts lose
    identifiers and names, `times` those whose unreadable texts are withheld. `mapping` is the one that the export's own
    names are in. `familiar` are names of the first block.
    """

    key: Key | None
    mapping: Mapping
    kinds: Map[str, str]
    dropped: frozenset[str] = frozenset()
    cleared: frozenset[str] = frozenset()
    times: tuple[str, ...] = ()
    familiar: Known = dataclasses.field(default_factory=dict)
    evidence: dict[str, Evidence] = dataclasses.field(default_factory=dict)
    """What the blocks so far prove about the times, by column."""

    def __call__(self, table: RawTable) -> RawTable:
        """Return a block of rows in which nobody is named."""
        block = _Block(self, table)
        names = tuple(name for name in table.names if name not in self.dropped)
        bad = tuple(dataclasses.replace(row, reason=scrubbing.hush(row.reason)) for row in table.bad)
        return dataclasses.replace(table, names=names, load=block.load, bad=bad if self.kinds else table.bad)

    @cached_property
    def spared(self) -> frozenset[str]:
        """Return the texts that stay as they are: somebody stated them in the mapping."""
        values = (words for name, words in self.mapping.values.items() if name not in self.kinds)
        stated = (word for words in values for word in words.values())
        mapping = self.mapping
        return frozenset(
            (*(mapping.done or ()), *mapping.sides, *mapping.states, *mapping.milestones.values(), *stated)
        )

    def rename(self, kind: str, texts: tuple[str | None, ...]) -> list[str | None]:
        """Return the pseudonyms of the distinct texts of a column."""
        assert self.key is not None
        made = pseudonyms.replace(self.key, kind, texts)
        if kind != "resource" or not self.mapping.machines:
            return made
        machines = frozenset(self.mapping.find_machines(text for text in texts if text))
        return [
            f"{MACHINE}-{new.partition('-')[2]}" if new and old in machines else new
            for old, new in zip(texts, made, strict=True)
        ]


class _Block:
    """One block of rows behind the shield; every column is made when it is asked for."""

    def __init__(self, shield: Shield, table: RawTable) -> None:
        self._shield, self._table = shield, table

    def load(self, name: str) -> Any:
        """Return a column as the shield lets it through."""
        column = self._table.load(name)
        if name in self._shield.kinds:
            return self._rename(name, column)
        if name in self._shield.times:
            known = self._shield.evidence.setdefault(name, Evidence())
            return _withhold_unreadable(column, self._shield.mapping, name, known)
        if name in self._shield.cleared or name in self._shield.mapping.values:
            return self._change(name, column)
        return column

    def _rename(self, name: str, column: Any) -> Any:
        encoded = _value(encode(column), self._shield.mapping, name)
        texts = self._shield.rename(self._shield.kinds[name], encoded.texts)
        return lay(merge_equal(encoded.codes, texts))

    def _change(self, name: str, column: Any) -> Any:
        """Return the column with stated values replaced and names cleared; as it stands where nothing changes."""
        if pa.types.is_temporal(column.type):
            return column
        read = encode(column)
        encoded = _value(read, self._shield.mapping, name)
        clear = self._clear if name in self._shield.cleared else lambda text: text
        texts = [None if text is None else clear(text) for text in encoded.texts]
        if tuple(texts) == read.texts:
            return column
        return lay(merge_equal(encoded.codes, texts))

    def _clear(self, text: str) -> str:
        return text if text in self._shield.spared else scrubbing.scrub(text, self._known)

    @cached_property
    def _known(self) -> Known:
        """Return the names of this block and of the first, with their pseudonyms; machines are nobody's names."""
        return {**self._shield.familiar, **list_names(self._shield, self._table)}


def list_names(shield: Shield, table: RawTable) -> dict[str, str]:
    """Return the telling names in the columns of a block that become pseudonyms, each with its own."""
    found: dict[str, str] = {}
    for name, kind in shield.kinds.items():
        texts = _value(encode(table.load(name)), shield.mapping, name).texts
        told = tuple(text for text in texts if text is not None and scrubbing.is_name(text))
        for text, new in zip(told, shield.rename(kind, told), strict=True):
            if new is not None and not new.startswith(MACHINE + "-"):
                found.setdefault(text, new)
    return found


def lay(encoded: Encoded) -> Any:
    """Return a column of codes and texts as Arrow."""
    missing = np.fromiter((text is None for text in encoded.texts), bool, len(encoded.texts))
    bits = np.packbits(~missing[encoded.codes], bitorder="little") if missing.any() else None
    codes = np.where(missing[encoded.codes], 0, encoded.codes).astype(np.int32, copy=False)
    buffers = [None if bits is None else buffer(bits), buffer(np.ascontiguousarray(codes))]
    indices = pa.Array.from_buffers(pa.int32(), len(codes), buffers)
    texts = strings(["" if text is None else text for text in encoded.texts])
    return pa.chunked_array([pa.DictionaryArray.from_arrays(indices, texts)])


def _value(encoded: Encoded, mapping: Mapping, name: str) -> Encoded:
    """Return a column with the values that the mapping replaces; a pseudonym is made of the word it states."""
    replaced = mapping.values.get(name)
    if not replaced:
        return encoded
    return merge_equal(encoded.codes, [text and (replaced.get(text, text) or None) for text in encoded.texts])


def _withhold_unreadable(column: Any, mapping: Mapping, name: str, known: Evidence) -> Any:
    """Return a column of times in which a text that is no time is withheld: a message would quote it."""
    try:
        form, zone = mapping.format_of(name), mapping.timezone
        stamps = read_stamps(column, name, time_format=form, timezone=zone, known=known)
    except MappingError:
        return column
    if not stamps.unreadable.any():
        return column
    encoded = encode(column)
    unread = np.zeros(len(encoded.texts), bool)
    unread[encoded.codes[stamps.unreadable]] = True
    read = np.zeros(len(encoded.texts), bool)
    read[encoded.codes[stamps.values != MISSING_TIME]] = True
    keep: Callable[[int], bool] = lambda place: bool(read[place] or not unread[place])  # noqa: E731
    texts = [text if text is None or keep(place) else WITHHELD for place, text in enumerate(encoded.texts)]
    return lay(merge_equal(encoded.codes, texts))
