"""What a mapping file states about an export that its contents cannot tell."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mapping:
    """Stated facts about an export; what is empty is left to evidence.

    `columns` gives the columns of a role (several are joined to one text; none: there is no such role).
    `case_attributes` and `event_attributes` are ``None`` where they are not stated.
    """

    name: str = ""
    file: str = ""
    columns: Map[str, tuple[str, ...]] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""
    time_format: str = ""
    timezone: str = ""
    done: tuple[str, ...] | None = None
    machines: tuple[str, ...] = ()
    sides: Map[str, str] = field(default_factory=dict)
    case_attributes: tuple[str, ...] | None = None
    event_attributes: tuple[str, ...] | None = None
    values: Map[str, Map[str, str]] = field(default_factory=dict)
    rename: Map[str, str] = field(default_factory=dict)
