"""The guard language: typed, positioned, three-valued (definitions.md 2.6, 2.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Field:
    """A case field a guard may read; `values` are the allowed words of an enum, lowest first."""

    name: str
    kind: Literal["string", "number", "integer", "boolean", "datetime", "enum"]
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guard:
    """A compiled condition."""

    text: str
    fields: tuple[str, ...]
