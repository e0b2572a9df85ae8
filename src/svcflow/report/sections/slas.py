"""Are the promises kept: the clocks of each process against their objectives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svcflow.report import fmt
from svcflow.report.attainment import draw_bars
from svcflow.report.section import Context, Evidence, Row, Section, words_of
from svcflow.report.words import Text, as_text

ORDER = 62
STATES = ("met", "breached", "overdue", "running", "paused", "cancelled")

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return every SLA clock with its attainment and objective, by process."""
    runs = {str(name): run for name, run in (context.get("runs") or {}).items() if run}
    if not runs:
        return Section(say("title_none"), missing=say("no_definition"))
    names = {str(row.get("id")): as_text(row.get("name")) for row in context.rows("workspace", "processes")}
    processes = [
        _describe(context, names.get(name), name, run) | {"n": number}
        for number, (name, run) in enumerate(runs.items())
    ]
    clocks = [clock for process in processes for clock in process["clocks"]]
    aimed = [clock for clock in clocks if clock["kept"] is not None]
    missed = sum(not clock["kept"] for clock in aimed)
    title = say("title_none")
    if aimed:
        title = say("title", missed=fmt.number(missed), n=fmt.number(len(aimed))) if missed else say("title_kept")
    judged = sum(clock["judged"] for clock in clocks)
    evidence = Evidence(fmt.count(judged, "time"), ("sla", "conformance"), context.of_deviations("D4"))
    lead = say("lead") if clocks else say("lead_none")
    if any(clock["bars"] for clock in clocks):
        lead = lead + say("lead_bars")
    return Section(title, lead, {"processes": processes}, evidence=evidence if clocks else None, span=6)


def _describe(context: Context, name: Text | None, process: str, run: Row) -> dict[str, Any]:
    return {
        "name": name or context.names.plain(process),
        "facts": say(
            "facts",
            cases=fmt.count(run.get("cases") or 0, "case"),
            conforming=fmt.number(run.get("conforming")),
            open=fmt.number(run.get("open")),
        ),
        "clocks": [
            _describe_clock(context, str(key), clock) | draw_bars(context, process, str(key))
            for key, clock in (run.get("slas") or {}).items()
            if clock
        ],
        "kpis": [
            _describe_kpi(context, str(key), value)
            for key, value in (run.get("kpis") or {}).items()
            if not isinstance(value, Mapping)  # those with a target stand in the scorecard
        ],
    }


def _describe_clock(context: Context, name: str, clock: Row) -> dict[str, Any]:
    attained, objective = clock.get("attainment"), clock.get("objective")
    withheld = any(key in clock and clock[key] is None for key in ("met", "breached", "overdue"))
    judged = sum(clock.get(key) or 0 for key in ("met", "breached", "overdue"))
    if attained is None and judged and not withheld:
        attained = (clock.get("met") or 0) / judged
    kept = None if attained is None or objective is None else attained >= objective
    states = [say(f"state_{state}", n=fmt.number(clock[state])) for state in STATES if clock.get(state)]
    return {
        "name": context.names.plain(name.replace("_", " ")),
        "attained": fmt.share(attained),
        "length": 0 if attained is None else round(100 * attained),
        "aim": None if objective is None else round(100 * objective),
        "objective": None if objective is None else say("objective", share=fmt.share(objective)),
        "kept": kept,
        "judged": judged,
        "states": states,
    }


def _describe_kpi(context: Context, name: str, value: object) -> dict[str, Any]:
    """Return a figure of the definition: a plain number, or one with its unit, n, target and verdict."""
    row: Row = value if isinstance(value, Mapping) else {"value": value}
    unit = str(row.get("unit") or ("s" if name.endswith("_s") else "share" if name.endswith("_share") else ""))
    figure, n, met = row.get("value"), row.get("n"), row.get("met")
    numeric = isinstance(figure, int | float) and not isinstance(figure, bool)
    return {
        "name": as_text(row.get("name")) or context.names.plain(name.replace("_", " ")),
        "value": fmt.in_unit(float(figure), unit) if numeric and figure is not None else fmt.NOTHING,
        "n": Text(f"n = {n:,}", f"n = {n:,}") if isinstance(n, int) else None,
        "target": say("kpi_target", target=context.names.plain(row["target"], 24)) if row.get("target") else None,
        "verdict": None if met is None or not row.get("target") else "kept" if met else "below",
    }
