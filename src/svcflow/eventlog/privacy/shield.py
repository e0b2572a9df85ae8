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
        self._renamed: dict[str, tuple[Encoded, list[str | None]]] = {}

    def load(self, name: str) -> Any:
        """Return a column as the shield lets it through."""
        if name in self._shield.kinds:
            encoded, texts = self.rename(name)
            return lay(merge_equal(encoded.codes, texts))
        column = self._table.load(name)
        if name in self._shield.times:
            known = self._shield.evidence.setdefault(name, Evidence())
            return _withhold_unreadable(column, self._shield.mapping, name, known)
        if name in self._shield.cleared or name in self._shield.mapping.values:
            return self._change(name, column)
        return column

    def rename(self, name: str) -> tuple[Encoded, list[str | None]]:
        """Return a column of names as it stands, with the pseudonyms of its distinct texts."""
        if name not in self._renamed:
            encoded = _value(encode(self._table.load(name)), self._shield.mapping, name)
            self._renamed[name] = encoded, self._shield.rename(self._shield.kinds[name], encoded.texts)
        return self._renamed[name]

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
        return {**self._shield.familiar, **self.list_names()}

    def list_names(self) -> dict[str, str]:
        """Return the telling names in the columns that become pseudonyms; of two kinds, the first column's counts."""
        found: dict[str, str] = {}
        for name in reversed(list(self._shield.kinds)):
            encoded, made = self.rename(name)
            found |= {
                text: new
                for text, new in zip(encoded.texts, made, strict=True)
                if text is not None and new is not None and new[:3] != MACHINE and scrubbing.is_name(text)
            }
        return found


def list_names(shield: Shield, table: RawTable) -> dict[str, str]:
    """Return the telling names of a block with their pseudonyms."""
    return _Block(shield, table).list_names()


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
