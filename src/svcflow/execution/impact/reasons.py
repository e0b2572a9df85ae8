"""Why verdicts change: cases grouped by what is said of them now and was not, or was and is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from svcflow.execution.catalogue import catalogue
from svcflow.execution.impact.places import find_place
from svcflow.execution.impact.verdicts import BREACH, LATE, Clock, Departure, Keys, Numbers, Verdicts, is_grave
from svcflow.execution.runs import Runs
from svcflow.findings import Position

EXAMPLES = 5
Kind: TypeAlias = Literal["deviation", "sla", "outcome", "process"]
Turn: TypeAlias = Literal["worse", "better", "other"]
Marks: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reason:
    """One way in which verdicts change, and the cases whose do.

    `kind`: ``deviation`` (`old` and `new` say whether it is there), ``sla`` (its states), ``outcome``, ``process``
    (who judges the case; empty for nobody). `code` and `name` are those of the deviation.
    """

    kind: Kind
    process: str
    code: str
    name: str
    subject: str
    old: str
    new: str
    turn: Turn
    cases: int
    examples: tuple[str, ...]
    old_position: Position | None
    new_position: Position | None


class Aligned(NamedTuple):
    """Rows of (case, number) that either execution has, with the value in each; 0 where it has none."""

    rows: Numbers
    before: Numbers
    after: Numbers


@dataclass(frozen=True)
class Reasons:
    """Two executions laid side by side; `moved` cases are judged by another process than before."""

    runs: tuple[Runs, Runs]
    keys: Keys
    old: Verdicts
    new: Verdicts
    moved: Marks
    departed: Aligned
    clocked: Aligned

    def list(self) -> Iterator[Reason]:
        """Yield every reason."""
        yield from self._processes()
        yield from self._outcomes()
        yield from self._deviations()
        yield from self._slas()

    def _processes(self) -> Iterator[Reason]:
        names = [*map(str, self.keys.processes.values()), ""]
        for was, now, cases in _group(self.old.process, self.new.process, self.moved):
            yield self._reason("process", ("", "", "", ""), (names[was], names[now], "other"), cases)

    def _outcomes(self) -> Iterator[Reason]:
        names = [str(text) or "open" for text in self.keys.outcomes.values()]
        where = (self.old.outcome != self.new.outcome) & ~self.moved
        for process, name in enumerate(self.keys.processes.values()):
            mine = where & (self.new.process == process)
            for was, now, cases in _group(self.old.outcome, self.new.outcome, mine):
                about = (str(name), "", "", "")
                yield self._reason("outcome", about, (names[was], names[now], "other"), cases)

    def _deviations(self) -> Iterator[Reason]:
        rows, before, after = self.departed
        for number, known in enumerate(self.keys.departures.values()):
            departure = cast("Departure", known)
            for there, gone in ((after, before), (before, after)):
                cases = rows[(rows[:, 1] == number) & (there > gone), 0]
                if not len(cases):
                    continue
                added = there is after
                turn: Turn = "other" if not is_grave(departure) else "worse" if added else "better"
                kind = catalogue.get(departure.code)
                about = (departure.process, departure.code, kind.name if kind else "", departure.subject)
                yield self._reason("deviation", about, ("", "there", turn) if added else ("there", "", turn), cases)

    def _slas(self) -> Iterator[Reason]:
        rows, before, after = self.clocked
        names = [str(state) for state in self.keys.states.values()]
        clocks = [cast("Clock", clock) for clock in self.keys.clocks.values()]
        slas = list(dict.fromkeys((clock.process, clock.sla) for clock in clocks))
        of_clock = np.asarray([slas.index((clock.process, clock.sla)) for clock in clocks] or [0], np.int64)
        for number, (process, sla) in enumerate(slas):
            mine = (of_clock[rows[:, 1]] == number) & (before != after) if len(rows) else before != after
            for was, now, places in _group(before, after, mine):
                old, new = names[was], names[now]
                turn: Turn = "other"
                if (old in LATE) != (new in LATE):
                    turn = "worse" if new in LATE else "better"
                about = (process, BREACH, "sla_breached", sla)
                yield self._reason("sla", about, (old, new, turn), rows[places, 0])

    def _reason(
        self, kind: Kind, about: tuple[str, str, str, str], how: tuple[str, str, Turn], cases: Numbers
    ) -> Reason:
        process, code, name, subject = about
        distinct = np.unique(cases)
        ids = self.runs[0].log.case_ids
        examples = tuple(ids[case] for case in distinct[:EXAMPLES].tolist())
        old, new = (find_place(runs, process, code, subject) for runs in self.runs)
        return Reason(kind, process, code, name, subject, *how, len(distinct), examples, old, new)


def _group(before: Numbers, after: Numbers, where: Marks) -> Iterator[tuple[int, int, Numbers]]:
    """Yield each pair of values that occurs, with the places at which it does."""
    places = np.flatnonzero(where)
    pairs, inverse = np.unique(np.stack([before[places], after[places]], axis=1), axis=0, return_inverse=True)
    for number, (was, now) in enumerate(pairs.tolist()):
        yield was, now, places[inverse.ravel() == number]
