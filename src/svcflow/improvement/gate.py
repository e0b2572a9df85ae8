"""The gate: whether a run is within its budgets, and worse than the last one beyond chance.

Budgets are what the definitions promise (objectives of SLAs, targets of KPIs) and what is given besides
(``resolve_time.mean <= 24h``). A figure is worse than before if it moved the wrong way by more than the tolerance (5 %;
one point of a share) and, where standard errors are known, by more than chance gives one time in twenty. A figure
without a standard error is compared by the tolerance alone, and that is only a warning.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from svcflow.definitions.durations import SECONDS
from svcflow.definitions.model import Workspace
from svcflow.errors import UsageError
from svcflow.findings import NOWHERE, Position, Severity
from svcflow.guards import suggest
from svcflow.improvement.history import Metric, Record
from svcflow.wording import say_duration, say_missed

Row = Mapping[str, Any]

CERTAIN = 1.645
TOLERANCE = 0.05
_BUDGET = re.compile(r"\s*([^<>=\s]+)\s*(<=|>=)\s*([0-9.]+)\s*([mhdws%]?)\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One comparison: its name, whether it is kept, how grave it is if not, in words, and where the budget stands."""

    name: str
    kept: bool
    severity: Severity
    message: str
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit for one figure of a run; seconds, shares 0..1, or numbers."""

    metric: str
    sign: str
    limit: float


def parse_budget(text: str) -> Budget:
    """Return a budget as written. Raises `UsageError`.

    >>> parse_budget("resolve_time.mean <= 24h"), parse_budget("complaint.conforming>=90%")
    (Budget(metric='resolve_time.mean', sign='<=', limit=86400.0), Budget(metric='complaint.conforming', sign='>=', limit=0.9))
    """  # noqa: E501
    found = _BUDGET.fullmatch(text)
    if not found:
        raise UsageError(f"{text!r} is no budget", "write 'resolve_time.mean <= 24h' or 'complaint.conforming >= 90%'")
    try:
        number = float(found[3])
    except ValueError:
        raise UsageError(f"{text!r}: {found[3]!r} is no number", "write 24h, 90% or 3.5") from None
    factor = {"": 1.0, "%": 0.01, "s": 1.0, **SECONDS}[found[4]]
    return Budget(found[1], found[2], number * factor)


def judge(
    document: Row,
    record: Record,
    *,
    workspace: Workspace | None = None,
    before: Record | None = None,
    budgets: Sequence[Budget] = (),
    tolerance: float = TOLERANCE,
) -> list[Verdict]:
    """Return all comparisons of a run: promises of the definitions, budgets given, the run before."""
    found = [*_judge_slas(document, workspace), *_judge_kpis(document, workspace)]
    found += [_judge_budget(record, budget) for budget in budgets]
    if before is not None:
        found += _compare(record, before, tolerance)
    return found


def _judge_slas(document: Row, workspace: Workspace | None) -> Iterator[Verdict]:
    for process, run in (document.get("runs") or {}).items():
        for sla, row in (run.get("slas") or {}).items():
            real, objective = row.get("attainment"), row.get("objective")
            if real is None or objective is None:
                continue
            known = workspace.processes.get(process) if workspace else None
            at = known.slas[sla].position if known and sla in known.slas else NOWHERE
            said = f"{real:.1%} of {sla} kept in {process}, {objective:.0%} promised"
            yield Verdict(f"{process}.sla.{sla}", real >= objective, "error", said, at)


def _judge_kpis(document: Row, workspace: Workspace | None) -> Iterator[Verdict]:
    for process, run in (document.get("runs") or {}).items():
        for kpi, row in (run.get("kpis") or {}).items():
            if row.get("met") is None or row.get("value") is None:
                continue
            known = workspace.processes.get(process) if workspace else None
            at = known.kpis[kpi].position if known and kpi in known.kpis else NOWHERE
            told = say(row["value"], row.get("unit") or "")
            told = told if row["met"] else say_missed(told, row["value"], str(row.get("target")))
            said = f"{kpi} of {process} is {told}, target {row.get('target')}"
            yield Verdict(f"{process}.kpi.{kpi}", bool(row["met"]), "error", said, at)


def _judge_budget(record: Record, budget: Budget) -> Verdict:
    metric = record.metrics.get(budget.metric)
    if metric is None:
        near = suggest(budget.metric, tuple(record.metrics))
        raise UsageError(f"no figure '{budget.metric}' in this run{near}", "there are " + ", ".join(record.metrics))
    kept = metric.value <= budget.limit if budget.sign == "<=" else metric.value >= budget.limit
    told, limit = say(metric.value, metric.unit), say(budget.limit, metric.unit)
    told = told if kept else say_missed(told, metric.value, limit)
    said = f"{budget.metric} is {told}, budget {budget.sign} {limit}"
    return Verdict(f"budget.{budget.metric}", kept, "error", said)


def _compare(record: Record, before: Record, tolerance: float) -> Iterator[Verdict]:
    for name, now in record.metrics.items():
        then = before.metrics.get(name)
        if then is None or then.unit != now.unit:
            continue
        worse = now.value - then.value if now.better == "lower" else then.value - now.value
        room = tolerance * abs(then.value) if now.unit != "share" else min(tolerance, 0.01)
        chance = _stray(now, then)
        certain = chance is None or worse > CERTAIN * chance
        said = f"{name} went from {say(then.value, then.unit)} to {say(now.value, now.unit)}"
        kept = worse <= room or not certain
        if not kept:
            said += ": worse, " + ("beyond chance" if chance is not None else "chance is not known of it")
        yield Verdict(f"before.{name}", kept, "error" if kept or chance is not None else "warning", said)


def _stray(now: Metric, then: Metric) -> float | None:
    """Return the standard error of the difference, ``None`` where one of the two is not known."""
    if now.error is None or then.error is None:
        return None
    return math.hypot(now.error, then.error)


def say(value: float, unit: str) -> str:
    """Return a figure with its unit."""
    if unit == "s":
        return say_duration(value)
    return f"{value:.1%}" if unit == "share" else f"{value:,.2f}".removesuffix(".00")
