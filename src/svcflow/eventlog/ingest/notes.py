"""What is found out about an export while its blocks go by, beside what the checks of quality count."""

from __future__ import annotations

from dataclasses import dataclass, field

from svcflow.eventlog.ingest.rows import Rows
from svcflow.eventlog.instances import COMPLETE
from svcflow.eventlog.quality.tally import Tally
from svcflow.eventlog.raw import RawTable


@dataclass(slots=True)
class Notes:
    """`rows` counts the events of all blocks, usable or not. `reason` is the first bad row in words.

    `transitions` says that some event is another transition than a completion, `naive` that some time names no zone.
    """

    rows: int = 0
    tally: Tally = field(default_factory=Tally)
    reason: str = ""
    naive: bool = False
    transitions: bool = False
    case_columns: set[str] = field(default_factory=set)
    event_columns: set[str] = field(default_factory=set)

    def note_block(self, table: RawTable) -> None:
        """Take over what the reader declares of a block."""
        self.rows += table.rows
        self.case_columns |= table.case_columns
        self.event_columns |= table.event_columns

    def note_rows(self, rows: Rows) -> None:
        """Take over what the usable rows show."""
        if rows.kind is not None:
            self.transitions |= bool((rows.kind != COMPLETE).any())
