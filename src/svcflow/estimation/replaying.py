"""What a scenario would have done to the cases of the log one by one: the bound that is left without a simulation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from svcflow.calendars import HOUR_MS, Clock
from svcflow.estimation.evidence import Text
from svcflow.estimation.kpis import Floats, Kpi
from svcflow.replay.graph import Graph
from svcflow.replay.hours import RowClocks, compare_clocks
from svcflow.replay.refusals import Unanswerable
from svcflow.replay.replayed import Replayed, replay
from svcflow.replay.sampling import cluster, draw_changes
from svcflow.replay.spans import Span
from svcflow.whatif import Change

FEWEST_CASES = 30
WALL_CLOCK: Text = {
    "en": "wall-clock time: nights and weekends are inside the waits",
    "zh": "按自然时间：等待中包含夜间和周末",
}


@dataclass(frozen=True, eq=False)
class Bench:
    """What replays are made on: the graph of a log, the spans that are measured, the calendars by name.

    `hours` tell on whose clock each row runs; ``None`` where no definition says so.
    """

    graph: Graph
    spans: tuple[Span, ...]
    calendars: Mapping[str, Clock] = field(default_factory=dict)
    seed: int = 0
    hours: RowClocks | None = None


@dataclass(frozen=True, eq=False)
class Bound:
    """The figures before, their change, and the change in each replicate, by figure; NaN where a replay has none."""

    before: Floats
    change: Floats
    draws: Floats
    touched: float
    clusters: tuple[str, str]


def measure_before(bench: Bench, kpis: Sequence[Kpi]) -> Floats:
    """Return the figures of the log as it is, NaN where they are not known."""
    return _measure(bench, kpis, bench.graph.log.time)


def bound(bench: Bench, changes: Sequence[Change], kpis: Sequence[Kpi], replicates: int) -> Bound | Text:
    """Return what a replay says of a scenario, or why it says nothing, by language."""
    found = replay(bench.graph, changes, calendars=bench.calendars, seed=bench.seed)
    if isinstance(found, Unanswerable):
        return {"en": found.en, "zh": found.zh}
    if bench.graph.log.cases < FEWEST_CASES:
        return {
            "en": f"only {bench.graph.log.cases} cases; a replay needs {FEWEST_CASES}",
            "zh": f"仅有 {bench.graph.log.cases} 个案例；回放至少需要 {FEWEST_CASES} 个",
        }
    before = measure_before(bench, kpis)
    change = _measure(bench, kpis, found.end) - before
    draws = np.full((replicates, len(kpis)), np.nan)
    said = ("", "")
    for span in bench.spans:
        columns = [n for n, kpi in enumerate(kpis) if kpi.group == span.name and kpi.rest in {"mean", "p90"}]
        lengths = found.measure(span)
        if not columns or len(lengths[0]) < FEWEST_CASES:
            continue
        clusters = cluster(bench.graph.begin[span.cases])
        said = clusters.say()
        drawn = draw_changes(*lengths, clusters, clusters.draw(replicates, bench.seed))
        for column in columns:
            draws[:, column] = drawn[:, ("mean", "p90").index(kpis[column].rest)]
    return Bound(before, change, draws, float(np.mean(_touched(found))), said)


def tell_clocks(bench: Bench, changes: Sequence[Change]) -> dict[str, Text]:
    """Return by span how the answer on the wall clock compares to that with work in open hours only."""
    if bench.hours is None:
        return {span.name: dict(WALL_CLOCK) for span in bench.spans}
    found = replay(bench.graph, changes, calendars=bench.calendars, seed=bench.seed)
    if isinstance(found, Unanswerable):
        return {}
    told = {name: pair.say(figures=False) for name, pair in compare_clocks(found, bench.spans, bench.hours).items()}
    return {name: {"en": en, "zh": zh} for name, (en, zh) in told.items()}


def _touched(found: Replayed) -> np.ndarray:
    return found.touched


def _measure(bench: Bench, kpis: Sequence[Kpi], end: np.ndarray) -> Floats:
    by_span = {span.name: span.measure_ends(bench.graph, end) / HOUR_MS for span in bench.spans}
    found = []
    for kpi in kpis:
        values = by_span.get(kpi.group)
        if kpi.group == "wip":
            found.append(_count_open(bench.graph, end))
        elif values is None or len(values) < FEWEST_CASES:
            found.append(float("nan"))
        else:
            found.append(
                float(values.mean()) if kpi.rest == "mean" else float(np.percentile(values, float(kpi.rest[1:])))
            )
    return np.array(found)


def _count_open(graph: Graph, end: np.ndarray) -> float:
    """Return the mean number of open cases between the first and the last arrival."""
    first, last = int(graph.begin.min()), int(graph.begin.max())
    if last <= first:
        return float("nan")
    return float((np.clip(graph.close(end), first, last) - graph.begin).sum() / (last - first))
