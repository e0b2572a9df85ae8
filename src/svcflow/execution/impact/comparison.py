"""Two executions of one log, case by case: which verdicts change, why, and to the better or the worse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np

from svcflow.execution.impact.reasons import Aligned, Marks, Reason, Reasons
from svcflow.execution.impact.verdicts import (
    LATE,
    Departure,
    Keys,
    Numbers,
    Verdicts,
    gather_verdicts,
    is_grave,
    make_keys,
)
from svcflow.execution.runs import Runs


@dataclass(frozen=True, slots=True)
class Impact:
    """What becomes of the verdicts on the `cases` of a log: of those that change, each is worse, better or other.

    A verdict is worse if the case conformed and no longer does, if more of its clocks are late, or if it has more
    deviations (remarks aside); better if any of these is turned round and none of them holds.
    """

    cases: int
    changed: int
    worse: int
    better: int
    conforming: tuple[int, int]
    late: tuple[int, int]
    now_conforming: int
    no_longer_conforming: int
    now_late: int
    no_longer_late: int
    reasons: tuple[Reason, ...]


def compare_runs(old: Runs, new: Runs) -> Impact:
    """Return what changes between two executions of the same log."""
    keys = make_keys()
    return _Comparison((old, new), keys, gather_verdicts(old, keys), gather_verdicts(new, keys)).tell()


class _Comparison:
    """Two executions, laid side by side."""

    def __init__(self, runs: tuple[Runs, Runs], keys: Keys, old: Verdicts, new: Verdicts) -> None:
        self._runs, self._keys, self._old, self._new = runs, keys, old, new
        self._cases = runs[0].log.cases
        self._moved = old.process != new.process
        """Cases that another process judges: what it says cannot be compared one by one."""
        self._departed = _align((old.departed, old.times), (new.departed, new.times), ~self._moved)
        self._clocked = _align((old.clocked, old.state), (new.clocked, new.state), ~self._moved)

    def tell(self) -> Impact:
        """Return the impact."""
        old, new = self._old, self._new
        judged = ~self._moved
        conformed, conforms = old.conforming == 1, new.conforming == 1
        before, after = self._late(old), self._late(new)
        faults = self._faults()
        worse = judged & ((conformed & ~conforms) | (after > before) | (faults > 0))
        better = judged & ~worse & ((~conformed & conforms) | (after < before) | (faults < 0))
        found = Reasons(self._runs, self._keys, old, new, self._moved, self._departed, self._clocked).list()
        reasons = sorted(found, key=lambda reason: (-reason.cases, reason.kind, reason.code, reason.subject))
        return Impact(
            cases=self._cases,
            changed=int(self._changed().sum()),
            worse=int(worse.sum()),
            better=int(better.sum()),
            conforming=(int(conformed.sum()), int(conforms.sum())),
            late=(int((before > 0).sum()), int((after > 0).sum())),
            now_conforming=int((judged & ~conformed & conforms).sum()),
            no_longer_conforming=int((judged & conformed & ~conforms).sum()),
            now_late=int((judged & (before == 0) & (after > 0)).sum()),
            no_longer_late=int((judged & (before > 0) & (after == 0)).sum()),
            reasons=tuple(reasons),
        )

    def _changed(self) -> Marks:
        """Return the cases of which anything is judged otherwise."""
        changed: Marks = self._moved | (self._old.outcome != self._new.outcome)
        changed |= self._old.conforming != self._new.conforming
        for rows, before, after in (self._departed, self._clocked):
            changed[rows[before != after, 0]] = True
        return changed

    def _late(self, verdicts: Verdicts) -> Numbers:
        """Return the number of late clocks of each case."""
        late = np.asarray([state in LATE for state in self._keys.states.values()])
        return np.bincount(verdicts.clocked[late[verdicts.state], 0], minlength=self._cases)

    def _faults(self) -> Numbers:
        """Return by how many deviations each case has more than before; remarks do not count."""
        rows, before, after = self._departed
        grave = np.asarray([is_grave(cast("Departure", d)) for d in self._keys.departures.values()] or [True])
        more = np.where(grave[rows[:, 1]], after - before, 0) if len(rows) else before
        return np.bincount(rows[:, 0], weights=more, minlength=self._cases).astype(np.int64)


def _align(old: tuple[Numbers, Numbers], new: tuple[Numbers, Numbers], cases: Marks) -> Aligned:
    """Return the rows of both, each once, with their values; only those of `cases`."""
    both = np.concatenate([old[0], new[0]])
    if not len(both):
        return Aligned(both, old[1], new[1])
    rows, inverse = np.unique(both, axis=0, return_inverse=True)
    inverse = inverse.ravel()
    before, after = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    before[inverse[: len(old[0])]] = old[1]
    after[inverse[len(old[0]) :]] = new[1]
    kept = cases[rows[:, 0]]
    return Aligned(rows[kept], before[kept], after[kept])
