"""The call-back list: whom somebody promised to call, by when, and whether that is over.

A promise of a call-back is a duty whose ``then`` is a step of calling back, or an open case of a process that is one;
both are told by the name or id of the step or process. Calls that were made are not listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from svcflow.analysis.lists import Listing, Mask, Row
from svcflow.analysis.lists.follow_up import list_open_clocks
from svcflow.definitions.call_backs import is_call, names_call_back
from svcflow.mining.mined import find_zone, say_time

if TYPE_CHECKING:
    from svcflow.definitions.model import Process
    from svcflow.execution import Runs
    from svcflow.execution.outcome import ProcessRuns

STATES = ("overdue", "due", "waiting")


def compile_list(runs: Runs, mask: Mask) -> Listing:
    """Return the call-backs that are owed: overdue ones first, then by the time they are due."""
    rows: list[Row] = []
    named = False
    for run in runs.processes.values():
        if is_call(run.process.id, run.process.name.en, run.process.name.zh):
            named = True
            rows.extend(_of_cases(runs, run, mask))
        rules = frozenset(rule.id for rule in run.process.rules.values() if _promises(run.process, rule.others))
        named |= bool(rules)
        rows.extend(_of_duties(runs, run, rules, mask))
    rows.sort(key=lambda row: (STATES.index(row["state"]), row["due"] or "9999", row["case"]))
    note = "no process and no rule `after/then` of this workspace names a call-back: who was promised one is not known"
    return Listing(tuple(rows), () if named else (note,))


def _promises(process: Process, steps: tuple[str, ...]) -> bool:
    return any(names_call_back(process, step) for step in steps)


def _of_duties(runs: Runs, run: ProcessRuns, rules: frozenset[str], mask: Mask) -> Iterator[Row]:
    zone = find_zone(runs.workspace.organisation.timezone)
    for duty in run.obligations:
        if duty["rule"] not in rules or duty["done_at"] is not None or duty["state"] not in ("open", "missed"):
            continue
        limit = run.process.rules[duty["rule"]].within_s
        state = "overdue" if duty["state"] == "missed" else "due" if duty["due"] is not None else "waiting"
        yield {
            "case": duty["case"],
            "process": run.process.id,
            "promise": duty["rule"],
            "state": state,
            "promised": say_time(duty["since"], zone),
            "due": None if duty["due"] is None else say_time(duty["due"], zone),
            "left_business_s": None if limit is None else limit - duty["business_s"],
            "again": bool(duty["again"]),
            "case_closed": bool(run.cases["closed"][duty["index"]]),
            **_last(runs, run, duty["index"], mask),
        }


def _of_cases(runs: Runs, run: ProcessRuns, mask: Mask) -> Iterator[Row]:
    """Yield the open cases of a process that is a call-back: promised when the case began."""
    zone = find_zone(runs.workspace.organisation.timezone)
    clocks = list_open_clocks(runs, run)
    for at in np.flatnonzero(~run.cases["closed"]).tolist():
        number = int(run.cases["case"].codes[at])
        begun = int(runs.log.start[runs.log.offsets[number]])
        first = next(iter(clocks.get(at, ())), None)
        yield {
            "case": run.cases.get(at)["case"],
            "process": run.process.id,
            "promise": first["clock"] if first else run.process.id,
            "state": first["state"] if first else "waiting",
            "promised": say_time(begun, zone),
            "due": say_time(first["due"], zone) if first and first["due"] is not None else None,
            "left_business_s": first["left_s"] if first else None,
            "again": False,
            "case_closed": False,
            **_last(runs, run, at, mask),
        }


def _last(runs: Runs, run: ProcessRuns, at: int, mask: Mask) -> Row:
    """Return who had the case last."""
    log = runs.log
    number = int(run.cases["case"].codes[at])
    rows = np.arange(log.offsets[number], log.offsets[number + 1])
    last = int(rows[log.time[rows] <= runs.as_of][-1])
    return {
        "team": log.teams[int(log.team[last])] or None,
        "with": mask(log.resources[int(log.resource[last])]) or None,
    }
