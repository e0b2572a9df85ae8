"""Whether the definitions fit the log: where they do not, what rests on their steps and owners is no estimate.

Fitness is 1 less the deviations of the flow (D1xx) a move, over all cases that a definition judges; it must be 80 %,
and the definitions must judge half of the cases.
"""

from __future__ import annotations

from svcflow.estimation.evidence import Text
from svcflow.execution import Runs
from svcflow.wording import say_share

LEAST = 0.8
JUDGED = 0.5


def measure_fitness(runs: Runs) -> float | None:
    """Return the fitness of the definitions, 0..1; ``None`` where they judge nothing."""
    moves = sum(len(run.moves) for run in runs.processes.values())
    wrong = sum(
        count for run in runs.processes.values() for code, count in run.counts().items() if code.startswith("D1")
    )
    return max(0.0, 1 - wrong / moves) if moves else None


def explain_misfit(runs: Runs | None) -> Text | None:
    """Return why the definitions do not fit the log; ``None`` where they do, or where there are none."""
    if runs is None or not runs.log.cases:
        return None
    judged = 1 - runs.unclaimed / runs.log.cases
    if judged < JUDGED:
        return {
            "en": f"the definitions know only {say_share(judged)} of the cases ({JUDGED:.0%} is needed)",
            "zh": f"流程定义仅覆盖 {say_share(judged)} 的案例（至少需 {JUDGED:.0%}）",
        }
    fitness = measure_fitness(runs)
    if fitness is not None and fitness < LEAST:
        return {
            "en": f"the definitions do not fit the log: fitness {say_share(fitness)}, {LEAST:.0%} is needed",
            "zh": f"流程定义与日志不符：拟合度 {say_share(fitness)}，至少需 {LEAST:.0%}",
        }
    return None
