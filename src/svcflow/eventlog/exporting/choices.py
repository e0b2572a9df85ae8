"""How an export is to be written, and what was found worth saying while it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from svcflow.eventlog.store.layout import Attribute


@dataclass(slots=True)
class Choices:
    """`spreadsheet_safe`: no text of a table of plain text may become a formula.

    The rest is filled by a format while it writes. `notes` is what the user should know of the file. `roles` gives the
    column of each role, `columns` the attribute that each column holds, as our reader of the format names them;
    `stated` is what the mapping says of the file itself; `values` the texts that were altered for spreadsheets, by
    column and altered text.
    """

    spreadsheet_safe: bool = True
    roles: dict[str, str] = field(default_factory=dict)
    columns: dict[str, Attribute] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    stated: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)

    def guard(self, column: str) -> Callable[[str], str]:
        """Return what makes the texts of a column safe, and remembers what it altered."""
        if not self.spreadsheet_safe:
            return str
        altered = self.values.setdefault(column, {})

        def make_safe(text: str) -> str:
            if not text.startswith(FORMULA):
                return text
            safe = "'" + text
            altered[safe] = text
            return safe

        return make_safe


FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, in some language or after trimming."""
