"""Logs made by hand, an event a tuple; the fixture `make_log` of all tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from svcflow.eventlog.log import Log, Vocabulary

Event = tuple[float, str] | tuple[float, str, str] | tuple[float, str, str, float]
"""Hour of completion, activity, and, where given, team and hour of start."""
HOUR = 3_600_000
MONDAY = 1_704_067_200_000
"""2024-01-01, 00:00 UTC."""


def build_log(cases: Sequence[Sequence[Event]], *, resources: bool = False) -> Log:
    """Return a log of `cases`, each sorted by completion; with `resources` the team column names people too."""
    rows = [(c, *event, *[None] * (4 - len(event))) for c, case in enumerate(cases) for event in case]
    time = np.array([MONDAY + round(row[1] * HOUR) for row in rows], np.int64)
    start = np.array([MONDAY + round((row[1] if row[4] is None else row[4]) * HOUR) for row in rows], np.int64)
    names, teams = [row[2] for row in rows], [row[3] or "" for row in rows]
    activities = Vocabulary(tuple(sorted(set(names))))
    parties = Vocabulary(("", *sorted(set(teams) - {""})))
    codes = np.array([parties.texts.index(team) for team in teams], np.int32)
    nobody = np.zeros(len(rows), np.int32)
    return Log(
        source="made by hand",
        zone="UTC",
        case_ids=tuple(f"case {c}" for c in range(len(cases))),
        offsets=np.cumsum([0, *[len(case) for case in cases]], dtype=np.int64),
        time=time,
        start=start,
        has_start=start < time,
        activity=np.array([activities.texts.index(name) for name in names], np.int32),
        activities=activities,
        resource=codes if resources else nobody,
        resources=parties if resources else Vocabulary(("",)),
        team=nobody if resources else codes,
        teams=Vocabulary(("",)) if resources else parties,
        events=len(rows),
    )
