"""Where the way cases really go departs from the written definition: pairs of steps, in either direction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from svcflow.analysis.steps import show_steps
from svcflow.definitions.net import compile_net, explore
from svcflow.engines import local
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
        steps = show_steps(analysis.log, run)
        if not steps.instances:
            continue
        variants = local.run(steps, {"variants": VariantsFold()})["variants"]
        graph = explore(compile_net(run.process, analysis.workspace))
        anytime = {entry.step for entry in run.process.anytime}
        found = find_departures(variants, steps.activities.texts, graph, anytime)
        rows += [_write(run, departure) for kind in KINDS for departure in _head(found, kind)]
    return rows


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
