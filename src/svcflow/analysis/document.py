"""An analysis as the JSON document of contract.md: what scripts read and the report is drawn from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import svcflow
from svcflow.advice.naming import Names
from svcflow.analysis.attainment import trace_attainment
from svcflow.analysis.blueprint import lay_blueprint
from svcflow.analysis.casebook import Casebook
from svcflow.analysis.causes import write_causes
from svcflow.analysis.coverage import cover_figures
from svcflow.analysis.departures import list_departures
from svcflow.analysis.journey import follow_journey
from svcflow.analysis.loops import exemplify_loops
from svcflow.analysis.morning import compile_morning
from svcflow.analysis.outlay import count_money, plan_staff
from svcflow.analysis.people import Mask, hide_people, make_mask
from svcflow.analysis.risks import assess_risks
from svcflow.analysis.scorecard import complete_scorecard
from svcflow.analysis.slow_cases import explain_slow_cases
from svcflow.analysis.spectrum import draw_spectrum
from svcflow.analysis.stories import tell_cases
from svcflow.analysis.streams import draw_histogram, lay_value_stream
from svcflow.analysis.weekly import trace_weeks
from svcflow.definitions.model import Text, Workspace
from svcflow.definitions.responsibility import lay_matrix
from svcflow.detectors import entitle
from svcflow.findings import Finding, Recommendation, Subject

if TYPE_CHECKING:
    from svcflow.analysis import Analysis
    from svcflow.eventlog.log import Quality


WORST = 500
"""Of so many cases of a KPI examples are taken."""


def write_document(analysis: Analysis, *, show_people: bool) -> dict[str, Any]:
    """Return `analysis` as plain values; see `svcflow schema analysis`."""
    log, mined = analysis.log, analysis.mined
    mask = make_mask(log, show_people=show_people)
    numbers = mined.to_json()
    complete_scorecard(numbers, analysis)
    hide_people(numbers, mined, mask)
    runs = analysis.runs.to_json() if analysis.runs else {}
    if runs:
        numbers["log"]["open_cases"] = sum(run["open"] for run in runs.values())
    findings = [write_finding(f, mask) for f in analysis.findings]
    book = Casebook(log)
    book.cite(case for row in findings for case in row["examples"])
    deviations = _list_deviations(analysis, book)
    risks = assess_risks(log, analysis.runs, book)
    parts = {
        "lists": compile_morning(analysis, book),
        "loops": exemplify_loops(log, mined, book),
        "trends": trace_attainment(analysis.runs, book),
        "histogram": draw_histogram(mined, book),
        "weekly": trace_weeks(log, mined),
        "value_stream": lay_value_stream(log, mined, book),
    }
    cover_figures(log, mined, book)
    _exemplify_kpis(runs, analysis, book)
    return {
        "svcflow": svcflow.__version__,
        **numbers,
        "roles": [{"role": r.role, "column": r.column, "reason": r.reason} for r in log.roles],
        "quality": [_write_fact(fact) for fact in log.quality],
        "calendar": dict(zip(("id", "timezone"), analysis.calendar, strict=True)) if analysis.calendar else None,
        "total_wait_s": mined.total_wait_s,
        **parts,
        "spectrum": draw_spectrum(log, analysis.findings),
        "blueprint": lay_blueprint(analysis),
        "journey": follow_journey(analysis),
        "causes": write_causes(mined),
        "model": _write_model(analysis),
        "workspace": _write_workspace(analysis.workspace),
        "responsibility": lay_matrix(analysis.workspace) if analysis.workspace else None,
        "names": collect_names(analysis.workspace, log.activities.texts),
        "team_names": collect_team_names(analysis.workspace, log.teams.texts),
        "runs": runs,
        "deviations": deviations,
        "risks": risks,
        "associations": explain_slow_cases(analysis),
        "findings": findings,
        "recommendations": [write_recommendation(r) for r in analysis.recommendations],
        "staffing": plan_staff(analysis),
        "business": count_money(analysis),
        "told": tell_cases(log, book.told, mask),
    }


def _write_fact(fact: Quality) -> dict[str, Any]:
    told = {"id": fact.id, "severity": fact.severity, "count": fact.count, "share": fact.share}
    return told | {"message": fact.message, "effect": fact.effect, "rows": list(fact.rows)}


def write_finding(finding: Finding, mask: Mask = str) -> dict[str, Any]:
    """Return a finding as plain values, with its title in both languages."""
    names = finding.subject.names
    if finding.subject.kind == "resource-pair":
        names = tuple(map(mask, names))
    return {
        "id": finding.id,
        "detector": finding.detector,
        "subject": {"kind": finding.subject.kind, "names": list(names)},
        "title": entitle(replace(finding, subject=Subject(finding.subject.kind, names))),
        "cases": finding.cases,
        "count": finding.count,
        "cost_s": finding.cost_s,
        "share": finding.share,
        "interval_s": list(finding.interval_s),
        "side": finding.side,
        "timer": finding.timer,
        "definition": finding.definition,
        "examples": list(finding.examples),
        "evidence": dict(finding.evidence),
    }


def write_recommendation(recommendation: Recommendation) -> dict[str, Any]:
    """Return a recommendation as plain values."""
    return asdict(recommendation) | {
        "changes": list(recommendation.changes),
        "effects": [
            {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(effect).items()}
            for effect in recommendation.effects
        ],
    }


def _exemplify_kpis(runs: dict[str, Any], analysis: Analysis, book: Casebook) -> None:
    """Put example cases into each KPI of a definition, those furthest on the wrong side that are told already first."""
    for name, run in analysis.runs.processes.items() if analysis.runs else ():
        for kpi, cases in run.ranked.items():
            worst = cases[:WORST]
            examples = book.choose(worst, fresh=0) or book.choose(worst, fresh=1)
            runs[name]["kpis"][kpi] = runs[name]["kpis"][kpi] | {"examples": examples}


def _list_deviations(analysis: Analysis, book: Casebook) -> list[dict[str, Any]]:
    """Return the deviations with the definition's file as seen from its workspace: no path of this machine."""
    if analysis.runs is None or analysis.workspace is None:
        return []
    home = PurePath(analysis.workspace.folder)
    rows = analysis.runs.deviations_table(book.choose)
    for row in rows:
        file = PurePath(row["file"] or "")
        row["file"] = (file.relative_to(home).as_posix() if file.is_relative_to(home) else file.name) or None
    return rows


def _write_model(analysis: Analysis) -> dict[str, Any] | None:
    if analysis.model is None:
        return None
    written = [row.to_json() for row in analysis.written]
    return analysis.model.to_json() | {"departures": list_departures(analysis), "written": written}


def _write_workspace(workspace: Workspace | None) -> dict[str, Any] | None:
    if workspace is None:
        return None
    return {
        "name": _write_text(workspace.organisation.name),
        "processes": [{"id": p.id, "name": _write_text(p.name)} for p in workspace.processes.values()],
    }


def collect_names(workspace: Workspace | None, activities: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Return the display names of all steps by id, and of the activities that are plain labels of a step."""
    if workspace is None:
        return {}
    names: dict[str, dict[str, str]] = {}
    shown = set(activities)
    for process in workspace.processes.values():
        for step in process.steps.values():
            labels = (label.pattern for label in step.labels if label.when is None)
            for text in (step.id, *(label for label in labels if label in shown)):
                names.setdefault(text, _write_text(step.name))
    return names


def collect_team_names(workspace: Workspace | None, teams: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the names of the log's teams by language, of those that the organisation calls something else in one."""
    names = Names(workspace)
    told = {team: names.team(team) for team in teams if team}
    return {team: name for team, name in told.items() if len(set(name.values())) > 1}


def _write_text(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}
