"""A quantity of a log: what it is measured against, and what it is once measured.

Every quantity is one module of `svcflow.mining.quantities` (id = file name, manual = docstring) that says:

- ``TITLE``: its name by language;
- ``DEFINITION``: the id of its definition in metrics.md;
- ``MISSING``: by language, what becomes of missing values;
- either ``prepare(setting) -> Fold``, a fold that runs in the one pass over the log and finishes as a `Measured`,
- or ``measure(log, setting) -> Measured``, for what needs the whole log at once; then also, for a file that stays on
  disk, ``tell(found: Surveyed) -> Measured``, and, if it wants them, ``begin(log, setting)`` and ``go_on(found)``,
  which return folds by name: of the one pass over the file, and of a second that may know what the first found,
- or ``derive(mined, setting) -> Measured``, for what follows from the tables of `Mined` alone;
  it may have ``prepare`` too, and name in ``NEEDS`` other quantities, all of which are in `Mined.quantities` then.

All may return or raise nothing else than a `Measured`: what a log cannot tell is said in `Measured.unmeasured`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from svcflow.definitions.model import Organisation
from svcflow.eventlog.log import Codes, Vocabulary
from svcflow.mining.concurrency import Declared
from svcflow.mining.tables import Table, Tabular
from svcflow.mining.transitions import BusinessClock


@dataclass(frozen=True, slots=True)
class Setting:
    """What quantities are measured against, apart from the events.

    `done` are the activity codes after which a matter is settled (``None`` where nobody knows), `resolving` those
    that settle it themselves, `machines` the resource codes of machines. `clock` measures open hours. `outsiders` are
    the machines that handovers between teams pass over (see `accounts.find_outsiders`). `span` is the
    first start and the last completion of the log in milliseconds since 1970 UTC, both 0 where it is empty.
    `open_left_out` says that cases known to be open are no part of the statistics of cycle time.
    """

    activities: Vocabulary
    resources: Vocabulary
    teams: Vocabulary
    zone: str
    done: Codes | None
    resolving: Codes
    machines: Codes
    clock: BusinessClock | None = None
    organisation: Organisation | None = None
    outsiders: Codes = field(default_factory=lambda: np.empty(0, np.int32))
    span: tuple[int, int] = (0, 0)
    cases: int = 0
    instances: int = 0
    sides: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    open_left_out: bool = False
    teams_move: bool = True
    """Whether the export shows changes of team: with one row a case it has but the team of now."""
    declared: Declared = field(default_factory=dict)
    """Which activities the definitions let run side by side, and which they do not."""
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What one quantity of the whole log has worked out and another needs too."""


@dataclass(frozen=True, slots=True)
class Measured(Tabular):
    """A quantity, measured: a table, figures of the whole log, and what must be known to believe them.

    Durations are seconds in names that end in ``_s``, shares 0..1 in names that end in ``share`` or ``rate``. A row
    about a group says of how many ``cases`` it is: groups too small are then withheld. `n` counts what was measured,
    `of` says what that is (``cases``, ``instances``, ``waits``, ...).
    """

    table: Table
    figures: Mapping[str, float | int | str | None]
    n: int
    of: str
    clock: Literal["elapsed", "business", "none"] = "elapsed"
    approximate: bool = False
    people: tuple[str, ...] = ()
    """The columns of `table` that name resources: they are numbered unless names are asked for."""
    unmeasured: Mapping[str, str] = field(default_factory=dict)
    """Why this log does not tell, by language; empty where it does."""

    def to_table(self) -> Table:
        """Return the table."""
        return self.table

    def to_json(self) -> dict[str, Any]:
        """Return the quantity as plain values."""
        return {
            "n": self.n,
            "of": self.of,
            "clock": self.clock,
            "approximate": self.approximate,
            "unmeasured": dict(self.unmeasured) or None,
            "figures": dict(self.figures),
            "rows": self.table.to_rows(),
        }


NEEDS_MEMORY = {
    "en": "needs the log in memory: it looks at single cases, which are not kept of a file of this size (--in-memory)",
    "zh": "需要将日志载入内存：该指标逐案例计算，而对如此规模的文件不保留单个案例（--in-memory）",
}
"""Why a quantity that only has ``measure`` is not told of a canonical file that stays on disk, by language."""


def decline(en: str, zh: str) -> Measured:
    """Return what stands in place of a quantity that a log cannot tell, with the reason in both languages."""
    return Measured(Table({}), {}, 0, "cases", "none", unmeasured={"en": en, "zh": zh})
