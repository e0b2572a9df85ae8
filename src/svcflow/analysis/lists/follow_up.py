"""The follow-up list: every open case with its next step, who owns it, when it is due and how likely it is to be late.

A case is due when the first of its running clocks and open duties is; the time that is left is business time. While a
case waits for the customer its clocks stand still and it is not due.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from svcflow.analysis.lists import Listing, Mask, Row
from svcflow.analysis.lists.risk import Survival, observe
from svcflow.execution.timeline import clock_of
from svcflow.mining.mined import find_zone, say_time

if TYPE_CHECKING:
    from svcflow.calendars import Clock
    from svcflow.definitions.model import Process
    from svcflow.execution import Runs
    from svcflow.execution.outcome import ProcessRuns

STATES = ("overdue", "due", "waiting", "no clock")
"""What may be said of an open case, the most pressing first; ``waiting`` is for somebody outside."""


def compile_list(runs: Runs, mask: Mask) -> Listing:
    """Return the open cases of all processes, overdue ones first, then by the time they are due."""
    rows = [row for run in runs.processes.values() for row in _of_process(runs, run, mask)]
    rows.sort(key=lambda row: (STATES.index(row["state"]), row["due"] or "9999", row["case"]))
    notes = []
    if any(row["clock"] and row["breach_risk"] is None for row in rows):
        notes.append("no risk is given where fewer than 20 clocks had run as far")
    if runs.unclaimed:
        notes.append(f"{runs.unclaimed:,} cases belong to no process of the workspace and are not judged")
    return Listing(tuple(rows), tuple(notes))


def _of_process(runs: Runs, run: ProcessRuns, mask: Mask) -> Iterator[Row]:
    zone = find_zone(runs.workspace.organisation.timezone)
    survivals = {name: _survival(run, name) for name in run.process.slas}
    clocks, duties = list_open_clocks(runs, run), _owed(run)
    for at in np.flatnonzero(~run.cases["closed"]).tolist():
        due = min((*clocks.get(at, ()), *duties.get(at, ())), key=_pressing, default=None)
        row = _describe(runs, run, at, mask)
        risk, n = (None, 0)
        if due and due["used"] is not None:
            risk, n = survivals[due["clock"]].breach(due["used"])
        state = "no clock" if due is None else due["state"]
        row |= {
            "state": state,
            "clock": due["clock"] if due else None,
            "due": say_time(due["due"], zone) if due and due["due"] is not None else None,
            "left_business_s": due["left_s"] if due else None,
            "breach_risk": None if risk is None else round(risk, 4),
            "breach_n": n,
        }
        yield row


def _pressing(due: Mapping[str, Any]) -> tuple[int, float]:
    return STATES.index(due["state"]), float("inf") if due["due"] is None else due["due"]


def list_open_clocks(runs: Runs, run: ProcessRuns) -> dict[int, list[dict[str, Any]]]:
    """Return the clocks that have not stopped, by the place of the case in its frame, in the order they are defined."""
    found: dict[int, list[dict[str, Any]]] = {}
    for clock in run.clocks:
        if clock["state"] not in ("running", "paused", "overdue"):
            continue
        sla = run.process.slas[clock["sla"]]
        left = clock["target_s"] - clock["business_s"]
        paused = clock["state"] == "paused"
        on = clock_of(runs.workspace, sla.calendar or run.process.calendar)
        due = None if paused else _due(on, clock, runs.as_of)
        state = "waiting" if paused else "overdue" if clock["state"] == "overdue" else "due"
        used = clock["business_s"] / clock["target_s"] if clock["target_s"] else None
        entry = {"clock": clock["sla"], "state": state, "due": due, "left_s": left, "used": used}
        found.setdefault(clock["index"], []).append(entry)
    return found


def _due(on: Clock, clock: Mapping[str, Any], now: int) -> int | None:
    """Return when a running clock reaches its target, or reached it; ``None`` where it stood still at times since."""
    left = round((clock["target_s"] - clock["business_s"]) * 1000)
    if left > 0:
        return on.deadline(now, left)
    went_on = on.elapsed(clock["started"], now) == round(clock["business_s"] * 1000)
    return on.deadline(clock["started"], round(clock["target_s"] * 1000)) if went_on else None


def _owed(run: ProcessRuns) -> dict[int, list[dict[str, Any]]]:
    """Return the duties that are open, or were missed and are still not done, by case."""
    found: dict[int, list[dict[str, Any]]] = {}
    for duty in run.obligations:
        if duty["done_at"] is None and duty["state"] in ("open", "missed"):
            limit = run.process.rules[duty["rule"]].within_s
            left = None if limit is None else limit - duty["business_s"]
            state = "overdue" if duty["state"] == "missed" else "due" if duty["due"] is not None else "waiting"
            entry = {"clock": duty["rule"], "state": state, "due": duty["due"], "left_s": left, "used": None}
            found.setdefault(duty["index"], []).append(entry)
    return found


def _survival(run: ProcessRuns, sla: str) -> Survival:
    names, states = run.clocks["sla"], run.clocks["state"]
    mine = np.isin(names.codes, [code for code, text in enumerate(names.texts) if text == sla])
    known = {state: code for code, state in enumerate(states.texts)}
    mine &= ~np.isin(states.codes, [known[state] for state in ("cancelled",) if state in known])
    target = run.clocks["target_s"][mine]
    used = np.divide(run.clocks["business_s"][mine], target, out=np.zeros(len(target)), where=target > 0)
    stopped = np.isin(states.codes[mine], [known[state] for state in ("met", "breached") if state in known])
    return observe(used, stopped)


def _describe(runs: Runs, run: ProcessRuns, at: int, mask: Mask) -> Row:
    """Return who has the case at this place of the frame, and what comes next."""
    log, zone = runs.log, find_zone(runs.workspace.organisation.timezone)
    case = run.cases.get(at)
    number = int(run.cases["case"].codes[at])
    rows = np.arange(log.offsets[number], log.offsets[number + 1])
    rows = rows[log.time[rows] <= runs.as_of]
    last = int(rows[-1])
    steps = [step for step in (case["pending"] or "").split(", ") if step]
    return {
        "case": case["case"],
        "process": run.process.id,
        "next_step": steps,
        "owner": _owners(run.process, steps),
        "team": log.teams[int(log.team[last])] or None,
        "with": mask(log.resources[int(log.resource[last])]) or None,
        "last_activity": log.activities[int(log.activity[last])],
        "last_time": say_time(int(log.time[last]), zone),
        "idle_s": (runs.as_of - int(log.time[last])) / 1000,
        "age_s": (runs.as_of - int(log.start[rows].min())) / 1000,
    }


def _owners(process: Process, steps: list[str]) -> list[str]:
    """Return the roles that own any of the steps, each once, in the order they are named."""
    return list(dict.fromkeys(role for step in steps if step in process.steps for role in process.steps[step].owners))
