"""Logs for tests: built from a few rows, drawn by Hypothesis, or the real ones where they are at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import strategies as st

from svcflow.eventlog.log import Log, Role, Vocabulary

REAL = Path(__file__).parents[3] / "shared" / "logs"
MONDAY = 1_772_409_600_000
"""2026-03-02T00:00:00Z."""
HOUR = 3_600_000
DAY = 24 * HOUR


class Row(NamedTuple):
    """One activity instance; times in milliseconds, `start` of ``None`` means that only the end is known."""

    case: str
    activity: str
    time: int
    resource: str = ""
    team: str = ""
    start: int | None = None


def build(
    rows: Iterable[Row],
    *,
    done: tuple[str, ...] = (),
    machines: tuple[str, ...] = (),
    sides: Mapping[str, str] | None = None,
    states: Mapping[str, str] | None = None,
    roles: tuple[Role, ...] = (),
) -> Log:
    """Return the canonical log of `rows` (cases by first completion, then completion, then given order)."""
    rows = list(rows)
    by_case: dict[str, list[Row]] = {}
    for row in rows:
        by_case.setdefault(row.case, []).append(row)
    for group in by_case.values():
        group.sort(key=lambda row: row.time)
    ids = sorted(by_case, key=lambda case: by_case[case][0].time)
    ordered = [row for case in ids for row in by_case[case]]
    activities = _vocabulary([row.activity for row in ordered], missing=False)
    resources = _vocabulary([row.resource for row in ordered], missing=True)
    teams = _vocabulary([row.team for row in ordered], missing=True)
    return Log(
        source="test",
        zone="UTC",
        case_ids=tuple(ids),
        offsets=np.cumsum([0, *(len(by_case[case]) for case in ids)]).astype(np.int64),
        time=np.array([row.time for row in ordered], np.int64),
        start=np.array([row.time if row.start is None else row.start for row in ordered], np.int64),
        has_start=np.array([row.start is not None for row in ordered], np.bool_),
        activity=_codes(activities, [row.activity for row in ordered]),
        activities=activities,
        resource=_codes(resources, [row.resource for row in ordered]),
        resources=resources,
        team=_codes(teams, [row.team for row in ordered]),
        teams=teams,
        events=len(ordered),
        done=done,
        machines=machines,
        sides=dict(sides or {}),
        states=dict(states or {}),
        roles=roles,
    )


def trace(case: str, steps: Sequence[str], start: int = MONDAY, gap: int = HOUR) -> list[Row]:
    """Return rows written ``activity``, ``activity@team`` or ``activity@team/resource``, one every `gap`."""
    rows = []
    for i, step in enumerate(steps):
        activity, _, holder = step.partition("@")
        team, _, resource = holder.partition("/")
        rows.append(Row(case, activity, start + i * gap, resource, team))
    return rows


def vary(case: int) -> int:
    """Return a gap in milliseconds that differs from case to case: equal waits would be a timer's."""
    return (65 + 47 * (case % 7)) * 60_000 + case * 1000


@st.composite
def drawn(draw: st.DrawFn, *, starts: bool = True) -> list[Row]:
    """Draw the rows of a small log: ties, overlaps, unknown resources and teams included."""
    rows = []
    for case in range(draw(st.integers(0, 6))):
        time = MONDAY + draw(st.integers(0, 5)) * HOUR
        for _ in range(draw(st.integers(1, 7))):
            time += draw(st.sampled_from([0, 1, HOUR, 3 * HOUR, DAY]))
            begun = time - draw(st.sampled_from([0, HOUR, 2 * DAY])) if starts and draw(st.booleans()) else None
            rows.append(
                Row(
                    f"c{case}",
                    draw(st.sampled_from("abcd")),
                    time,
                    draw(st.sampled_from(["", "r1", "r2", "r3"])),
                    draw(st.sampled_from(["", "t1", "t2", "t3"])),
                    begun,
                )
            )
    return rows


@cache
def read_real(name: str) -> Log:
    """Return one of the published logs; skip the test where the folder is not there."""
    from svcflow.eventlog import read_log

    path = REAL / name
    if not path.exists():
        pytest.skip(f"the published log {name} is not at hand")
    return read_log(path)


def _vocabulary(texts: Sequence[str], *, missing: bool) -> Vocabulary:
    return Vocabulary(tuple(sorted({*texts, *([""] if missing else [])})))


def _codes(vocabulary: Vocabulary, texts: Sequence[str]) -> np.ndarray:
    place = {text: code for code, text in enumerate(vocabulary.texts)}
    return np.array([place[text] for text in texts], np.int32)
