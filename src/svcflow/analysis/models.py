"""The written definitions as models of the log, measured as the discovered ones are: fitness, precision, simplicity.

Cases are replayed as the steps that their events were taken for; steps that may happen at any time stand outside the
net and are left out. High fitness with low precision: the definition allows much that never happens. Low fitness: cases
go other ways; the deviations say which.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from svcflow.analysis.steps import show_steps
from svcflow.definitions.model import Workspace
from svcflow.engines import local
from svcflow.eventlog.log import Log
from svcflow.mining.variants import VariantsFold

if TYPE_CHECKING:
    from svcflow.execution.outcome import ProcessRuns
    from svcflow.execution.runs import Runs


@dataclass(frozen=True, slots=True)
class WrittenModel:
    """How well the definition of a process describes its cases; all figures 0..1, ``None`` where nothing is replayed.

    `coverage` is the share of the cases whose variants were replayed.
    """

    process: str
    cases: int
    fitness: float | None
    precision: float | None
    simplicity: float
    coverage: float

    def to_json(self) -> dict[str, Any]:
        """Return the measures as plain values."""
        return {
            "process": self.process,
            "cases": self.cases,
            "fitness": self.fitness,
            "precision": self.precision,
            "simplicity": self.simplicity,
            "coverage": self.coverage,
        }


def measure_written(log: Log, runs: Runs, workspace: Workspace) -> Iterator[WrittenModel]:
    """Yield the measures of each process that has cases."""
    for run in runs.processes.values():
        measured = _measure(log, run, workspace)
        if measured is not None:
            yield measured


def _measure(log: Log, run: ProcessRuns, workspace: Workspace) -> WrittenModel | None:
    from svcflow.mining.discovery.measuring import measure_fitness, measure_precision, measure_simplicity
    from svcflow.mining.discovery.model import COVERAGE, VARIANTS
    from svcflow.mining.discovery.settling import settle
    from svcflow.mining.discovery.summary import choose_common, keep_quiet, label
    from svcflow.mining.exchange.objects import to_petri_net

    steps = show_steps(log, run)
    if not steps.instances:
        return None
    outside = {entry.step for entry in run.process.anytime}
    names = steps.activities.texts
    variants = local.run(steps, {"variants": VariantsFold()})["variants"]
    weighed: dict[tuple[int, ...], int] = {}
    for sequence, cases in zip(variants.sequences, variants.count.tolist(), strict=True):
        kept = tuple(code for code in sequence if names[code] not in outside)
        if kept:
            weighed[kept] = weighed.get(kept, 0) + cases
    every = sorted(weighed.items(), key=lambda item: (-item[1], item[0]))
    if not every:
        return None
    replayed = choose_common(every, COVERAGE, VARIANTS)
    codes = {name: code for code, name in enumerate(names)}
    with keep_quiet():
        net = settle(to_petri_net(run.process, workspace, lambda step: str(label(codes.setdefault(step, len(codes))))))
        fitness, precision = measure_fitness(replayed, net), measure_precision(replayed, net)
        simplicity = measure_simplicity(net[0])
    cases = sum(weighed.values())
    share = sum(count for _, count in replayed) / cases
    return WrittenModel(run.process.id, cases, fitness, precision, simplicity, share)
