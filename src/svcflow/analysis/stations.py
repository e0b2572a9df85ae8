"""What is known of each activity beside its times: its step in the definitions, its usual place, what ends its wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from svcflow.analysis.streams import find_usual_places
from svcflow.definitions.model import Process, Step

if TYPE_CHECKING:
    from svcflow.analysis import Analysis


@dataclass(frozen=True, slots=True)
class Station:
    """One activity; `process` and `step` are those that most of its events show, ``None`` where none does.

    `place` is 0 where it comes first in a case and 1 where it comes last; `timer` says that most of the waiting before
    it ends by a rule. `median_s` is the median wait before it over `waits` waits, on the wall clock.
    """

    activity: str
    code: int
    cases: int
    count: int
    place: float
    side: str
    timer: bool
    waits: int
    median_s: float | None
    process: Process | None = None
    step: Step | None = None


def list_stations(analysis: Analysis) -> list[Station]:
    """Return the activities of the log in their usual order."""
    log = analysis.log
    if not log.cases:
        return []
    places, steps = find_usual_places(log), _find_steps(analysis)
    total: dict[str, float] = {}
    timed: dict[str, float] = {}
    for pair in analysis.mined.directly_follows.to_rows():
        total[pair["to"]] = total.get(pair["to"], 0.0) + pair["total_s"]
        timed[pair["to"]] = timed.get(pair["to"], 0.0) + (pair["total_s"] if pair.get("timer") else 0.0)
    stations = []
    for row in analysis.mined.activities.to_rows():
        name = row["activity"]
        waiting = row.get("waiting") or {}
        code = log.activities.find(name)
        assert code is not None
        process, step = steps.get(code, (None, None))
        stations.append(
            Station(
                activity=name,
                code=code,
                cases=row["cases"],
                count=row["count"],
                place=places[name],
                side=log.sides.get(name, "provider"),
                timer=total.get(name, 0.0) > 0 and timed[name] > total[name] / 2,
                waits=waiting.get("count", 0),
                median_s=waiting.get("median_s"),
                process=process,
                step=step,
            )
        )
    return sorted(stations, key=lambda station: (station.place, station.activity))


def _find_steps(analysis: Analysis) -> dict[int, tuple[Process, Step]]:
    """Return for each activity, by its code, the step that most of its events were judged as."""
    best: dict[int, tuple[int, Process, Step]] = {}
    for run in analysis.runs.processes.values() if analysis.runs else ():
        step, row = run.moves["step"], run.moves["row"]
        shown = np.flatnonzero((row >= 0) & (step.codes >= 0))
        width = max(len(step.texts), 1)
        keys = analysis.log.activity[row[shown]].astype(np.int64) * width + step.codes[shown]
        for key, count in zip(*(found.tolist() for found in np.unique(keys, return_counts=True)), strict=True):
            code, name = key // width, step.texts[key % width]
            if name in run.process.steps and count > best.get(code, (0,))[0]:
                best[code] = (count, run.process, run.process.steps[name])
    return {code: (process, step) for code, (_, process, step) in best.items()}
