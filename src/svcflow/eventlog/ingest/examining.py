"""Quality of a log that is never whole in memory: counted by bucket, asked again window by window."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.ingest.buckets import Numbered, Run
from svcflow.eventlog.instances import Pairs
from svcflow.eventlog.log import MISSING_TIME, Batch, Log, Quality, Vocabulary
from svcflow.eventlog.quality.context import Context
from svcflow.eventlog.quality.examination import CHECKS
from svcflow.eventlog.quality.selection import Hits, Selection
from svcflow.eventlog.quality.survey import Survey, survey_batch
from svcflow.eventlog.quality.tally import FIRST, Rows, Tally
from svcflow.eventlog.sorting import sort_rows

BLOCK = 131_072
"""Rows of whole cases that are looked at together, about."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What the checks ask a log for, without its rows; `time` holds the times of the rows that they choose."""

    cases: int
    instances: int
    activities: Vocabulary
    done: tuple[str, ...]
    zone: str
    time: dict[int, int] = field(default_factory=dict)


def count_bucket(bucket: Numbered, pairs: Pairs, order: NDArray[np.intp]) -> Tally:
    """Count what the whole cases of a bucket show: ties, repeated rows, starts without completion.

    `order` are the rows of the instances in the order of the log.
    """
    rows = bucket.rows
    moments = rows.time if rows.start is None else np.where(rows.time == MISSING_TIME, rows.start, rows.time)
    if len(order) < len(rows):  # some rows are no instance, and stand in no order yet
        order = sort_rows(bucket.case, moments)
    case, time = bucket.case[order], moments[order]
    same = (case[1:] == case[:-1]) & (time[1:] == time[:-1])
    tied = order[1:][same]
    groups = order[np.r_[False, same] | np.r_[same, False]] if len(tied) else tied
    repeats = groups[:0]
    if len(groups):
        columns: list[NDArray[Any]] = [bucket.case[groups], moments[groups]]
        columns += [rows.start[groups]] if rows.start is not None else []
        columns += [rows.kind[groups]] if rows.kind is not None else []
        columns += [codes[groups] for codes in rows.codes.values()]
        repeats = groups[_repeating(columns, rows.row[groups])]
    numbers = rows.numbers
    return Tally(
        ties=Rows(len(tied), tuple(np.sort(numbers[tied])[:FIRST].tolist())),
        duplicates=Rows(len(repeats), tuple(np.sort(numbers[repeats])[:FIRST].tolist())),
        open_starts=pairs.open_starts,
        cases=len(bucket.texts),
    )


def _repeating(columns: list[NDArray[Any]], row: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the places of rows that equal an earlier one in every column."""
    order = np.lexsort((row, *columns))
    same = np.ones(max(len(order) - 1, 0), bool)
    for column in columns:
        same &= column[order[1:]] == column[order[:-1]]
    return order[1:][same]


def survey_run(run: Run, keys: list[str], unknown: tuple[NDArray[np.bool_], ...], size: int) -> Survey:
    """Return the survey of a bucket, activities in `size` provisional codes.

    `keys` are the fields of activity, resource and team, `unknown` says of each provisional code of a resource and team
    whether it means nothing.
    """
    parts = []
    offsets, known = run.offsets, run.has_start
    for first, low, last, high in _cut(offsets):
        people = [
            np.where(flags[run.codes[key][low:high]], 0, 1).astype(np.int32)
            if key in run.codes
            else np.zeros(high - low, np.int32)
            for key, flags in zip(keys[1:], unknown, strict=True)
        ]
        batch = Batch(
            first_case=first,
            offsets=offsets[first : last + 1] - low,
            time=run.time[low:high],
            start=run.time[low:high] if run.start is None else run.start[low:high],
            activity=run.codes[keys[0]][low:high],
            resource=people[0],
            team=people[1],
            has_start=np.zeros(high - low, bool) if known is None else known[low:high],
        )
        parts.append(survey_batch(batch, size))
    return reduce(add, parts)


def recode_survey(found: Survey, table: NDArray[np.int32], size: int) -> Survey:
    """Return a survey with its activities in final codes."""

    def recode(counts: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.bincount(table, weights=counts, minlength=size).astype(np.int64)

    opening, closing, done_by, started = map(recode, (found.opening, found.closing, found.done_by, found.started))
    return dataclasses.replace(found, opening=opening, closing=closing, done_by=done_by, started=started)


@dataclass(slots=True)
class Examination:
    """Asks the checks once all buckets are counted, and shows them the finished cases window by window."""

    outline: Outline
    tally: Tally
    survey: Survey
    _answers: list[Any] = field(default_factory=list)
    _hits: dict[int, Hits] = field(default_factory=dict)
    _numbers: dict[int, int] = field(default_factory=dict)
    _base: int = 0

    def begin(self) -> None:
        """Ask all checks."""
        context = Context(cast("Log", self.outline), self.tally, self.survey, self._find_numbers)
        self._answers = [check(context) for check in CHECKS]
        self._hits = {id(answer): Hits() for answer in self._answers if isinstance(answer, Selection)}

    def show(self, batch: Batch, number: NDArray[np.int64]) -> None:
        """Look at whole cases, the next in the order of the log; `number` names the row of each instance."""
        for answer in self._answers:
            if not isinstance(answer, Selection):
                continue
            hits = self._hits[id(answer)]
            chosen = np.flatnonzero(answer.choose(batch))
            hits.count += len(chosen)
            some = chosen[: FIRST - len(hits.first)]
            places = batch.offsets[some] if answer.of == "case" else some
            hits.first += (self._base + places).tolist()
            self._numbers |= zip((self._base + places).tolist(), number[places].tolist(), strict=True)
            self.outline.time.update(zip((self._base + places).tolist(), batch.time[places].tolist(), strict=True))
            if answer.beside is not None:
                counted = np.array(list(answer.beside(batch)), np.int64)
                hits.beside = counted if not len(hits.beside) else hits.beside + counted
        self._base += len(batch.time)

    def finish(self) -> tuple[Quality, ...]:
        """Return everything that is to be said."""
        told = (a.tell(self._hits[id(a)]) if isinstance(a, Selection) else a for a in self._answers)
        return tuple(fact for fact in told if fact is not None)

    def _find_numbers(self, places: NDArray[np.intp]) -> NDArray[np.int64]:
        return np.array([self._numbers[place] for place in places.tolist()], np.int64)


def _cut(offsets: NDArray[np.int64]) -> list[tuple[int, int, int, int]]:
    """Return blocks of whole cases: the first case and its row, the case behind the last and its row."""
    found, first = [], 0
    while first < len(offsets) - 1:
        last = max(int(np.searchsorted(offsets, offsets[first] + BLOCK, side="right")) - 1, first + 1)
        found.append((first, int(offsets[first]), last, int(offsets[last])))
        first = last
    return found


def cut_batches(batch: Batch) -> list[tuple[Batch, slice]]:
    """Return a batch in blocks of whole cases, each with the rows it covers."""
    found = []
    for first, low, last, high in _cut(batch.offsets):
        rows = slice(low, high)
        found.append(
            (
                Batch(
                    first_case=batch.first_case + first,
                    offsets=batch.offsets[first : last + 1] - low,
                    time=batch.time[rows],
                    start=batch.start[rows],
                    activity=batch.activity[rows],
                    resource=batch.resource[rows],
                    team=batch.team[rows],
                    has_start=batch.has_start[rows],
                ),
                rows,
            )
        )
    return found
