"""Halves of work become instances: first in, first out, by time."""

from __future__ import annotations

from collections import defaultdict, deque

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.eventlog.instances import ABANDON, COMPLETE, OTHER, START, pair_columns, pair_lifecycle
from svcflow.eventlog.log import MISSING_TIME

EVENTS = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 2), st.integers(0, 9), st.sampled_from([START, COMPLETE, ABANDON, OTHER])
    ),
    max_size=40,
)


def pair_slowly(events: list[tuple[int, int, int, int]]) -> tuple[dict[int, int | None], int]:
    """Return the start of each completion by row, and how many starts are left over."""
    queues: defaultdict[tuple[int, int], deque[int]] = defaultdict(deque)
    found: dict[int, int | None] = {}
    abandoned = 0
    for row in sorted(range(len(events)), key=lambda row: (events[row][2], row)):
        case, activity, time, kind = events[row]
        queue = queues[case, activity]
        if kind == START:
            queue.append(time)
        elif kind == COMPLETE:
            found[row] = queue.popleft() if queue else None
        elif kind == ABANDON and queue:
            queue.popleft()
            abandoned += 1
    return found, abandoned + sum(map(len, queues.values()))


@settings(deadline=None, max_examples=400)
@given(EVENTS)
def test_vectors_pair_as_queues_do(events: list[tuple[int, int, int, int]]) -> None:
    columns = np.array(events, np.int64).reshape(-1, 4)
    case, activity, time, kind = columns.T
    pairs = pair_lifecycle(case.astype(np.int32), activity.astype(np.int32), time, kind.astype(np.uint8))
    wanted, left = pair_slowly(events)
    assert sorted(pairs.rows.tolist()) == sorted(wanted)
    for row, start, known in zip(pairs.rows.tolist(), pairs.start.tolist(), pairs.has_start.tolist(), strict=True):
        assert known == (wanted[row] is not None)
        assert start == (wanted[row] if known else events[row][2])
    assert pairs.open_starts == left


def test_start_and_end_in_columns() -> None:
    time = np.array([10, MISSING_TIME, 30, 40])
    start = np.array([5, 7, MISSING_TIME, 50])
    pairs = pair_columns(time, start)
    assert pairs.rows.tolist() == [0, 2, 3]
    assert pairs.start.tolist() == [5, 30, 40]
    assert pairs.has_start.tolist() == [True, False, False]
    assert pairs.open_starts == 1
