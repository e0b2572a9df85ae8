"""Answers about one log: mined once for each set of quantities, whatever is asked how often."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from svcflow.errors import UsageError
from svcflow.eventlog.log import Log
from svcflow.mining.tables import Table
from svcflow.notebook.figures import Figures, tabulate

if TYPE_CHECKING:
    from svcflow.definitions.model import Workspace
    from svcflow.mining import Mined
    from svcflow.mining.concurrency import Declared
    from svcflow.mining.transitions import BusinessClock

Document = dict[str, Any]
Between = Literal["team", "resource"]
TITLES = {
    "map": "Directly-follows pairs",
    "variants": "Variants",
    "steps": "Activities",
    "loops": "Rework",
    "bottlenecks": "Bottlenecks: where cases wait, dearest first",
    "findings": "Findings, dearest first",
    "case_table": "Cases",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What figures are measured against, where, and whether they name people."""

    workspace: Workspace | None = None
    calendar: str | None = None
    engine: str = "local"
    jobs: int = 1
    show_people: bool = False


class Answers:
    """What can be asked of a log under some terms."""

    def __init__(self, log: Log, terms: Terms) -> None:
        self._terms = terms
        self.log = _assign_sides(log, terms.workspace)
        self._mined: dict[str, Mined] = {}
        self._documents: dict[str, Document] = {}

    def mine(self, quantity: str = "") -> Mined:
        """Return the log, mined; with a quantity, that one too."""
        quantity = quantity or next(iter(self._mined), "")
        from svcflow.mining import mine  # noqa: PLC0415 - a log may be read for another reason

        if quantity not in self._mined:
            workspace = self._terms.workspace
            self._mined[quantity] = mine(
                self.log,
                clock=self._choose_clock(),
                organisation=workspace.organisation if workspace else None,
                declared=self._read_declared(),
                quantities=[quantity] if quantity else (),
                engine=self._terms.engine,
                jobs=self._terms.jobs,
            )
        return self._mined[quantity]

    def tell(self, quantity: str = "") -> Document:
        """Return what `svcflow mine --format json` tells, people hidden as there."""
        from svcflow.analysis.people import hide_people  # noqa: PLC0415

        if quantity not in self._documents:
            mined = self.mine(quantity)
            document = mined.to_json()
            hide_people(document, mined, self._mask)
            self._documents[quantity] = document
        return self._documents[quantity]

    def list_rows(self, name: str, key: str) -> Figures:
        """Return a list of rows of the document."""
        return Figures(TITLES[name], key.replace("_", "-"), tabulate(self.tell()[key]))

    def bottlenecks(self) -> Figures:
        """Return where cases wait."""
        from svcflow.analysis.bottlenecks import list_bottlenecks  # noqa: PLC0415

        rows = list_bottlenecks(self.log, self.mine())
        note = "share: of all time between events; low and high: a 90 % bootstrap interval over cases"
        figures = {"total_wait_s": self.tell()["total_wait_s"]}
        return Figures(TITLES["bottlenecks"], "bottleneck", tabulate(rows), figures, (note,))

    def handovers(self, between: Between) -> Figures:
        """Return the handovers between teams or people."""
        if between not in ("team", "resource"):
            raise UsageError(f"no handovers between {between!r}", "between 'team' or 'resource'")
        found = self.tell()["handovers"][between]
        title = f"Handovers between {'teams' if between == 'team' else 'people'}"
        if found is None:
            return Figures(title, "handover", Table({}), unmeasured=f"The log names no {between}s.")
        figures = {key: value for key, value in found.items() if key != "pairs"}
        return Figures(title, "handover", tabulate(found["pairs"]), figures)

    def loops(self) -> Figures:
        """Return what is done again."""
        found = self.tell()["rework"]
        figures = {key: value for key, value in found.items() if key != "activities"}
        return Figures(TITLES["loops"], "rework", tabulate(found["activities"]), figures)

    def case_table(self) -> Figures:
        """Return one row a case."""
        return Figures(TITLES["case_table"], "cycle-time", self.mine().cases.to_table())

    def findings(self, detectors: Collection[str] | None) -> Figures:
        """Return what the detectors find."""
        from svcflow.analysis.document import write_finding  # noqa: PLC0415
        from svcflow.detectors import detect  # noqa: PLC0415

        found = detect(self.log, self.mine(), self._terms.workspace, detectors)
        rows = []
        for finding in found:
            row = write_finding(finding, self._mask)
            low_s, high_s = row["interval_s"]
            kept = ("detector", "cost_s", "share", "cases", "count", "side", "timer", "examples", "definition", "id")
            rows.append(
                {"title": row["title"]["en"], **{key: row[key] for key in kept}, "low_s": low_s, "high_s": high_s}
            )
        return Figures(TITLES["findings"], "findings", tabulate(rows))

    def quantity(self, name: str) -> Figures:
        """Return a quantity of `mining.quantities`. Raises UsageError for one that does not exist."""
        from svcflow.mining.quantities import choose  # noqa: PLC0415

        module = choose([name])[name]
        found = self.tell(name)["quantities"][name]
        notes = [f"{found['n']:,} {found['of']}"] + (["in open hours"] if found["clock"] == "business" else [])
        notes += ["percentiles approximate"] if found["approximate"] else []
        return Figures(
            module.TITLE["en"],
            module.DEFINITION,
            tabulate(found["rows"]),
            found["figures"],
            (*notes, module.MISSING["en"]),
            (found["unmeasured"] or {}).get("en", ""),
        )

    def why(self, effect: str, slower_than_s: float | None, by: Sequence[str] | None) -> Figures:
        """Return what goes together with an effect."""
        from svcflow.mining.associations import associate, mark  # noqa: PLC0415

        mined = self.mine()
        found = associate(self.log, mark(effect, self.log, mined, slower_than_s=slower_than_s), by)
        told = found.to_json()
        figures = {key: told[key] for key in ("cases", "shown", "tried")}
        note = "An association: it says where to look, not what the cause is."
        return Figures(f"What {effect} cases have in common", "contribution", tabulate(told["rows"]), figures, (note,))

    def compare(self, other: Answers) -> Figures:
        """Return how the cases of another log differ from those of this one."""
        from svcflow.analysis.comparison import Group, compare  # noqa: PLC0415

        sides = [
            Group(name, side.log, side.mine(), np.ones(side.log.cases, np.bool_))
            for name, side in (("A", self), ("B", other))
        ]
        found = compare(*sides)
        note = "A difference is certain where it stays beyond chance among all that were compared; an association."
        return Figures("Difference of B from A", "comparison", found.to_table(), {"compared": found.tried}, (note,))

    def _read_declared(self) -> Declared | None:
        """Return which activities the definitions let run side by side."""
        if self._terms.workspace is None:
            return None
        from svcflow.execution.concurrency import read_declared  # noqa: PLC0415

        return read_declared(self._terms.workspace, self.log)

    @property
    def _mask(self) -> Any:
        from svcflow.analysis.people import make_mask  # noqa: PLC0415

        return make_mask(self.log, show_people=self._terms.show_people)

    def _choose_clock(self) -> BusinessClock | None:
        from svcflow.analysis.clocks import choose_clock  # noqa: PLC0415

        chosen = choose_clock(self._terms.workspace, self._terms.calendar)
        return chosen.clock if chosen else None


def _assign_sides(log: Log, workspace: Workspace | None) -> Log:
    """Return the log with the sides that the definitions give to its activities."""
    if workspace is None:
        return log
    from svcflow.detectors import read_sides  # noqa: PLC0415

    return dataclasses.replace(log, sides={**read_sides(workspace, log), **log.sides})
