"""The risk table: failure modes and effects of the deviations (FMEA; IEC 60812).

Each kind of deviation is scored 1 to 10 three times. *Severity*: by how much cases with it cost more than the cases of
the process without it, in medians, as a share of the latter: in time and, where rates of roles are known, in money for
work; the graver of the two counts. *Occurrence*: by the share of cases. *Detection*: by
how far a case has come when it is seen; what is seen only at the end can no longer be put right. Their product is the
risk priority; a kind of too few cases has no severity and no priority. The differences are associations, never called
effects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from svcflow.advice.money import find_labour
from svcflow.execution.catalogue import catalogue

if TYPE_CHECKING:
    from svcflow.advice.money import Labour
    from svcflow.analysis.casebook import Casebook
    from svcflow.eventlog.log import Log
    from svcflow.execution import Runs
    from svcflow.execution.outcome import ProcessRuns

Row = dict[str, Any]

LEAST = 20
"""Cases on either side below which no difference in time is given."""

OCCURRENCE = (0.0001, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
"""Shares of cases at which the score of occurrence goes up by one."""

MOST = 20


def assess_risks(log: Log, runs: Runs | None, book: Casebook) -> list[Row]:
    """Return the kinds of deviation by risk priority, the highest first; those of mere notes left out.

    `book` chooses the example cases.
    """
    if runs is None:
        return []
    spans = _Spans(log, find_labour(log, runs.workspace))
    rows = [row for run in runs.processes.values() for row in _of_process(spans, run)]
    rows.sort(key=lambda row: (-(row["priority"] or 0), -row["cases"], row["code"], row["step"] or ""))
    return [row | {"examples": book.choose(row["examples"])} for row in rows[:MOST]]


class _Spans:
    """When each case of a log began, how long it took, in milliseconds, and what the work on it cost (NaN: unknown)."""

    def __init__(self, log: Log, labour: Labour) -> None:
        firsts = log.offsets[:-1]
        self.begin = np.minimum.reduceat(log.start, firsts) if log.instances else np.zeros(0, np.int64)
        self.end = np.maximum.reduceat(log.time, firsts) if log.instances else np.zeros(0, np.int64)

        self.currency = labour.currency
        known, case = np.isfinite(labour.cost), log.case_of_row
        sums = np.bincount(case[known], weights=labour.cost[known], minlength=log.cases)
        self.cost = np.where(np.bincount(case[known], minlength=log.cases) > 0, sums, np.nan)

    def length(self, cases: NDArray[np.int64]) -> NDArray[np.int64]:
        return self.end[cases] - self.begin[cases]


def _of_process(spans: _Spans, run: ProcessRuns) -> list[Row]:
    frame = run.deviations
    of_log = run.cases["case"].codes.astype(np.int64)
    closed = run.cases["closed"]
    codes, steps = frame["code"], frame["step"]
    kinds = np.stack([codes.codes, steps.codes], axis=1)
    found, kind = np.unique(kinds, axis=0, return_inverse=True) if len(frame) else (kinds[:0], np.zeros(0, np.int64))
    rows = []
    for number, (code, step) in enumerate(found.tolist()):
        known = catalogue[codes.texts[code]]
        if known.severity == "info":
            continue
        at = np.flatnonzero(kind.ravel() == number)
        having = np.zeros(len(of_log), np.bool_)
        having[frame["index"][at]] = True
        seen = _seen(spans, of_log, frame["index"][at], frame["time"][at])
        rows.append(
            {
                "process": run.process.id,
                "code": known.code,
                "name": known.name,
                "step": steps.texts[step] if step >= 0 else None,
                "cases": int(having.sum()),
                "share": float(having.mean()),
                "examples": of_log[having],
                "currency": spans.currency,
                **_score(having, (spans.length(of_log) / 1000, spans.cost[of_log]), closed, seen),
            }
        )
    return rows


def _seen(spans: _Spans, of_log: NDArray[np.int64], index: NDArray[np.int64], time: NDArray[np.int64]) -> float | None:
    """Return how far cases had come when the deviation was seen: the median share of their time, 0..1."""
    cases = of_log[index]
    length = spans.length(cases)
    some = length > 0
    if not some.any():
        return None
    return float(np.median(np.clip((time[some] - spans.begin[cases[some]]) / length[some], 0, 1)))


def _score(
    having: NDArray[np.bool_],
    measured: tuple[NDArray[np.float64], NDArray[np.float64]],
    closed: NDArray[np.bool_],
    seen: float | None,
) -> Row:
    """Return the three scores and their product; `measured` are the length and the cost of each case."""
    (extra, longer), (cost, dearer) = (_compare(values, having, closed) for values in measured)
    parts = [part for part in (longer, dearer) if part is not None]
    severity = scale(max(parts)) if longer is not None else None
    occurrence = 1 + int(np.searchsorted(OCCURRENCE, having.mean(), side="right"))
    detection = 10 if seen is None else scale(seen)
    return {
        "extra_s": extra,
        "extra_cost": cost,
        "seen_at_share": seen,
        "severity": severity,
        "occurrence": occurrence,
        "detection": detection,
        "priority": None if severity is None else severity * occurrence * detection,
    }


def _compare(
    values: NDArray[np.float64], having: NDArray[np.bool_], closed: NDArray[np.bool_]
) -> tuple[float | None, float | None]:
    """Return by how much the median of the cases that have it is larger, and that as a share of the others' median.

    Neither with too few cases on either side.
    """
    known = closed & np.isfinite(values)
    ill, well = values[having & known], values[~having & known]
    if min(len(ill), len(well)) < LEAST or np.median(well) <= 0:
        return None, None
    extra = float(np.median(ill) - np.median(well))
    return extra, extra / float(np.median(well))


def scale(part: float) -> int:
    """Return a share as a score: nothing or less is 1, all or more is 10.

    >>> [scale(x) for x in (-0.2, 0, 0.05, 0.5, 1, 7)]
    [1, 1, 1, 6, 10, 10]
    """
    return 1 + int(9 * min(max(part, 0.0), 1.0) + 0.5)
