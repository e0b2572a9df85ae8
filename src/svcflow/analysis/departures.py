"""Where the way cases really go departs from the written definition: pairs of steps, in either direction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from svcflow.definitions.net import compile_net, explore
from svcflow.engines import local
from svcflow.eventlog.log import Log, Vocabulary
from svcflow.mining.departures import Departure, find_departures
from svcflow.mining.variants import VariantsFold

if TYPE_CHECKING:
    from svcflow.analysis import Analysis
    from svcflow.execution.outcome import ProcessRuns

MOST = 12
"""So many pairs are shown of each kind and process."""

KINDS = {"forbidden": "not in definition", "unseen": "never seen"}


def list_departures(analysis: Analysis) -> list[dict[str, Any]]:
    """Return the pairs of steps that only the log or only the definition knows, the most frequent first."""
    if analysis.runs is None or analysis.workspace is None:
        return []
    rows = []
    for run in analysis.runs.processes.values():
        steps = _show_steps(analysis.log, run)
        if not steps.instances:
            continue
        variants = local.run(steps, {"variants": VariantsFold()})["variants"]
        graph = explore(compile_net(run.process, analysis.workspace))
        anytime = {entry.step for entry in run.process.anytime}
        found = find_departures(variants, steps.activities.texts, graph, anytime)
        rows += [_write(run, departure) for kind in KINDS for departure in _head(found, kind)]
    return rows


def _show_steps(log: Log, run: ProcessRuns) -> Log:
    """Return the cases of a process with their steps as activities; events of no step are left out."""
    step, row = run.moves["step"], run.moves["row"]
    shown = np.flatnonzero((row >= 0) & (step.codes >= 0))
    shown = shown[np.argsort(row[shown], kind="stable")]
    rows = row[shown]
    case = np.searchsorted(log.offsets, rows, side="right") - 1
    _, sizes = np.unique(case, return_counts=True)
    return replace(
        log,
        case_ids=(),
        offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        time=log.time[rows],
        start=log.start[rows],
        has_start=log.has_start[rows],
        activity=step.codes[shown].astype(np.int32),
        activities=Vocabulary(step.texts),
        resource=log.resource[rows],
        team=log.team[rows],
    )


def _head(found: tuple[Departure, ...], kind: str) -> list[Departure]:
    return [departure for departure in found if departure.kind == kind][:MOST]


def _write(run: ProcessRuns, departure: Departure) -> dict[str, Any]:
    return {
        "process": run.process.id,
        "from": departure.source,
        "to": departure.target,
        "count": departure.count,
        "cases": departure.cases,
        "kind": KINDS[departure.kind],
    }
