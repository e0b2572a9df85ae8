"""From the stories of distinct sequences to the moves and departures of every case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.execution.deviations import Collector
from svcflow.execution.machine import Machine
from svcflow.execution.story import Departure, Story
from svcflow.execution.track import Rows, Track
from svcflow.findings import Position


@dataclass(frozen=True)
class Moves:
    """The moves of all cases, case by case in the order of the explanation; see `story.Told`.

    `event` and `enabled` are events of the track, -1 for none; `before` is the event a skipped step stands before.
    """

    case: Rows
    kind: NDArray[np.int64]
    step: NDArray[np.int64]
    event: Rows
    enabled: Rows
    round: NDArray[np.int64]


def list_moves(stories: list[Story]) -> tuple[Rows, Rows]:
    """Return the moves of all stories as one table, what is pending last, and where each story's begin."""
    return _flatten([(*story.moves, *story.pending) for story in stories], 5)


def expand_moves(listed: tuple[Rows, Rows], of_case: Rows, track: Track) -> Moves:
    """Return the moves of every case; `listed` are those of the stories (see `list_moves`)."""
    table, starts = listed
    case, at = _gather(starts, of_case)
    kind, step, position, enabled, rounds = table[at].T
    occurs = (position >= 0) & (kind > 1)  # skipped and pending steps have no event
    base = track.offsets[case]
    inside = base + enabled < track.offsets[case + 1]
    return Moves(
        case,
        kind,
        step,
        np.where(occurs, base + position, -1),
        np.where((enabled >= 0) & inside, base + enabled, -1),
        rounds,
    )


def collect_departures(
    stories: list[Story], of_case: Rows, collector: Collector, places: Places, *, judged: bool
) -> None:
    """Add the departures from the flow of every case."""
    track = collector.track
    listed = [
        [
            (collector.codes[d.code], d.step, d.position, d.other, collector.places[places.of(d)], d.guard, d.rounds)
            for d in story.departures
            if judged or d.code != "D203"
        ]
        for story in stories
    ]
    table, starts = _flatten(listed, 7)
    case, at = _gather(starts, of_case)
    codes, step, position, other, place, guard, rounds = table[at].T
    row = track.row_at(case, position)
    anchor = np.where(row >= 0, row, track.last[case] + 1)
    other_row = track.row_at(case, other)
    for number in np.unique(codes).tolist():
        code = collector.codes.all()[number]
        here = codes == number
        skipped = code == "D101"
        collector.add(
            code,
            case[here],
            row=-1 if skipped else row[here],
            anchor=anchor[here],
            time=track.time_of(np.minimum(anchor, track.last[case])[here]),
            other=row[here] if skipped else other_row[here],
            subject=step[here],
            place=place[here],
            guard=guard[here],
            rounds=rounds[here],
        )


@dataclass(frozen=True)
class Places:
    """Where in the definition a departure points: the item of the flow it is about, else the step in the register."""

    machine: Machine
    steps: tuple[Position, ...]
    process: Position

    def of(self, departure: Departure) -> Position:
        """Return the place of a departure."""
        found = self.machine.positions.get(departure.path)
        if found is not None:
            return found
        return self.steps[departure.step] if departure.step >= 0 else self.process


def _flatten(listed: Sequence[Sequence[tuple[int, ...]]], width: int) -> tuple[Rows, Rows]:
    """Return all rows of all lists as one table, and where each list begins (one more entry than lists)."""
    starts = np.cumsum([0, *(len(rows) for rows in listed)])
    flat = [row for rows in listed for row in rows]
    return np.asarray(flat, np.int64).reshape(-1, width), starts


def _gather(starts: Rows, of_case: Rows) -> tuple[Rows, Rows]:
    """Return (case, row of the table) for the list of every case, in order."""
    counts = (starts[1:] - starts[:-1])[of_case]
    case = np.repeat(np.arange(len(of_case)), counts)
    begins = np.cumsum(counts) - counts
    return case, np.arange(len(case)) - begins[case] + starts[of_case[case]]
