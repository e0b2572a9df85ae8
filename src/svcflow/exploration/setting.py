"""How a log was opened for looking around: what every view and every command it prints must know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Setting:
    """Where the log came from, and what may be told of it.

    `mask` turns the name of a person into what is shown; `names` are display names of activities by language.
    """

    log: str = "LOG"
    mapping: str | None = None
    workspace: str | None = None
    on_bad_rows: str = "stop"
    min_group: int | None = None
    show_people: bool = False
    mask: Callable[[str], str] = str
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def guarded(self) -> bool:
        """Return whether small groups and single cases are withheld."""
        return bool(self.min_group and self.min_group > 1)

    def document(self, rows: list[Any]) -> dict[str, Any]:
        """Return what the report's names are read from."""
        return {"names": dict(self.names), "directly_follows": rows}
