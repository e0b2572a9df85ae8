"""The scorecard of a log, completed by what only definitions tell: SLAs, promised call-backs, rates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from svcflow.advice.money import find_labour
from svcflow.definitions.call_backs import names_call_back
from svcflow.mining.kpis import BY_ID, judge_kpi

if TYPE_CHECKING:
    from svcflow.analysis import Analysis
    from svcflow.execution.outcome import ProcessRuns

Row = dict[str, Any]


def complete_scorecard(document: Row, analysis: Analysis) -> None:
    """Fill in the rows of the scorecard in `document` (of `Mined.to_json`) that a workspace can tell."""
    card = document.get("quantities", {}).get("scorecard")
    if card is None or analysis.runs is None or analysis.workspace is None or card["unmeasured"]:
        return
    told = {"within-sla": _attain(analysis), "call-back-kept": _keep(analysis), "cost-per-case": _price(analysis)}
    known = {name: found for name, found in told.items() if found is not None}
    card["rows"] = [
        judge_kpi(BY_ID[row["kpi"]], *known[row["kpi"]]) if row["kpi"] in known else row for row in card["rows"]
    ]


def _attain(analysis: Analysis) -> tuple[float, int] | None:
    """Return the share of judged SLA clocks that were met, of all processes, and their number."""
    assert analysis.runs is not None
    zone = analysis.runs.workspace.organisation.timezone
    slas = [sla for run in analysis.runs.processes.values() for sla in run.slas(zone).values()]
    judged = sum(sla["met"] + sla["breached"] + sla["overdue"] for sla in slas)
    return (sum(sla["met"] for sla in slas) / judged, judged) if judged else None


def _keep(analysis: Analysis) -> tuple[float, int] | None:
    """Return the share of promised call-backs that were made in time, of those that are done or due."""
    assert analysis.runs is not None
    kept = judged = 0
    for duty in (duty for run in analysis.runs.processes.values() for duty in _call_backs(run)):
        kept += duty["kept"]
        judged += duty["kept"] + duty["late"] + duty["missed"]
    return (kept / judged, judged) if judged else None


def _call_backs(run: ProcessRuns) -> Iterator[Row]:
    """Yield the duties of a process by which somebody is called back."""
    duties = run.duties()
    for name, rule in run.process.rules.items():
        if name in duties and any(names_call_back(run.process, step) for step in rule.others):
            yield duties[name]


def _price(analysis: Analysis) -> tuple[float, int] | None:
    """Return the open minutes worked at the rates of their roles, per case in which somebody rated worked."""
    log = analysis.log
    cost = find_labour(log, analysis.workspace).cost
    rated = np.isfinite(cost)
    cases = len(np.unique(log.case_of_row[rated]))
    return (float(cost[rated].sum()) / cases, cases) if cases else None
